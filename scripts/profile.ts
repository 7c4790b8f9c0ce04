/** What a run of the program spends its time on, by whose code it is: from one run under V8's own profiler. */
import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const READING = 'reading the program and its compiled code';
const NOBODY_ELSE = 'Node and V8 themselves';
/** Whose code a file is, by the end of its address. */
const OWNERS: readonly (readonly [end: RegExp, owner: string])[] = [
  [/\/bin\/umconfig\.js$/, READING],
  [/\/(?:main|command-line)\.cjs$/, 'the command line, with commander'],
  [/\/(?:validate|every)\.cjs$/, 'umconfig itself'],
  [/\/yaml\.cjs$/, 'the yaml library'],
  [/\/cognito\.cjs$/, 'the AWS SDK'],
  [/\/glob\.cjs$/, 'finding files'],
];
/** What V8 calls time that belongs to no function. */
const NOBODY: Readonly<Record<string, string>> = {
  '(garbage collector)': 'garbage collection',
  '(idle)': 'waiting',
  '(program)': NOBODY_ELSE,
  '(root)': NOBODY_ELSE,
};
/** Shares below it are not worth a word. */
const LEAST = 0.03;

/** A `.cpuprofile`, as far as it is needed here. */
interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  /** Microseconds. */
  readonly timeDeltas: readonly number[];
}

interface Started {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Runs `argv`, which begins with node, and says how its time is shared out, the largest share first. `directory` takes the profile. */
export async function whereTimeGoes({ argv, cwd, env }: Started, directory: string): Promise<string> {
  const [node = '', ...args] = argv;
  const profiling = ['--cpu-prof', '--cpu-prof-interval', '100', '--cpu-prof-dir', directory];
  await new Promise((settle, fail) => {
    spawn(node, [...profiling, ...args], { cwd, env, stdio: 'ignore' })
      .on('close', settle)
      .on('error', fail);
  });
  const [file = ''] = await readdir(directory);
  const shares = sharesOf(JSON.parse(await readFile(join(directory, file), 'utf8')) as Profile);
  return shares
    .filter(([, share]) => share >= LEAST)
    .map(([owner, share]) => `${owner} ${(share * 100).toFixed(0)} %`)
    .join(', ');
}

function sharesOf({ nodes, samples, timeDeltas }: Profile): readonly (readonly [string, number])[] {
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const ownerOf = (id: number, isNode = false): string => {
    const { functionName = '', url = '' } = byId.get(id)?.callFrame ?? {};
    const owner = OWNERS.find(([end]) => end.test(url))?.[1];
    if (owner !== undefined) return isNode && owner !== READING ? `Node for ${owner}` : owner;
    const parent = parents.get(id);
    // What is built into V8 counts for who has called it.
    return (
      NOBODY[functionName] ??
      (parent === undefined ? NOBODY_ELSE : ownerOf(parent, isNode || url.startsWith('node:')))
    );
  };
  const times = new Map<string, number>();
  samples.forEach((sample, at) => {
    const owner = ownerOf(sample);
    times.set(owner, (times.get(owner) ?? 0) + (timeDeltas[at] ?? 0));
  });
  const whole = [...times.values()].reduce((sum, time) => sum + time, 0);
  return [...times].map(([owner, time]) => [owner, time / whole] as const).sort(([, a], [, b]) => b - a);
}
