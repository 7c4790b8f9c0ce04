/**
 * `users import`: syncs users and admin rights from a CSV file. The whole file is checked before anything is changed. The
 * pool itself shows what is done already, so running the command again continues a run that was stopped or killed.
 */
import { awsInUse, noteAws } from '../account/aws-in-use.ts';
import { csvOf, readPeopleFile, type PeopleFile } from '../../core/users/csv.ts';
import { printable } from '../../core/text/display.ts';
import { hintText } from '../../core/text/hint.ts';
import { ExpectedError, UsageError } from '../../core/errors.ts';
import { EXIT } from '../../core/exit-codes.ts';
import { LAYOUTS } from '../../core/config/layouts.ts';
import { addressKey } from '../../core/users/email.ts';
import { personOf, planImport, type Person, type Plan, type Request } from '../../core/users/plan.ts';
import { ADMIN_GROUP } from '../../core/config/requirements.ts';
import type { PoolUser, Ports, Terminal } from '../../ports.ts';
import { FileFailure } from '../../core/failures.ts';
import type { PeopleChangeReport, PersonOutcome } from '../../report/report.ts';
import { limitTo, MOST_AT_ONCE } from '../account/read-pool.ts';
import type { Run } from '../command.ts';
import type { OptionValues } from '../options.ts';
import { refuseToOverwrite } from '../shared/output-file.ts';
import { confirmAndApply, guarded, prepareWork } from './change.ts';
import { requireAgreement } from './confirm.ts';
import { makePace, RATES } from './rate-limit.ts';
import {
  findUser,
  inWords,
  isProblem,
  meantAmong,
  openPeople,
  readPoolReference,
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
      '--result needs a file name: standard output has the summary',
      'Name a file, or read each line from --format json.',
    );
  }
  const reference = await readPoolReference(options, ports);
  const file = readPeopleFile(await readCsv(path, ports), LAYOUTS[reference.layout].hasRoles);
  if (file.faults.length > 0) {
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
  const pool = await openPeople(reference, options, ports);
  noteAws(awsInUse(pool.cognito), ports.terminal);
  await refuseToOverwrite('--result', resultPath(path, options), [path, pool.file], ports.files);
  const work = await inWords(pool.context, async () => {
    const plans = await guarded(await planAll(file.requests, pool, ports), options, pool);
    return prepareWork(plans, pool);
  });
  requirePlans(work.plans, path);
  const bar = progressBar(work.plans.length, ports);
  const { exitCode, report } = await confirmAndApply({ work, pool, options, onOutcome: bar }, ports);
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

/** The file with the result of each line. */
const resultPath = (path: string, { result }: OptionValues): string =>
  result ?? (path === '-' ? 'import.result.csv' : `${path.replace(/\.csv$/i, '')}.result.csv`);

async function readCsv(path: string, { files, terminal }: Ports): Promise<Uint8Array> {
  const bytes =
    path === '-' ? await terminal.readStdin(MAX_CSV_BYTES) : (await files.read(path, MAX_CSV_BYTES)).bytes;
  if (bytes.length > MAX_CSV_BYTES) {
    throw new UsageError(
      `${printable(path)} is larger than ${String(MAX_CSV_BYTES / 1024 / 1024)} MiB`,
      'Split the file.',
    );
  }
  return bytes;
}

/** The plan for each line, from as few calls as possible. Rejects with CognitoFailure. */
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

/** The usernames in the group admin; none where the server has no roles. */
async function adminNames({ cognito, poolId, layout }: PeoplePool): Promise<ReadonlySet<string>> {
  if (!LAYOUTS[layout].hasRoles) return new Set();
  const groups = await cognito.listGroups(poolId);
  const members = groups.includes(ADMIN_GROUP) ? await cognito.listUsersInGroup(poolId, ADMIN_GROUP) : [];
  return new Set(members.map(({ username }) => username));
}

/** The other groups are read only of those who get or lose admin. */
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

/** The users of the pool for each request: by one call each, or by reading the whole pool where that takes fewer. */
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
  const byKey = new Map<string, PoolUser[]>(requests.map(({ name }) => [addressKey(name), []]));
  for await (const page of cognito.listUsers(poolId)) {
    ports.stop.throwIfAborted();
    for (const user of page) {
      const keys = new Set([user.email, user.username].map((text = '') => addressKey(text)));
      for (const key of keys) byKey.get(key)?.push(user);
    }
  }
  return requests.map(({ name }) => meantAmong(byKey.get(addressKey(name)) ?? [], name));
}

/** A line that cannot be carried out is reported before anything is changed, as far as it can be known. */
function requirePlans(plans: readonly Plan[], path: string): void {
  const wrong = plans.filter(({ problem }) => problem !== undefined);
  if (wrong.length === 0) return;
  const lines = wrong.map(
    ({ request, problem }) =>
      `${printable(path)}:${String(request.line)}: ${printable(request.name)}: ${problem?.why ?? ''}`,
  );
  throw new ExpectedError(`nothing was changed: these lines cannot be imported:\n${lines.join('\n')}`, {
    exitCode: EXIT.findings,
    hint: wrong[0]?.problem?.remedy,
  });
}

/** Shows progress: `[####……] 812 of 2000, 3 failed, 24 a second, 50 s left`. */
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

/** Every line of the file, those that repeat an earlier one too. */
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

/** Writes the result of each line; gives the path, or undefined where it could not be written: the import is done all the same. */
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
    terminal.note(`cannot write ${printable(target)} (${printable(error.detail)}); the results are below`);
    return undefined;
  }
}
