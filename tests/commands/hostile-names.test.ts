/** Hostile names in the places where they once got through; tests/campaigns/hostile-names.ts looks for others. */
import { describe, expect, test } from '@jest/globals';
import { aClient, aPool, CLIENT_ID, POOL_ID } from '../support/account.ts';
import { fakeAws, fakeFiles } from '../support/fake-ports.ts';
import { goodFile } from '../support/fixtures.ts';
import { onStage } from '../support/stage.ts';

const HOSTILE = 'a\x1b[2J\nb';
const SHOWN = 'a\\u{1b}[2J\\u{a}b';

describe('what is shown on one line stays there', () => {
  test('a path, where answers are missing', async () => {
    const { stderr } = await onStage(['init', '--yes', `--config=${HOSTILE}`]);
    expect(stderr).toContain(`error: ${SHOWN}: `);
  });

  test('a path in the command to run next', async () => {
    const files = fakeFiles({ [HOSTILE]: goodFile('flat') });
    const { stdout } = await onStage(['init', '--yes', `--config=${HOSTILE}`], { ports: { files } });
    expect(stdout).toMatch(`--config '${SHOWN}'\n`);
  });

  test('a path in the wizard’s first words', async () => {
    const { stderr } = await onStage(['init', '--dry-run', `--config=${HOSTILE}`], { attended: true });
    expect(stderr).toContain(`Creating ${SHOWN} for the Go server`);
  });

  test('an option that there is not', async () => {
    const { stderr } = await onStage(['doctor', `--${HOSTILE}`]);
    expect(stderr).toBe(`error: unknown option '--${SHOWN}'\n`);
  });

  test('what may have been meant stands below', async () => {
    const { stderr } = await onStage(['doctor', '--confg']);
    expect(stderr).toBe("error: unknown option '--confg'\n(Did you mean --config?)\n");
  });

  test('ids of app clients in a list', async () => {
    const aws = fakeAws([{ pool: aPool(), clients: [aClient({ id: HOSTILE })] }]);
    const { stderr } = await onStage(['discover', '--pool', POOL_ID, '--client', 'x', '--yes'], {
      ports: { aws },
    });
    expect(stderr).toContain(`it has:\n  ${SHOWN}  web\n`);
  });

  test('messages of a finding in the wizard', async () => {
    const files = fakeFiles({
      'user_management_config.yml': goodFile('flat').replace('"on"', JSON.stringify(HOSTILE)),
    });
    const { stderr } = await onStage(['init', '--dry-run'], { ports: { files }, attended: true });
    expect(stderr).not.toMatch(/\x1b\[2J|^b"/m);
  });

  test('the stack of an exception', async () => {
    const failing = { send: () => Promise.reject(new Error(`no\x1b[2J notarealsecret${'x'.repeat(40)}`)) };
    const { stderr } = await onStage(['doctor', '--debug'], {
      ports: {
        files: fakeFiles({ 'user_management_config.yml': goodFile('flat') }),
        http: failing,
        aws: fakeAws([{ pool: aPool(), clients: [aClient({ id: CLIENT_ID })] }]),
      },
    });
    expect(stderr).toMatch(/bug: Error: no.*\n[^]*\n {4}at /);
    expect(stderr).not.toMatch(/\x1b|notarealsecret/);
  });
});
