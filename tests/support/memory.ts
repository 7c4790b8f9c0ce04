/**
 * How much memory a run of the program had at most. `maxRSS` cannot say it on Linux: a new process starts with the peak of
 * the one that made it (`exec` keeps it, and Node starts children by `vfork`), so that a large test process would be seen
 * in every small child. The peak of the process's own address space, which starts anew, is in `/proc/self/status`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { umconfig, type CliResult } from './cli.ts';

const OBSERVER = `
const { readFileSync, writeFileSync } = require('node:fs');
const peak = () => {
  try {
    return /^VmHWM:\\s*(\\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))[1];
  } catch {
    return String(process.resourceUsage().maxRSS);
  }
};
process.on('exit', () => writeFileSync('memory', peak()));
`;

/** Runs `umconfig …args` in the folder `cwd`, where it leaves two files of its own; `mebibytes` are rounded up. */
export async function umconfigMeasured(
  args: readonly string[],
  cwd: string,
): Promise<CliResult & { readonly mebibytes: number }> {
  writeFileSync(join(cwd, 'observer.cjs'), OBSERVER);
  const result = await umconfig(args, { cwd, env: { NODE_OPTIONS: '--require ./observer.cjs' } });
  return { ...result, mebibytes: Math.ceil(Number(readFileSync(join(cwd, 'memory'), 'utf8')) / 1024) };
}
