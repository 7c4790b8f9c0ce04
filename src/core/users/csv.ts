/** The CSV file that `users import` reads, checked completely before anything is changed, and the one with the results. */
import { parse, CsvError } from 'csv-parse/sync';
import { printable, showValue } from '../text/display.ts';
import { addressKey, emailFault } from './email.ts';
import type { Request } from './plan.ts';
import type { Role } from '../cognito/sign-in.ts';

/** One wrong line; `line` counts from 1. */
export interface LineFault {
  readonly line: number;
  readonly message: string;
  readonly hint: string;
}

/** A line that repeats an earlier one. */
interface Repeated {
  readonly line: number;
  readonly email: string;
  /** The earlier one. */
  readonly first: number;
}

export interface PeopleFile {
  readonly requests: readonly Request[];
  readonly repeated: readonly Repeated[];
  /** Sorted by line. With any of them nothing is changed. */
  readonly faults: readonly LineFault[];
}

const ROLES: Readonly<Record<string, Role | undefined>> = { admin: 'admin', worker: 'worker', '': undefined };

/** The columns that are known, and those of a file whose first line does not name them. */
const COLUMNS = ['email', 'role'];

interface Row {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/**
 * Reads the bytes of a CSV file: commas, semicolons or tabs; with or without a first line that names the columns.
 * `hasRoles`: the server tells admins from workers.
 */
export function readPeopleFile(bytes: Uint8Array, hasRoles: boolean): PeopleFile {
  const text = decoded(bytes);
  if (text === undefined) {
    return refused([{ line: 1, message: 'the file is not UTF-8 text', hint: 'Save it as "CSV UTF-8".' }]);
  }
  const rows = rowsOf(text);
  if ('faults' in rows) return rows;
  const [first] = rows;
  if (first === undefined) {
    return refused([{ line: 1, message: 'the file is empty', hint: 'Add a line for each user: email,role' }]);
  }
  const named = columnsOf(first.record);
  if (named === undefined) return readRows(rows, COLUMNS, hasRoles);
  const faults = columnFaults(named, first.info.lines);
  return faults.length > 0 ? refused(faults) : readRows(rows.slice(1), named, hasRoles);
}

/** A column that is not known may be a misspelled role, whose admins would become workers. */
function columnFaults(columns: readonly string[], line: number): readonly LineFault[] {
  const unknown = columns.filter((name) => name !== '' && !COLUMNS.includes(name));
  const hint = 'Known columns: email (required), role. Rename or remove the others.';
  return [
    ...unknown.map((name) => ({ line, message: `unknown column ${showValue(name)}`, hint })),
    ...(columns.includes('email') ? [] : [{ line, message: 'missing column email', hint }]),
  ];
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    // The decoder takes the byte order mark away.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const refused = (faults: readonly LineFault[]): PeopleFile => ({ requests: [], repeated: [], faults });

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
    const message = 'unbalanced quotes';
    return refused([{ line, message, hint: 'Quote the whole value, and double each quote inside it.' }]);
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

function readRows(rows: readonly Row[], columns: readonly string[], hasRoles: boolean): PeopleFile {
  const requests: Request[] = [];
  const repeated: Repeated[] = [];
  const faults: LineFault[] = [];
  const seen = new Map<string, Request>();
  for (const { record, info } of rows) {
    const cell = (name: string): string => record[columns.indexOf(name)] ?? '';
    const read = readRow(cell('email'), cell('role'), info.lines, hasRoles);
    if ('message' in read) {
      faults.push(read);
      continue;
    }
    const key = addressKey(read.name);
    const earlier = seen.get(key);
    const clash = earlier === undefined ? undefined : clashOf(read, earlier);
    if (earlier === undefined) {
      seen.set(key, read);
      requests.push(read);
    } else if (clash === undefined) {
      repeated.push({ line: info.lines, email: read.name, first: earlier.line ?? 0 });
    } else {
      faults.push({
        line: info.lines,
        message: `${showValue(read.name)} ${clash}`,
        hint: 'Remove one line.',
      });
    }
  }
  return { requests, repeated, faults };
}

/** How two lines for one address contradict each other. In Cognito no two addresses differ in case only. */
function clashOf(read: Request, earlier: Request): string | undefined {
  const line = `line ${String(earlier.line)}`;
  if (read.name.toLowerCase() !== earlier.name.toLowerCase()) {
    return `is the address of ${line} in another Unicode form or domain spelling`;
  }
  return read.role === earlier.role ? undefined : `is in ${line} too, with another role`;
}

function readRow(email: string, role: string, line: number, hasRoles: boolean): Request | LineFault {
  const fault = emailFault(email);
  if (fault !== undefined) {
    return { line, message: `${showValue(email)}: ${fault}`, hint: 'Example: ann@acme.dev' };
  }
  const known = role.toLowerCase();
  if (!hasRoles && known !== '') {
    const hint = 'Leave the role empty: on the Node server everyone who signs in has the same rights.';
    return { line, message: `unsupported role ${showValue(role)}: the Node server has no roles`, hint };
  }
  if (!Object.hasOwn(ROLES, known)) {
    return {
      line,
      message: `unknown role ${showValue(role)}`,
      hint: 'Use admin or worker. With an empty role, new users become workers and others keep their role.',
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
