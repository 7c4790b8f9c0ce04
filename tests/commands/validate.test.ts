/** `validate` of very many files, as far as it does not show in what is printed; and which file its hints are about. */
import { describe, expect, test } from '@jest/globals';
import type { Runtime } from '../../src/cli/run.ts';
import { run } from '../support/run.ts';
import { Cancelled } from '../../src/core/failures.ts';
import { fakeFiles, fakePorts, fakeTerminal } from '../support/fake-ports.ts';
import { goodFile } from '../support/fixtures.ts';

const MANY = 1_000;

test('Ctrl-C is heard while files are checked', async () => {
  const files = fakeFiles(
    Object.fromEntries(Array.from({ length: MANY }, (_, at) => [`${at}.yml`, goodFile('flat')])),
  );
  let reads = 0;
  let press: () => void = () => undefined;
  const cancelled = new Promise<never>((_, refuse) => {
    press = () => {
      refuse(new Cancelled('SIGINT'));
    };
  });
  const read: typeof files.read = (...args) => {
    reads += 1;
    // As a signal comes: not before the event loop has its turn.
    if (reads === 1) setImmediate(press);
    return files.read(...args);
  };
  const runtime: Runtime = {
    version: '0',
    output: { colorLevel: () => 0, write: () => true },
    ports: () => fakePorts({ files: { ...files, read } }),
  };
  const names = Array.from({ length: MANY }, (_, at) => `${at}.yml`);
  expect(await run(['validate', ...names], runtime, { cancelled, insisted: cancelled })).toBe(130);
  expect(reads).toBeLessThan(MANY);
});

test('--output - is standard output, which takes the report alone', async () => {
  const files = fakeFiles({ 'c.yml': goodFile('flat'), '-': 'mine' });
  let stdout = '';
  const write = (stream: string, part: string): boolean => {
    if (stream === 'stdout') stdout += part;
    return true;
  };
  const runtime: Runtime = {
    version: '0',
    output: { colorLevel: () => 0, write },
    ports: () => fakePorts({ files }),
  };
  expect(await run(['validate', 'c.yml', '--format', 'json', '--output', '-'], runtime)).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ version: 1, summary: { files: 1 } });
  expect(files.contents.get('-')).toBe('mine');
});

describe('the command that a hint suggests names the file that it is about', () => {
  async function hintsOf(args: readonly string[], stdin = ''): Promise<readonly string[]> {
    const ports = fakePorts({
      files: fakeFiles({ 'user_management_config.yml': '', 'deploy/x.yml': '' }),
      terminal: fakeTerminal({ stdin }),
    });
    let text = '';
    const write = (_stream: string, part: string): boolean => {
      text += part;
      return true;
    };
    await run(['validate', '--format', 'json', ...args], {
      version: '0',
      output: { colorLevel: () => 0, write },
      ports: () => ports,
    });
    const { files } = JSON.parse(text) as { files: { findings: { hint: string }[] }[] };
    return files.map(({ findings }) => findings[0]?.hint.replace(/^.*: /, '') ?? '');
  }

  test.each<[readonly string[], readonly string[]]>([
    [[], ['umconfig init']],
    [['--config', 'deploy/x.yml'], ['umconfig init --config deploy/x.yml']],
    [['-'], ['umconfig init']],
    [['-', '--stdin-filename', 'a b.yml'], ["umconfig init --config 'a b.yml'"]],
    [
      ['user_management_config.yml', 'deploy/x.yml'],
      ['umconfig init --config user_management_config.yml', 'umconfig init --config deploy/x.yml'],
    ],
  ])('%j', async (args, hints) => {
    expect(await hintsOf(args)).toEqual(hints);
  });
});
