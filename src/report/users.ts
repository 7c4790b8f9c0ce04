/** Users as tables and as JSON: who is in the pool, and the result of each change. */
import { isFederated } from '../core/users/plan.ts';
import { displayWidth, printable } from '../core/text/display.ts';
import { hintText, onFile } from '../core/text/hint.ts';
import { LAYOUTS } from '../core/config/layouts.ts';
import type { Person } from '../core/users/plan.ts';
import { plural } from './count.ts';
import { jsonText } from './json.ts';
import type { ListedPerson, PeopleChangeReport, PeopleReport, PersonOutcome } from './report.ts';
import type { Style } from './style.ts';
import { wrap } from '../core/text/wrap.ts';

/** Columns below which a table is no help. */
const NARROW = 72;

/** All users as lines, each page as it comes, with a closing count. */
export async function* peopleText(body: PeopleReport, style: Style): AsyncGenerator<string> {
  const { hasRoles } = LAYOUTS[body.layout];
  let count = 0;
  let email = 0;
  let expired = 0;
  for await (const page of body.pages) {
    if (page.length === 0) continue;
    // The widest page so far decides, so that the columns of later pages line up.
    email = Math.max(email, ...page.map((person) => displayWidth(nameOf(person))));
    if (count === 0 && !style.quiet && style.columns >= NARROW) {
      const titles = ['EMAIL', 'STATUS', 'ENABLED', ...(hasRoles ? ['ROLE', 'GROUPS'] : [])];
      yield `${style.paint.dim(row(titles, email, style))}\n`;
    }
    count += page.length;
    expired += page.filter(({ isInvitationExpired }) => isInvitationExpired).length;
    yield page.map((person) => personLines(person, email, hasRoles, style)).join('');
  }
  if (style.quiet) return;
  const where = `in the user pool ${printable(body.poolId)}`;
  yield count === 0
    ? `no ${body.isFiltered ? 'matching ' : ''}users ${where}\n`
    : style.paint.dim(`${plural(count, 'user')} ${where}\n`);
  if (expired === 0) return;
  const hint = `To send an expired invitation again: ${hintText([onFile('users invite', 'EMAIL')], body.config)}`;
  yield wrap(hint, style.columns, '')
    .map((line) => `${style.paint.cyan(line)}\n`)
    .join('');
}

const nameOf = (person: Person): string => {
  const { email = '', username } = person;
  return printable(email === '' || isFederated(person) ? username : email);
};

/** `FORCE_CHANGE_PASSWORD` as `force change password`. */
const statusOf = ({ status = 'unknown', isInvitationExpired }: ListedPerson): string =>
  isInvitationExpired ? 'invitation expired' : printable(status.toLowerCase().replaceAll('_', ' '));

const roleOf = ({ role }: Person): string => role ?? 'none';

/** A member of admin who is a worker, and a user whom the server refuses, need the reason. */
const isOdd = ({ role, groups, reason }: Person): boolean =>
  reason !== '' && (role === undefined || (role === 'worker' && groups.includes('admin')));

function personLines(person: ListedPerson, email: number, hasRoles: boolean, style: Style): string {
  const { paint, columns } = style;
  const groups = person.groups.length === 0 ? '–' : person.groups.map(printable).join(', ');
  const why = hasRoles && isOdd(person) ? wrap(printable(person.reason), columns, '    ') : [];
  const role =
    why.length > 0
      ? paint.yellow(roleOf(person))
      : person.role === 'admin'
        ? paint.green('admin')
        : roleOf(person);
  const enabled = person.enabled ? 'yes' : paint.red('no');
  const status = person.isInvitationExpired ? paint.yellow(statusOf(person)) : statusOf(person);
  const lines =
    columns < NARROW
      ? [
          paint.bold(nameOf(person)),
          ...wrap(`${statusOf(person)}, ${person.enabled ? 'enabled' : 'disabled'}`, columns, '  '),
          ...(hasRoles ? wrap(`role ${roleOf(person)}; groups ${groups}`, columns, '  ') : []),
        ]
      : [row([nameOf(person), status, enabled, ...(hasRoles ? [role, groups] : [])], email, style)];
  return [...lines, ...why.map((line) => paint.yellow(line))].map((line) => `${line}\n`).join('');
}

