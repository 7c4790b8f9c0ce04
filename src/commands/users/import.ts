/**
 * `users import`: makes the user pool what a CSV file says. The file is checked whole before anything is changed; what
 * is done already is seen in the pool itself, so a run that was stopped or killed is gone on with by running it again.
 */
import { csvOf, readPeopleFile, type PeopleFile } from '../../core/users/csv.ts';
import { printable } from '../../core/text/display.ts';
import { hintText } from '../../core/text/hint.ts';
import { ExpectedError, UsageError } from '../../core/errors.ts';
import { EXIT } from '../../core/exit-codes.ts';
import { personOf, planImport, type Person, type Plan, type Request } from '../../core/users/plan.ts';
import { ADMIN_GROUP } from '../../core/config/requirements.ts';
import type { PoolUser, Ports, Terminal } from '../../ports.ts';
import { FileFailure } from '../../core/failures.ts';
import type { PeopleChangeReport, PersonOutcome } from '../../report/report.ts';
import { limitTo, MOST_AT_ONCE } from '../account/read-pool.ts';
import type { Run } from '../command.ts';
import type { OptionValues } from '../options.ts';
import { refuseToOverwrite } from '../shared/output-file.ts';
import { confirmAndApply, guarded, prepareWork, requireAgreement } from './change.ts';
import { makePace, RATES } from './rate-limit.ts';
import {
  findUser,
  inWords,
  isProblem,
  openPeople,
  readPoolReference,
  onlyUser,
  withGroups,
  type Found,
  type PeoplePool,
} from './pool.ts';

/** More than 100,000 people. */
const MAX_CSV_BYTES = 8 * 1024 * 1024;

export const run: Run = async ({ args: [path = ''], options }, ports) => {
  const format = options.format ?? 'text';
  requireAgreement(options, 'users import', 'people.csv', ports);
  if (options.result === '-') {
    throw new UsageError(
      '--result takes a file: on standard output is what is said of the whole',
      'Name a file, or take each line from --format json.',
    );
  }
  const file = readPeopleFile(await readCsv(path, ports));
  if (file.faults.length > 0) {
    const reference = await readPoolReference(options, ports);
    const csv = { path, faults: file.faults };
    const body: PeopleChangeReport = {
      kind: 'people-change',
      ...reference,
      mode: 'refused',
      people: [],
      notes: [],
      csv,
    };
    return { exitCode: EXIT.findings, format, body };
  }
  const pool = await openPeople(options, ports);
  await refuseToOverwrite('--result', resultPath(path, options), [path, pool.file], ports.files);
  const work = await inWords(pool.context, async () => {
    const plans = await guarded(await planAll(file.requests, pool, ports), options, pool);
    return prepareWork(plans, pool);
  });
  requirePlans(work.plans, path);
  const bar = progressBar(work.plans.length, ports);
  const { exitCode, report } = await confirmAndApply(
    { work, pool, options, mayExist: true, onOutcome: bar },
    ports,
  );
  const people = withRepeated(report.people, file);
  const result = options.dryRun === true ? undefined : await writeResult(people, path, options, ports);
  const body: PeopleChangeReport = {
    ...report,
    people,
    ...(result === undefined ? {} : { result }),
    csv: { path, faults: [] },
  };
  return { exitCode, format, body };
};

/** Where it is said what happened to each line. */
const resultPath = (path: string, { result }: OptionValues): string =>
  result ?? (path === '-' ? 'import.result.csv' : `${path.replace(/\.csv$/i, '')}.result.csv`);

async function readCsv(path: string, { files, terminal }: Ports): Promise<Uint8Array> {
  const bytes =
    path === '-' ? await terminal.readStdin(MAX_CSV_BYTES) : (await files.read(path, MAX_CSV_BYTES)).bytes;
  if (bytes.length > MAX_CSV_BYTES) {
    throw new UsageError(
      `${printable(path)} is larger than ${String(MAX_CSV_BYTES / 1024 / 1024)} MiB`,
      'Split it.',
    );
  }
  return bytes;
}

/** What each line takes, from as few calls as will do. Rejects with CognitoFailure. */
async function planAll(
  requests: readonly Request[],
  pool: PeoplePool,
  ports: Ports,
): Promise<readonly Plan[]> {
  ports.terminal.progress('reading the user pool');
  try {
    const [found, admins] = await Promise.all([lookUpAll(requests, pool, ports), adminNames(pool)]);
    const limited = limitTo(MOST_AT_ONCE);
    return await Promise.all(
      requests.map(async (request, at) => {
        const user = found[at];
        if (isProblem(user)) return { request, person: undefined, steps: [], problem: user };
        const person =
          user === undefined ? undefined : await limited(() => asPerson(user, request, admins, pool));
        return planImport(request, person, pool);
      }),
    );
  } finally {
    ports.terminal.progress(undefined);
  }
}

/** The usernames in the group admin. */
async function adminNames({ cognito, poolId }: PeoplePool): Promise<ReadonlySet<string>> {
  const groups = await cognito.listGroups(poolId);
  const members = groups.includes(ADMIN_GROUP) ? await cognito.listUsersInGroup(poolId, ADMIN_GROUP) : [];
  return new Set(members.map(({ username }) => username));
}

