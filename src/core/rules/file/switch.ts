/** The switch: whether the server asks anybody to sign in at all. */
import { showValue } from '../../text/display.ts';
import { meaningOf, type Facts } from './facts.ts';
import { keyOf } from '../../config/fields.ts';
import type { Hit } from '../finding.ts';
import { misspeltPaths } from './keys.ts';
import { atKey, atValue, rule, type KeyArgs, type Rule } from '../rule.ts';

type SwitchArgs = KeyArgs & { readonly value: string; readonly right: string };
type OffArgs = SwitchArgs & { readonly state: 'taken-for-off' | 'missing' | 'no-mapping' | 'off' };

type OffHit = Hit & { readonly args: OffArgs };

function flatSwitch(facts: Facts): readonly OffHit[] {
  const entry = facts.field('userManagement');
  const allowed: readonly unknown[] = keyOf('userManagement', 'flat')?.schema.enum ?? [];
  if (entry?.kind !== 'scalar' || allowed.includes(entry.parsed)) return [];
  if (entry.parsed === null || entry.parsed === '') return [];
  const meaning = meaningOf(entry.parsed);
  const right = '"on", or "off" to leave login off';
  const hit = atValue(entry, { state: 'taken-for-off' as const, value: showValue(entry.parsed), right });
  return [
    meaning === undefined ? hit : { ...hit, changes: [{ op: 'set', path: entry.path, value: meaning }] },
  ];
}

function nestedSwitch(facts: Facts): readonly OffHit[] {
  const right = 'user: {on: true}';
  const user = facts.entry('user');
  if (user?.kind === 'scalar') {
    const hit = atValue(user, { state: 'no-mapping' as const, value: showValue(user.parsed), right });
    const isOn = meaningOf(user.parsed) === 'on';
    return [isOn ? { ...hit, changes: [{ op: 'set', path: ['user', 'on'], value: true }] } : hit];
  }
  const entry = facts.field('userManagement');
  const cognito = facts.entry('cognito');
  if (
    entry !== undefined &&
    (entry.parsed === true || entry.parsed === null || typeof entry.parsed === 'string')
  )
    return [];
  if (entry !== undefined && entry.parsed !== false) {
    const args = { state: 'taken-for-off' as const, value: showValue(entry.parsed), right };
    return entry.parsed ? [] : [atValue(entry, args)];
  }
  const isMisspelt =
    entry === undefined && ['user', 'user.on'].some((path) => misspeltPaths(facts).has(path));
  if (cognito === undefined || isMisspelt) return [];
  return entry === undefined
    ? [atKey(cognito, { state: 'missing', value: '', right })]
    : [{ ...atValue(entry, { state: 'off', value: 'false', right }), severity: 'info' }];
}

export const LOGIN_RULES: readonly Rule<Facts>[] = [
  rule<OffArgs>({
    code: 'login-off',
    severity: 'error',
    risk: 9.1,
    title: 'The switch holds a value that the server takes for off',
    why: 'Login is on in the Go server for exactly `on`, `On` or `ON`, in the Node server for `user: {on: true}`. With `true`, `yes`, `"on "` or typographic quotes in the first, or `user: true` in the second, everybody gets in without login, and nothing says so.',
    fix: 'Write `userManagement: "on"` (flat) or `user: {on: true}` (nested). `off` is the honest way to leave login off.',
    check: (facts) => (facts.layout === 'flat' ? flatSwitch(facts) : nestedSwitch(facts)),
    message: ({ state, value }) =>
      `${
        {
          'taken-for-off': `the server takes ${value} for off`,
          missing: 'the switch user.on is missing',
          'no-mapping': `"user" is ${value} where the server looks for user.on`,
          off: 'the switch user.on is false',
        }[state]
      }: login is off and everybody gets in`,
    hint: ({ right }) => `Write ${right}.`,
  }),
  rule<SwitchArgs>({
    code: 'login-forced-on',
    severity: 'error',
    title: 'The switch is not a boolean, and so switches login on',
    why: 'The Node server takes the switch for what JavaScript takes for true: any text is, `"off"`, `no` and `"false"` included.',
    fix: 'Write `true` or `false` without quotes.',
    layouts: ['nested'],
    check: (facts) => {
      const entry = facts.field('userManagement');
      if (entry === undefined || typeof entry.parsed === 'boolean' || !entry.parsed) return [];
      const isOn = entry.kind === 'scalar' && meaningOf(entry.parsed) === 'on';
      const hit = atValue(entry, {
        value: showValue(entry.parsed),
        right: isOn ? 'true' : 'true, or false to leave login off',
      });
      return [isOn ? { ...hit, changes: [{ op: 'set', path: entry.path, value: true }] } : hit];
    },
    message: ({ value }) => `the server takes ${value} for true and switches login on`,
    hint: ({ right }) => `Write ${right}, without quotes.`,
  }),
  rule<KeyArgs>({
    code: 'login-redirect-broken',
    severity: 'info',
    title: 'The Node server does not send people to the login page by itself',
    why: 'Since September 2020 the error handler that should answer a 401 with the login address is never called, so even a right file shows a blank page to somebody who is not signed in. This is a fault of the server and not of the file.',
    fix: 'Nothing in the file: open the login page by hand (`umconfig discover` prints the hosted UI), or mend the server.',
    layouts: ['nested'],
    check: (facts) => {
      const entry = facts.field('userManagement');
      return entry !== undefined && Boolean(entry.parsed) ? [atValue(entry, {})] : [];
    },
    message: () =>
      "the Node server's own redirect to login is broken since September 2020: its error handler is never called, so people who are not signed in see a blank page",
    hint: () => 'Nothing is wrong with the file; people have to open the login page by its address.',
  }),
];