/** Columns of the table beside the first; the longest usual status is `force change password`. */
const WIDTHS = [21, 7, 6] as const;

function row([first = '', ...rest]: readonly string[], email: number, { columns }: Style): string {
  const room = Math.max(20, columns - 60);
  const pad = (text: string, width: number): string =>
    text + ' '.repeat(Math.max(0, width - displayWidth(plainOf(text))));
  return [pad(first, Math.min(email, room)), ...rest.map((text, at) => pad(text, WIDTHS[at] ?? 0))]
    .join('  ')
    .trimEnd();
}

const plainOf = (text: string): string => text.replace(/\u001b\[[\d;]*m/g, '');

/** The same as one JSON value, complete when the last page has come. */
export async function* peopleJson({
  file,
  layout,
  poolId,
  aws,
  pages,
}: PeopleReport): AsyncGenerator<string> {
  const head = JSON.stringify(
    { version: 1, file, layout, pool: printable(poolId), ...(aws === undefined ? {} : { aws }) },
    undefined,
    2,
  );
  yield `${head.slice(0, -2)},\n  "users": [`;
  let isFirst = true;
  for await (const page of pages) {
    for (const person of page) {
      yield `${isFirst ? '' : ','}\n    ${inText(personJson(person, LAYOUTS[layout].hasRoles))}`;
      isFirst = false;
    }
  }
  yield `${isFirst ? '' : '\n  '}]\n}\n`;
}

/** `##[` would be a command in a log of GitHub Actions. */
const inText = (value: unknown): string =>
  JSON.stringify(value, undefined, 2).replaceAll('##[', '##\\u005b').replaceAll('\n', '\n    ');

function personJson(person: ListedPerson, hasRoles: boolean): unknown {
  const { username, email, status, isInvitationExpired, enabled, groups, role, reason } = person;
  return {
    username: printable(username),
    email: email === undefined ? null : printable(email),
    status: status === undefined ? null : printable(status),
    isInvitationExpired,
    enabled,
    ...(hasRoles ? { groups: groups.map(printable) } : {}),
    role: role ?? null,
    reason: printable(reason),
  };
}

const OUTCOMES = {
  done: { word: 'changed', colour: 'green' },
  planned: { word: 'to be changed', colour: 'cyan' },
  unchanged: { word: 'unchanged', colour: 'dim' },
  repeated: { word: 'repeated', colour: 'dim' },
  failed: { word: 'failed', colour: 'red' },
  'not-tried': { word: 'not tried', colour: 'yellow' },
} as const satisfies Record<PersonOutcome['outcome'], { word: string; colour: string }>;

type Kind = keyof typeof OUTCOMES;

const KINDS = Object.keys(OUTCOMES) as readonly Kind[];

/** The most users that are shown one by one; of more, only those that failed. */
const MANY = 40;

/** The result of each user, and how many of each kind. */
export function peopleChangeText(body: PeopleChangeReport, style: Style): string {
  const { paint, columns, quiet } = style;
  if (body.csv !== undefined && body.csv.faults.length > 0) return faultsText(body.csv, style);
  const wanted = body.people.filter(
    ({ outcome }) => outcome === 'failed' || (!quiet && body.people.length <= MANY),
  );
  const shown = wanted.slice(0, MANY);
  const lines = shown.flatMap((person) => outcomeLines(person, body, style));
  const more = wanted.length - shown.length;
  const closing = quiet
    ? []
    : [
        ...(more > 0 ? [paint.dim(`… and ${String(more)} more`)] : []),
        ...body.notes.flatMap((note) => wrap(printable(note), columns, '')),
        ...(body.people.length > MANY ? countTable(body.people, style) : [countLine(body.people)]),
        ...closingWords(body, style),
      ];
  return [...lines, ...closing].map((line) => `${line}\n`).join('');
}

function outcomeLines(
  person: PersonOutcome,
  { csv, config }: PeopleChangeReport,
  style: Style,
): readonly string[] {
  const { paint, columns, quiet } = style;
  const { name, line, outcome, steps, problem } = person;
  const { word, colour } = OUTCOMES[outcome];
  const place = csv === undefined || line === undefined ? '' : `${printable(csv.path)}:${String(line)}: `;
  const doing = steps.join(', ');
  const what =
    outcome === 'done' || outcome === 'planned'
      ? doing
      : [word, doing].filter((text) => text !== '').join(': ');
  const head = `${place}${printable(name)}: ${what}${problem === undefined ? '' : `${doing === '' ? ':' : '; but'} ${printable(problem.why)}`}`;
  return [
    ...wrap(head, columns, '', '  ').map((text) => paint[colour](text)),
    ...(problem === undefined || problem.remedy === '' || quiet
      ? []
      : wrap(printable(hintText(problem.remedy, config)), columns, '  → ', '    ').map((text) =>
          paint.cyan(text),
        )),
  ];
}

const countOf = (people: readonly PersonOutcome[], kind: Kind): number =>
  people.filter(({ outcome }) => outcome === kind).length;

function countLine(people: readonly PersonOutcome[]): string {
  const counts = KINDS.filter((kind) => countOf(people, kind) > 0).map(
    (kind) => `${String(countOf(people, kind))} ${OUTCOMES[kind].word}`,
  );
  return [plural(people.length, 'user'), counts.join(', ')].filter((text) => text !== '').join(': ');
}

function countTable(people: readonly PersonOutcome[], { paint }: Style): readonly string[] {
  const width = String(people.length).length;
  return KINDS.filter((kind) => countOf(people, kind) > 0).map((kind) => {
    const { word, colour } = OUTCOMES[kind];
    return `${String(countOf(people, kind)).padStart(width)}  ${paint[colour](word)}`;
  });
}

function closingWords(
  { mode, result, people }: PeopleChangeReport,
  { columns, paint }: Style,
): readonly string[] {
  const left = countOf(people, 'not-tried');
  return [
    ...(mode === 'dry-run' ? ['Dry run: nothing was changed'] : []),
    ...(left > 0
      ? wrap(
          `${plural(left, 'user')} left: run the same command again, it does only what is left`,
          columns,
          '',
        ).map((line) => paint.yellow(line))
      : []),
    ...(result === undefined ? [] : wrap(`Result of each line: ${printable(result)}`, columns, '')),
  ];
}

function faultsText({ path, faults }: NonNullable<PeopleChangeReport['csv']>, style: Style): string {
  const { paint, columns, quiet } = style;
  const lines = faults.flatMap(({ line, message, hint }) => [
    ...wrap(`${printable(path)}:${String(line)} ${printable(message)}`, columns, '', '  '),
    ...(quiet ? [] : wrap(printable(hint), columns, '  → ', '    ').map((text) => paint.cyan(text))),
  ]);
  const verdict = quiet ? [] : [paint.red(`${plural(faults.length, 'invalid line')}; nothing was changed`)];
  return [...lines, ...verdict].map((line) => `${line}\n`).join('');
}

/** The same for scripts; `version: 1`. */
export function peopleChangeJson(body: PeopleChangeReport): string {
  const { file, layout, poolId, mode, people, notes, csv, result, config } = body;
  return jsonText({
    version: 1,
    file,
    layout,
    pool: printable(poolId),
    mode,
    users: people.map(({ name, username, line, role, outcome, steps, problem }) => ({
      ...(line === undefined ? {} : { line }),
      name: printable(name),
      ...(username === undefined ? {} : { username: printable(username) }),
      ...(role === undefined ? {} : { role }),
      outcome,
      steps,
      ...(problem === undefined
        ? {}
        : { message: printable(problem.why), hint: printable(hintText(problem.remedy, config)) }),
    })),
    ...(csv === undefined
      ? {}
      : {
          faults: csv.faults.map(({ line, message, hint }) => ({
            line,
            message: printable(message),
            hint: printable(hint),
          })),
        }),
    notes: notes.map(printable),
    ...(result === undefined ? {} : { result: printable(result) }),
    summary: Object.fromEntries(KINDS.map((kind) => [kind, countOf(people, kind)])),
  });
}
