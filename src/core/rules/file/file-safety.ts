/** Who else can read the client secret: other users of the machine, and git. */
import { shellWord } from '../../text/display.ts';
import type { Facts, InGit } from './facts.ts';
import type { Entry } from '../../yaml/types.ts';
import { atValue, rule, type KeyArgs, type Rule } from '../rule.ts';

type FileArgs = KeyArgs & { readonly file: string };

/** The client secret, if there is one: only then does the file need protection. */
export const secretEntry = (facts: Facts): Entry | undefined => facts.text('clientSecret')?.entry;

/** Who else can read the secret. */
export const FILE_SAFETY_RULES: readonly Rule<Facts>[] = [
  rule<FileArgs & { readonly mode: string }>({
    code: 'file-mode',
    severity: 'warning',
    risk: 5.5,
    title: 'Other users of this machine can read the secret',
    why: 'The file has the client secret in it. Group access is fine: a service user needs it.',
    fix: 'Run `chmod o-rwx FILE`. Files that umconfig writes have no permissions for others.',
    check: (facts) => {
      const secret = secretEntry(facts);
      const { mode, path } = facts.file ?? {};
      if (secret === undefined || mode === undefined || path === undefined || (mode & 0o007) === 0) return [];
      return [atValue(secret, { file: path, mode: (mode & 0o777).toString(8) })];
    },
    message: ({ mode }) =>
      `The file has a client secret in it and mode ${mode}: every user of this machine can access it`,
    hint: ({ file }) => `Run: chmod o-rwx ${shellWord(file)}`,
  }),
  rule<FileArgs & { readonly state: GitState }>({
    code: 'tracked-by-git',
    severity: 'warning',
    risk: 7.5,
    page: 'https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/removing-sensitive-data-from-a-repository',
    title: 'The client secret is in git, or the next commit can add it',
    why: 'Everyone who can read the repository, now or later, can read a committed secret, and removing the file does not remove it from the history. Every Go checkout tracks this file with empty values, so `git commit -a` commits the filled-in one.',
    fix: 'Before a commit: `git update-index --skip-worktree FILE`, or use a file that git ignores (`--config data/config.yml`). After a commit: `git rm --cached FILE`, add it to `.gitignore`, and create a new secret in the app client.',
    check: (facts) => {
      const secret = facts.text('clientSecret');
      const state = secret === undefined ? undefined : gitState(facts.file?.git, secret.text);
      return secret === undefined || state === undefined
        ? []
        : [atValue(secret.entry, { file: facts.file?.path ?? '', state })];
    },
    message: ({ state }) =>
      ({
        committed:
          'The client secret was committed to git: everyone with access to the repository can read it',
        staged: 'The client secret is staged in git: the next commit includes it',
        tracked: 'Git tracks this file: `git commit -a` would commit the client secret',
        untracked: 'Git does not ignore this file: `git add .` would add the client secret',
      })[state],
    hint: ({ file, state }) =>
      ({
        committed: `Create a new secret in the app client, add the file to .gitignore, and run: git rm --cached ${shellWord(file)}`,
        staged: `Run: git restore --staged ${shellWord(file)}`,
        tracked: `Do not commit it. Run: git update-index --skip-worktree ${shellWord(file)}`,
        untracked: `Do not commit it. Add ${file} to .gitignore, or move it to a directory that git ignores.`,
      })[state],
  }),
];

type GitState = 'committed' | 'staged' | 'tracked' | 'untracked';

/** How close the secret is to a commit; undefined if git ignores the file. */
function gitState(git: InGit | undefined, secret: string): GitState | undefined {
  if (git === undefined) return undefined;
  if (git.committed?.includes(secret) === true) return 'committed';
  if (git.staged?.includes(secret) === true) return 'staged';
  if (git.isTracked) return 'tracked';
  return git.isIgnored ? undefined : 'untracked';
}
