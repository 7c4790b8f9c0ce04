/** The names of AWS profiles, as the two files of the AWS CLI have them. */
import { expect, test } from '@jest/globals';
import { profileNames } from '../../../src/core/cognito/aws-profiles.ts';

test.each<[string, config: string, credentials: string, names: readonly string[]]>([
  ['nothing', '', '', []],
  ['the default', '[default]\nregion = us-west-2\n', '', ['default']],
  ['named profiles', '[profile b]\n[profile  a ]\n  [ profile\tc ]\n', '', ['a', 'b', 'c']],
  [
    'with blanks, in quotes',
    '[profile "team a"]\n[profile \'b\']\n[profile "x\']\n',
    '',
    ['"x\'', 'b', 'team a'],
  ],
  ['what is no profile', '[sso-session x]\n[services y]\n[myprofile z]\n[profile]\n[profilex]\n', '', []],
  ['a heading within a line', 'x = [profile a]\n# [profile b]\n[profile c] # d\n', '', ['c']],
  ['a heading over two lines', '[profile\na]\n[profile b\n', '', []],
  [
    'credentials',
    '',
    '[a]\naws_access_key_id = x\n[profile b]\r\n[sso-session c]\r\n',
    ['a', 'profile b', 'sso-session c'],
  ],
  ['both, each once', '[profile a]\n[default]\n', '[default]\n[a]\n["b"]\n', ['a', 'b', 'default']],
])('%s', (_, config, credentials, names) => {
  expect(profileNames(config, credentials)).toEqual(names);
});
