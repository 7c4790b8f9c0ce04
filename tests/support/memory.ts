/**
 * Measures the peak memory of a run. `maxRSS` is wrong on Linux: a new process starts with the peak of its parent (`exec` keeps it, and
 * Node starts children with `vfork`), so a small child would show the memory of the large test process. The peak in `/proc/self/status`
 * starts at zero for each process.
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

/** Runs `umconfig …args` in the folder `cwd` and leaves two of its own files there; `mebibytes` are rounded up. */
export async function umconfigMeasured(
  args: readonly string[],
  cwd: string,
): Promise<CliResult & { readonly mebibytes: number }> {
  writeFileSync(join(cwd, 'observer.cjs'), OBSERVER);
  const result = await umconfig(args, { cwd, env: { NODE_OPTIONS: '--require ./observer.cjs' } });
  return { ...result, mebibytes: Math.ceil(Number(readFileSync(join(cwd, 'memory'), 'utf8')) / 1024) };
}
