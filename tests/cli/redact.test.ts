/** Tests that no known secret leaves through any port, and that a secret that comes in is known from then on. */
import { describe, expect, test } from '@jest/globals';
import { fakeFiles, fakePorts, fakePrompter } from '../support/fake-ports.ts';
import { knownSecrets } from '../../src/core/text/secrets.ts';
import { guardedPorts } from '../../src/cli/redact.ts';
import type { AnswerCallback } from '../../src/ports.ts';
import { goodFile } from '../support/fixtures.ts';
import { onStage } from '../support/stage.ts';

const SECRET = 'canarycanarycanary-0123456789wxyz';
const MASKED = '••••wxyz';
const FILE = 'user_management_config.yml';

const holding = goodFile('flat').replace(/^clientSecret: .*$/m, `clientSecret: "${SECRET}"`);

describe('an unexpected exception', () => {
  test('is printed without secrets, and so is its stack', async () => {
    const http = { send: () => Promise.reject(new TypeError(`cannot read ${SECRET}`)) };
    const ports = { files: fakeFiles({ [FILE]: holding }), http };
    const { exitCode, stdout, stderr } = await onStage(['doctor', '--debug'], { ports });
    expect(exitCode).toBe(3);
    expect(stderr).toContain(`bug: TypeError: cannot read ${MASKED}`);
    expect(stderr).toMatch(/\n +at /);
    expect(stdout + stderr).not.toContain(SECRET);
  });
});

describe('a prompt', () => {
  const prompter = fakePrompter(['typed', SECRET, 'x', 'name']);
  const ports = guardedPorts(fakePorts({ prompter }), knownSecrets());

  test('never suggests a secret, and registers a typed one', async () => {
    const { secrets } = ports;
    secrets.keep(SECRET);
    const question = { message: `is ${SECRET} it?`, validate: (): true => true };
    expect(await ports.prompter.text({ ...question, default: `my ${SECRET}` })).toBe('typed');
    expect(await ports.prompter.secret(question)).toBe(SECRET);
    expect(await ports.prompter.text({ ...question, default: 'plain' })).toBe('x');
    await ports.prompter.select('which?', [{ name: `name ${SECRET}`, value: 1 }]);
    expect(prompter.asked.map(({ message }) => message)).toEqual([
      ...Array.from({ length: 3 }, () => `is ${MASKED} it?`),
      'which?',
    ]);
    expect(prompter.asked.map((asked) => asked.default)).toEqual([
      undefined,
      undefined,
      'plain',
      `name ${MASKED}`,
    ]);
  });

  test('does not repeat a refused secret', async () => {
    const asking = fakePrompter([SECRET, `${SECRET}!`]);
    const guarded = guardedPorts(fakePorts({ prompter: asking }), knownSecrets());
    const validate = (answer: string): true | string => answer.endsWith('!') || `not ${answer}`;
    await guarded.prompter.secret({ message: 'secret', validate });
    expect(asking.asked[0]?.refusals).toEqual([`not ${MASKED}`]);
  });
});

test('masks a secret on a page in the browser', async () => {
  let answer: AnswerCallback | undefined;
  const loopback = {
    listen: (_port: number, given: AnswerCallback) => {
      answer = given;
      return Promise.resolve({ close: () => Promise.resolve() });
    },
  };
  const ports = guardedPorts(fakePorts({ loopback }), knownSecrets());
  ports.secrets.keep(SECRET);
  await ports.loopback.listen(1, () => ({ status: 200, headers: {}, html: `<p>${SECRET}</p>` }));
  const page = await answer?.({ method: 'GET', target: '/', host: undefined });
  expect(page?.html).toBe(`<p>${MASKED}</p>`);
});

test('masks a secret in a report file', async () => {
  const text = holding.replace(/^userManagement: .*$/m, `userManagement: "${SECRET}"`);
  const files = fakeFiles({ [FILE]: text });
  await onStage(['validate', '--output', 'report', '--format', 'json'], { ports: { files } });
  const report = files.contents.get('report');
  expect(report).toContain(MASKED);
  expect(report).not.toContain(SECRET);
});
