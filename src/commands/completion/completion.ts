/** `completion`: the script that a shell loads, and the answers to what that script asks. */
import { profileNames } from '../../core/cognito/aws-profiles.ts';
import { printable } from '../../core/text/display.ts';
import { UsageError } from '../../core/errors.ts';
import { EXIT } from '../../core/exit-codes.ts';
import type { Ports } from '../../ports.ts';
import { FileFailure } from '../../core/failures.ts';
import { complete } from './candidates.ts';
import type { Candidate, CommandGroup, Completes, Run } from '../command.ts';

/** How each shell wants an answer: its lines, from the candidates and the word that is being typed. */
const SHELLS = { bash: bashLines, zsh: zshLines, fish: fishLines } as const;

type Shell = keyof typeof SHELLS;

export const SHELL_NAMES = Object.keys(SHELLS) as readonly Shell[];

/** More than any list of profiles; a larger file is something else. */
const MAX_PROFILES_BYTES = 1024 * 1024;

/** `completion`, which knows of all commands. */
export function completing(groups: readonly CommandGroup[]): Run {
  return async ({ args: [shell = '', ...words] }, ports) => {
    if (!isShell(shell)) {
      throw new UsageError(
        `unsupported shell "${printable(shell)}"`,
        `Choose one of ${SHELL_NAMES.join(', ')}.`,
      );
    }
    const text =
      words.length === 0
        ? await ports.files.packaged(`completions/umconfig.${shell}`)
        : await answer(shell, words, groups, ports);
    return { exitCode: EXIT.ok, format: 'text', body: { kind: 'document', text } };
  };
}

const isShell = (name: string): name is Shell => Object.hasOwn(SHELLS, name);

async function answer(
  shell: Shell,
  words: readonly string[],
  groups: readonly CommandGroup[],
  ports: Pick<Ports, 'aws' | 'files'>,
): Promise<string> {
  const { prefix, wanted } = await complete(words, groups);
  const candidates = await candidatesOf(wanted, ports);
  const lines = SHELLS[shell](candidates, prefix, words.at(-1) ?? '');
  return [wanted === 'files' ? ':files' : ':candidates', ...lines, ''].join('\n');
}

async function candidatesOf(
  wanted: Completes,
  { aws, files }: Pick<Ports, 'aws' | 'files'>,
): Promise<readonly Candidate[]> {
  if (wanted === 'files') return [];
  if (wanted !== 'profiles') return wanted;
  const read = async (path: string): Promise<string> => {
    try {
      const snapshot = await files.readIfThere(path, MAX_PROFILES_BYTES);
      return new TextDecoder().decode(snapshot?.bytes);
    } catch (error) {
      // The AWS SDK itself reports a broken file when it is used.
      if (error instanceof FileFailure) return '';
      throw error;
    }
  };
  const { config, credentials } = await aws.profileFiles();
  const names = profileNames(await read(config), await read(credentials));
  // A name that cannot be shown as it is cannot be chosen by looking at it.
  return names.filter((name) => printable(name) === name).map((value) => ({ value }));
}

/** What bash reads as itself, and breaks nothing. */
const NOT_PLAIN = /[^\p{L}\p{M}\p{N}_@%+=:,./-]/gu;

/** Bash takes what it gets as it is: so only what fits, and quoted. */
function bashLines(candidates: readonly Candidate[], prefix: string, current: string): readonly string[] {
  const quoted = current.slice(prefix.length);
  const isOpen = /^["']/.test(quoted);
  const typed = quoted.replace(/^["']/, '').replace(/\\(.)/gs, '$1');
  return candidates
    .map(({ value }) => value)
    .filter((value) => value.startsWith(typed) && !(isOpen && value.search(NOT_PLAIN) >= 0))
    .map((value) => prefix + value.replace(NOT_PLAIN, '\\$&'));
}

/** `candidate:description` for _describe, which quotes what it inserts. */
function zshLines(candidates: readonly Candidate[]): readonly string[] {
  return candidates.map(({ value, description }) => {
    const escaped = value.replace(/[\\:]/g, '\\$&');
    return description === undefined ? escaped : `${escaped}:${description}`;
  });
}

/** `candidate<tab>description`; fish quotes what it inserts. */
function fishLines(candidates: readonly Candidate[], prefix: string): readonly string[] {
  return candidates.map(({ value, description }) =>
    description === undefined ? `${prefix}${value}` : `${prefix}${value}\t${description}`,
  );
}