/** The other groups matter only to whom admin is given or taken; nobody is asked about the rest. */
async function asPerson(
  user: PoolUser,
  { role }: Request,
  admins: ReadonlySet<string>,
  pool: PeoplePool,
): Promise<Person> {
  const isMember = admins.has(user.username);
  const [person] = role === 'admin' || isMember ? await withGroups([user], pool) : [];
  return person ?? personOf(user, isMember ? [ADMIN_GROUP] : [], pool.layout);
}

/** The people of the pool for each request: by a question each, or by reading the whole pool where that takes fewer. */
async function lookUpAll(
  requests: readonly Request[],
  pool: PeoplePool,
  ports: Ports,
): Promise<readonly Found[]> {
  const { cognito, poolId } = pool;
  const { estimatedUsers } = await cognito.describeUserPool(poolId);
  const pages = (estimatedUsers ?? 0) / 60;
  if (pages > requests.length) {
    const reads = makePace(RATES.read, ports.clock, ports.stop);
    const limited = limitTo(MOST_AT_ONCE);
    return Promise.all(requests.map(({ name }) => limited(() => reads.run(() => findUser(name, pool)))));
  }
  const byKey = new Map<string, PoolUser[]>(requests.map(({ name }) => [name.toLowerCase(), []]));
  for await (const page of cognito.listUsers(poolId)) {
    ports.stop.throwIfAborted();
    for (const user of page) {
      const keys = new Set([user.email, user.username].map((text = '') => text.toLowerCase()));
      for (const key of keys) byKey.get(key)?.push(user);
    }
  }
  return requests.map(({ name }) => onlyUser(closest(byKey.get(name.toLowerCase()) ?? [], name)));
}

/** Where the case counts, which it does unless a pool says otherwise, two may be told apart by it alone. */
function closest(found: readonly PoolUser[], name: string): readonly PoolUser[] {
  const exact = found.filter(({ email, username }) => email === name || username === name);
  return exact.length > 0 ? exact : found;
}

/** What is wrong with a line is told before anything is changed, as far as it can be known. */
function requirePlans(plans: readonly Plan[], path: string): void {
  const wrong = plans.filter(({ problem }) => problem !== undefined);
  if (wrong.length === 0) return;
  const lines = wrong.map(
    ({ request, problem }) =>
      `${printable(path)}:${String(request.line)}: ${printable(request.name)}: ${problem?.why ?? ''}`,
  );
  throw new ExpectedError(`nothing was changed, since this cannot be done:\n${lines.join('\n')}`, {
    exitCode: EXIT.findings,
    hint: wrong[0]?.problem?.remedy,
  });
}

/** Says how far it is: `[####……] 812 of 2000, 3 failed, 24 a second, 50 s left`. */
function progressBar(all: number, { terminal, clock }: Pick<Ports, 'terminal' | 'clock'>) {
  const begun = clock.now();
  let count = 0;
  let failed = 0;
  return ({ kind }: { readonly kind: string }): void => {
    count += 1;
    if (kind === 'failed') failed += 1;
    terminal.progress(barLine({ count, failed, all, seconds: (clock.now() - begun) / 1000 }, terminal));
  };
}

interface Progress {
  readonly count: number;
  readonly failed: number;
  readonly all: number;
  readonly seconds: number;
}

function barLine(
  { count, failed, all, seconds }: Progress,
  { columns, interactive }: Pick<Terminal, 'columns' | 'interactive'>,
): string {
  const rate = count / Math.max(seconds, 0.001);
  const words = [
    `${String(count)} of ${String(all)}`,
    ...(failed === 0 ? [] : [`${String(failed)} failed`]),
    ...(seconds < 2
      ? []
      : [`${rate.toFixed(0)} a second`, `${String(Math.ceil((all - count) / rate))} s left`]),
  ].join(', ');
  const width = Math.min(30, columns - words.length - 5);
  // A log gets one line, and not one for each step of the bar.
  if (!interactive || width < 5) return words;
  const filled = Math.floor((count / all) * width);
  return `[${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${words}`;
}

/** Every line of the file, those too that say what an earlier one says. */
function withRepeated(people: readonly PersonOutcome[], { repeated }: PeopleFile): readonly PersonOutcome[] {
  const rows = repeated.map(({ line, email, first }): PersonOutcome => ({
    name: email,
    line,
    role: undefined,
    outcome: 'repeated',
    steps: [],
    problem: { why: `repeats line ${String(first)}`, remedy: '' },
  }));
  return [...people, ...rows].sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

/** Writes what happened to each line; gives the path, or undefined where it could not be written: the work is done all the same. */
async function writeResult(
  people: readonly PersonOutcome[],
  path: string,
  options: OptionValues,
  { files, terminal }: Ports,
): Promise<string | undefined> {
  const target = resultPath(path, options);
  const rows = people.map(({ line, name, role = '', outcome, steps, problem }) => [
    String(line),
    name,
    role,
    outcome,
    [...steps, problem?.why ?? ''].filter((text) => text !== '').join(', '),
    hintText(problem?.remedy ?? '', options.config),
  ]);
  try {
    await files.writeReport(target, csvOf([['line', 'email', 'role', 'outcome', 'what', 'remedy'], ...rows]));
    return target;
  } catch (error) {
    if (!(error instanceof FileFailure)) throw error;
    terminal.note(
      `${printable(target)} could not be written (${printable(error.detail)}); what happened is told below`,
    );
    return undefined;
  }
}
