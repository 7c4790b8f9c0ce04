/** Reads the composite action and the pre-commit hooks from their files, and runs a step as GitHub's runner does. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

interface Hook {
  readonly id: string;
  readonly entry: string;
  readonly args?: readonly string[];
  readonly files: string;
  readonly language: string;
}
export const HOOKS = parse(readFileSync(join(ROOT, '.pre-commit-hooks.yaml'), 'utf8')) as readonly Hook[];

interface Step {
  readonly id?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Acted {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly output: string;
}

export const ACTION = parse(readFileSync(join(ROOT, 'action.yml'), 'utf8')) as {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
};

/** Runs a step of the action in the directory `cwd`. As on the runner, `shell: bash` means -e and pipefail. */
export function runStep(
  cwd: string,
  step: Step | undefined,
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string | undefined>>,
): Acted {
  writeFileSync(join(cwd, 'script.sh'), step?.run ?? 'exit 99');
  writeFileSync(join(cwd, 'output'), '');
  const given = Object.entries(step?.env ?? {}).map(([name, expression]) => {
    const input = /^\$\{\{ inputs\.([a-z-]+) \}\}$/.exec(expression)?.[1] ?? '';
    return [name, inputs[input] ?? ACTION.inputs[input]?.default ?? `no input ${input}`] as const;
  });
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['--noprofile', '--norc', '-eo', 'pipefail', join(cwd, 'script.sh')],
    {
      cwd,
      encoding: 'utf8',
      input: '',
      env: {
        ...Object.fromEntries(given),
        GITHUB_ACTIONS: 'true',
        GITHUB_ACTION_PATH: ROOT,
        GITHUB_WORKSPACE: cwd,
        GITHUB_OUTPUT: join(cwd, 'output'),
        GITHUB_STEP_SUMMARY: join(cwd, 'summary.md'),
        ...env,
      },
    },
  );
  return { exitCode: status, stdout: stdout + stderr, output: readFileSync(join(cwd, 'output'), 'utf8') };
}

export const [BUILD, VALIDATE] = ACTION.runs.steps;
