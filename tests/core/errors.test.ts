/** Every expected failure: exit code, message and remedy. */
import { describe, expect, test } from '@jest/globals';
import { hintText } from '../../src/core/text/hint.ts';
import { describeFileFailure, type ExpectedError, UsageError } from '../../src/core/errors.ts';
import { EXIT, SIGNAL_EXIT } from '../../src/core/exit-codes.ts';
import { FileFailure, type FileFailureKind } from '../../src/core/failures.ts';

/** Message and remedy of an error, for the snapshot. */
const words = ({ message, hint = '' }: ExpectedError): readonly string[] => [message, hintText(hint)];

describe('files', () => {
  test.each<[FileFailureKind, number]>([
    ['missing', EXIT.usage],
    ['directory', EXIT.usage],
    ['dangling-link', EXIT.usage],
    ['not-a-file', EXIT.usage],
    ['not-permitted', EXIT.world],
    ['not-replaceable', EXIT.world],
    ['read-only', EXIT.world],
    ['disk-full', EXIT.world],
    ['changed-on-disk', EXIT.world],
    ['io', EXIT.world],
  ])('%s', (kind, exitCode) => {
    const described = describeFileFailure(new FileFailure(kind, 'app/a.yml', 'EWHATEVER'));
    expect(described.exitCode).toBe(exitCode);
    expect(words(described)).toMatchSnapshot();
  });

  test('a hostile path is made harmless', () => {
    expect(describeFileFailure(new FileFailure('missing', 'a\n\x1b[2J', '')).message).toMatch(
      /^a\\u\{a\}\\u\{1b\}/,
    );
  });
});

test('a file that may be immutable', () => {
  expect(words(describeFileFailure(new FileFailure('not-permitted', 'a.yml', 'EPERM')))).toMatchSnapshot();
});

test('a signal ends a run with its own code', () => {
  expect(SIGNAL_EXIT).toEqual({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 });
});

test('exit codes are those of the interface', () => {
  expect(EXIT).toEqual({
    ok: 0,
    findings: 1,
    usage: 2,
    world: 3,
    interrupted: 130,
    terminated: 143,
    hungUp: 129,
  });
  expect(new UsageError('x').exitCode).toBe(2);
});
