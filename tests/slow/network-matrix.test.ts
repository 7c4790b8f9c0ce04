/** Tests that the call matrix is complete: no command makes a call that is not listed, and every call is in a row. */
import { describe, expect, test } from '@jest/globals';
import { COMMANDS } from '../../src/commands/index.ts';
import { atPace, LEISURE, MATRIX, OPERATIONS, runRow, sceneFor } from '../support/network-matrix.ts';
import { PUBLIC_OPERATIONS } from '../support/local-cognito/endpoints.ts';

const unique = (list: readonly string[]): readonly string[] => [...new Set(list)].sort();

describe('with a good network', () => {
  test.each(MATRIX.map((row) => [row.name, row] as const))(
    '%s makes exactly the listed calls',
    async (_, row) => {
      const scene = await sceneFor(row);
      try {
        const { calls, exitCode, stderr } = await atPace(LEISURE, () =>
          runRow(row, scene, undefined, LEISURE),
        );
        expect(unique([...calls])).toEqual(unique(row.calls));
        expect({ exitCode, stderr }).toMatchObject({ exitCode: row.answers === undefined ? 0 : 130 });
      } finally {
        await scene.cognito.close();
      }
    },
  );
});

test('every call is made by a command', () => {
  const browsers = ['SignIn', 'ErrorPage'];
  const web = PUBLIC_OPERATIONS.filter((name) => !browsers.includes(name));
  expect(unique(MATRIX.flatMap(({ calls }) => calls))).toEqual(unique([...Object.keys(OPERATIONS), ...web]));
});

test('every command that makes calls has a row', () => {
  const calling = COMMANDS.filter(({ options }) => options.includes('endpointUrl')).map(({ name }) => name);
  const inMatrix = MATRIX.map(({ name }) => name.replace(/,.*/, ''));
  expect(unique(inMatrix)).toEqual(unique(calling));
});
