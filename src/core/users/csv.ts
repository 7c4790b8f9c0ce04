/** The CSV that `users import` reads, checked whole before anything is changed, and the one that says what became of it. */
import { parse, CsvError } from 'csv-parse/sync';
import { printable, showValue } from '../text/display.ts';
import { emailFault, type Request } from './plan.ts';
import type { Role } from '../cognito/sign-in.ts';

/** One wrong line; `line` counts from 1. */
export interface LineFault {
  readonly line: number;
  readonly message: string;
  readonly hint: string;
}

/** A line that says once more what an earlier one says. */
interface Repeated {
  readonly line: number;
  readonly email: string;
  /** The earlier one. */
  readonly first: number;
}

export interface PeopleFile {
  readonly requests: readonly Request[];
  readonly repeated: readonly Repeated[];
  /** Sorted by line. With any of them nothing may be done. */
  readonly faults: readonly LineFault[];
}

const ROLES: Readonly<Record<string, Role | undefined>> = { admin: 'admin', worker: 'worker', '': undefined };

/** What a line without a word about the columns is taken for. */
const DEFAULT_COLUMNS = ['email', 'role'];

interface Row {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** Reads the bytes of a CSV file: commas, semicolons or tabs; with or without a first line that names the columns. */
export function readPeopleFile(bytes: Uint8Array): PeopleFile {
  const text = decoded(bytes);
  if (text === undefined) {
    return broken(1, 'the file is not UTF-8 text', 'Save it as "CSV UTF-8".');
  }
  const rows = rowsOf(text);
  if ('faults' in rows) return rows;
  const [first] = rows;
  if (first === undefined)
    return broken(1, 'the file is empty', 'Give it a line for each person: email,role');
  const named = columnsOf(first.record);
  const columns = named ?? DEFAULT_COLUMNS;
  if (!columns.includes('email')) {
    return broken(first.info.lines, 'no column is called email', 'Begin the file with the line: email,role');
  }
  const people = named === undefined ? rows : rows.slice(1);
  const misnamed = columns.includes('role') ? undefined : misnamedRole(people, columns);
  if (misnamed !== undefined) {
    return broken(
      first.info.lines,
      `no column is called role, and ${showValue(misnamed)} holds roles`,
      'Call that column role. Without one, somebody new becomes a worker and others stay what they are.',
    );
  }
  return readRows(people, columns);
}

/** The column that must be meant for the role, since it holds nothing else; its admins would become workers without a word. */
function misnamedRole(rows: readonly Row[], columns: readonly string[]): string | undefined {
  return columns.find((_, at) => {
    const cells = rows.map(({ record }) => record[at] ?? '').filter((cell) => cell !== '');
    return cells.length > 0 && cells.every((cell) => /^(?:admin|worker)$/i.test(cell));
  });
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    // The decoder takes the byte order mark away.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const broken = (line: number, message: string, hint: string): PeopleFile => ({
  requests: [],
  repeated: [],
  faults: [{ line, message, hint }],
});

function rowsOf(text: string): readonly Row[] | PeopleFile {
  try {
    return parse(text, {
      delimiter: delimiterOf(text),
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as readonly Row[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error['lines'] === 'number' ? error['lines'] : 1;
    return broken(
      line,
      'the quotes of this line do not match',
      'Put a value in quotes whole or not at all; a quote in it is written twice.',
    );
  }
}

/** Spreadsheets write semicolons where the comma is the decimal sign. */
function delimiterOf(text: string): string {
  const [line = ''] = text.split(/\r\n?|\n/, 1);
  return [';', '\t'].find((mark) => line.includes(mark) && !line.includes(',')) ?? ',';
}

/** The names of the columns in lower case; undefined where the first line is a person already. */
function columnsOf(record: readonly string[]): readonly string[] | undefined {
  if (record.some((cell) => cell.includes('@'))) return undefined;
  return record.map((cell) => cell.toLowerCase().replace(/^e-?mail(?: address)?$/, 'email'));
}

function readRows(rows: readonly Row[], columns: readonly string[]): PeopleFile {
  const requests: Request[] = [];
  const repeated: Repeated[] = [];
  const faults: LineFault[] = [];
  const seen = new Map<string, Request>();
  for (const { record, info } of rows) {
    const cell = (name: string): string => record[columns.indexOf(name)] ?? '';
    const read = readRow(cell('email'), cell('role'), info.lines);
    if ('message' in read) {
      faults.push(read);
      continue;
    }
    // No two people have addresses that differ in case only.
    const key = read.name.toLowerCase();
    const earlier = seen.get(key);
    if (earlier === undefined) {
      seen.set(key, read);
      requests.push(read);
    } else if (earlier.role === read.role) {
      repeated.push({ line: info.lines, email: read.name, first: earlier.line ?? 0 });
    } else {
      faults.push({
        line: info.lines,
        message: `${showValue(read.name)} stands in line ${String(earlier.line)} too, with another role`,
        hint: 'Leave one of the two lines.',
      });
    }
  }
  return { requests, repeated, faults };
}

function readRow(email: string, role: string, line: number): Request | LineFault {
  const fault = emailFault(email);
  if (fault !== undefined) {
    return { line, message: `${showValue(email)}: ${fault}`, hint: 'Write it as in ann@acme.dev.' };
  }
  const known = role.toLowerCase();
  if (!Object.hasOwn(ROLES, known)) {
    return {
      line,
      message: `there is no role ${showValue(role)}`,
      hint: 'Write admin or worker. Left empty, somebody new becomes a worker and others stay what they are.',
    };
  }
  const wanted = ROLES[known];
  return { name: email, line, ...(wanted === undefined ? {} : { role: wanted }) };
}

/** A value as a cell that a spreadsheet shows and never computes. */
function cellOf(value: string): string {
  const text = printable(value);
  // A formula begins with one of these (OWASP, CSV injection).
  return `"${(/^[=+\-@]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
}

/** Rows of texts as CSV, each line with a line feed. */
export function csvOf(rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => `${cells.map(cellOf).join(',')}\n`).join('');
}
