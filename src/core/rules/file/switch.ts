/** The switch: whether the server asks people to sign in at all, and whether the file is for the server that reads it. */
import { showValue } from '../../text/display.ts';
import { onFile, say } from '../../text/hint.ts';
import { goSwitchChange, readingsOf, textOf, type GoReadings } from '../../config/go-switch.ts';
import { nameOfKey } from '../../config/fields.ts';
import { LAYOUTS } from '../../config/layouts.ts';
import type { Entry } from '../../yaml/types.ts';
import { meaningOf, type Facts } from './facts.ts';
import type { Hit } from '../finding.ts';
import { isNotFilledIn, misspeltPaths } from './keys.ts';
import { atKey, atValue, keyArgs, rule, type KeyArgs, type Rule } from '../rule.ts';

/** Which server a message is about: the earlier or the later Go server, either, or a Node server. */
type Reader = 'text' | 'boolean' | 'either' | 'node';

type SwitchArgs = KeyArgs & { readonly value: string; readonly right: string; readonly reader: Reader };
type OffArgs = SwitchArgs & {
  readonly state: 'taken-for-off' | 'missing' | 'no-mapping' | 'off';
  /** What the later Go server does with the value. */
  readonly later: GoReadings['boolean'];
};

type OffHit = Hit & { readonly args: OffArgs };

const EARLIER = 'the Go server until 1 October 2019';
const LATER = 'the Go server since 2 October 2019';

const goReader = ({ goSwitch }: Facts): Reader => goSwitch ?? 'either';

/** The flat switch, where it holds a value that can be judged. */
function goSwitchEntry(facts: Facts): Entry | undefined {
  const entry = facts.layout === 'flat' ? facts.field('userManagement') : undefined;
  return entry?.kind !== 'scalar' || entry.parsed === null || entry.parsed === '' ? undefined : entry;
}

/** What the servers that may read the file do with the switch. */
function readings(facts: Facts, entry: Entry): readonly GoReadings['text'][] {
  const both = readingsOf(entry, facts.document);
  return facts.goSwitch === undefined ? [both.text, both.boolean] : [both[facts.goSwitch]];
}

/** Quotes around a word that the earlier Go server takes for on or off, and the later one does not start with. */
function isQuotedWord(entry: Entry): boolean {
  return entry.style !== 'plain' && /^(?:on|On|ON|off|Off|OFF)$/.test(textOf(entry));
}

/** Login is off because the file says so, in a way that every server that may read it understands. */
function isOffOnPurpose(facts: Facts, entry: Entry): boolean {
  const isOff = readings(facts, entry).every((reading) => reading === 'off');
  return isOff && (facts.goSwitch === 'boolean' || /^(?:off|Off|OFF)$/.test(textOf(entry)));
}

function flatSwitch(facts: Facts): readonly OffHit[] {
  const entry = goSwitchEntry(facts);
  if (entry === undefined) return [];
  const { boolean: later } = readingsOf(entry, facts.document);
  const reader = goReader(facts);
  const args = { value: showValue(entry.parsed), reader, later, right: 'on, or off to leave login off' };
  const isQuotedOff = isQuotedWord(entry) && textOf(entry).toLowerCase() === 'off';
  if (isOffOnPurpose(facts, entry) || (isQuotedOff && facts.goSwitch !== 'boolean'))
    return [onPurpose(facts, atValue(entry, { ...args, state: 'off' as const }))];
  const isRead = readings(facts, entry).every((reading) => reading === 'on');
  // What the later server does not start with has a finding of its own.
  if (isRead || isQuotedWord(entry) || facts.goSwitch === 'boolean') return [];
  const meaning = meaningOf(entry.parsed);
  const hit = atValue(entry, { ...args, state: 'taken-for-off' as const });
  return [
    meaning === undefined
      ? hit
      : { ...hit, changes: [goSwitchChange(facts.document, meaning, facts.goSwitch)] },
  ];
}

/** Off is no fault, unless login is required. */
const onPurpose = (facts: Facts, hit: OffHit): OffHit =>
  facts.requireLogin ? hit : { ...hit, severity: 'info' };

function nestedSwitch(facts: Facts): readonly OffHit[] {
  const args = { right: 'user: {on: true}', reader: 'node' as const, later: 'off' as const };
  const user = facts.entry('user');
  if (user?.kind === 'scalar') {
    const hit = atValue(user, { ...args, state: 'no-mapping' as const, value: showValue(user.parsed) });
    const isOn = meaningOf(user.parsed) === 'on';
    return [isOn ? { ...hit, changes: [{ op: 'set', path: ['user', 'on'], value: true }] } : hit];
  }
  const entry = facts.field('userManagement') ?? facts.field('oldUserManagement');
  if (entry !== undefined) {
    // Nothing, and what JavaScript takes for true, have findings of their own.
    if (entry.parsed === null || entry.parsed === '' || Boolean(entry.parsed)) return [];
    const value = showValue(entry.parsed);
    return entry.parsed === false
      ? [onPurpose(facts, atValue(entry, { ...args, state: 'off' as const, value }))]
      : [atValue(entry, { ...args, state: 'taken-for-off' as const, value })];
  }
  const isMisspelt = ['user', 'user.on', 'userManagement'].some((path) => misspeltPaths(facts).has(path));
  if (isMisspelt) return [];
  const missing = { ...args, state: 'missing' as const, value: '' };
  const cognito = facts.entry('cognito');
  if (cognito !== undefined) return [atKey(cognito, missing)];
  const start = facts.document.entries[0]?.key.start ?? 0;
  const span = { start, end: start };
  return [onPurpose(facts, { path: 'user.on', span, args: { ...missing, ...keyArgs('user.on') } })];
}

/** Why login is off. */
function offReason({ name, value, reader, later, state }: OffArgs): string {
  if (state === 'missing') return `${nameOfKey('user.on')} is missing`;
  if (state === 'no-mapping') return `"user" is ${value}, but the server reads \`user.on\``;
  if (state === 'off') return `${name} is ${value}`;
  if (reader === 'node') return `${name} is ${value}, which the Node server reads as off`;
  if (reader === 'text') return `${name} is ${value}, which the Go server reads as off`;
  const laterDoes = { on: 'reads it as on', off: 'reads it as off', stops: 'does not start' }[later];
  return `${name} is ${value}, which ${EARLIER} reads as off (${LATER} ${laterDoes})`;
}

export const LOGIN_RULES: readonly Rule<Facts>[] = [
  rule<OffArgs>({
    code: 'login-off',
    severity: 'error',
    risk: 9.1,
    title: 'Login is off',
    why: 'Until 1 October 2019 the Go server switches login on for exactly `on`, `On` or `ON`; `true`, `yes`, `"on "` and typographic quotes leave it off. The Node server switches login on for `user: {on: true}`; `user: true` leaves it off. Neither server reports an error. If the file says `off` on purpose, this finding is only an info; `--require-login` makes it an error.',
    fix: 'Write `userManagement: on` (flat) or `user: {on: true}` (nested). To leave login off on purpose, write `off` or `user: {on: false}`.',
    check: (facts) => (facts.layout === 'flat' ? flatSwitch(facts) : nestedSwitch(facts)),
    message: (args) => `${offReason(args)}, so login is off: anyone can use the server without signing in`,
    hint: ({ right, state }) =>
      state === 'off' ? `To switch login on, write ${right.split(',')[0] ?? right}.` : `Write ${right}.`,
  }),
  rule<SwitchArgs>({
    code: 'switch-not-boolean',
    severity: 'warning',
    title: 'The login switch must not be in quotes',
    why: 'Until 1 October 2019 the Go server read the switch as text, with or without quotes. Since 2 October 2019 it reads a boolean and stops at `"on"` with `cannot unmarshal !!str into bool`. Both servers read `on` and `off` without quotes.',
    fix: 'Write `on` or `off` without quotes.',
    layouts: ['flat'],
    check: (facts) => {
      const entry = goSwitchEntry(facts);
      if (entry === undefined || facts.goSwitch === 'text') return [];
      const stops = readingsOf(entry, facts.document).boolean === 'stops';
      const isUncertain = facts.goSwitch === undefined;
      if (!stops || (isUncertain && (!isQuotedWord(entry) || isNotFilledIn(facts)))) return [];
      const meaning = meaningOf(entry.parsed);
      const hit = {
        ...atValue(entry, {
          value: showValue(entry.parsed),
          right: meaning ?? 'on or off',
          reader: goReader(facts),
        }),
        ...(facts.goSwitch === 'boolean' ? { severity: 'error' as const } : {}),
      };
      return [
        meaning === undefined
          ? hit
          : { ...hit, changes: [goSwitchChange(facts.document, meaning, facts.goSwitch)] },
      ];
    },
    message: ({ name, value, reader }) =>
      reader === 'boolean'
        ? `${name} is ${value}, so the Go server does not start: expected on or off without quotes`
        : `${name} is ${value} in quotes, so ${LATER} does not start (${EARLIER} accepts it)`,
    hint: ({ right }) => `Write ${right} without quotes.`,
  }),
  rule<SwitchArgs>({
    code: 'user-on-missing',
    severity: 'error',
    risk: 9.1,
    title: '`userManagement` without `user.on`',
    why: 'The Node server of 24 April to 26 July 2020 read `userManagement: true`. Later Node servers read only `user.on`. The only published example of a Node configuration still has the old key.',
    fix: say`Add \`user: {on: true}\` and keep the old key: the two together work with every Node server. Or run: ${onFile('validate', '--fix')}`,
    layouts: ['nested'],
    check: (facts) => {
      const old = facts.field('oldUserManagement');
      const user = facts.entry('user');
      const isThere =
        facts.field('userManagement') !== undefined || (user !== undefined && user.kind !== 'mapping');
      if (old === undefined || isThere || !old.parsed || misspeltPaths(facts).has('user.on')) return [];
      // A text that means off switches login on, which is another finding.
      if (old.kind === 'scalar' && meaningOf(old.parsed) === 'off') return [];
      const hit = atValue(old, { value: showValue(old.parsed), right: '', reader: 'node' as const });
      const isOn = old.kind === 'scalar' && meaningOf(old.parsed) === 'on';
      return [isOn ? { ...hit, changes: [{ op: 'set', path: ['user', 'on'], value: true }] } : hit];
    },
    message: () =>
      '`user.on` is missing, so login is off on Node servers since 27 July 2020: anyone can use them without signing in. Only older ones read `userManagement`',
    hint: () => 'Add `user: {on: true}` and keep this line: the two together work with every Node server.',
  }),
  rule<SwitchArgs>({
    code: 'login-forced-on',
    severity: 'error',
    title: 'The login switch is not a boolean, so login is on',
    why: 'The Node server tests whether the value is truthy in JavaScript. Any text is, including `"off"`, `no` and `"false"`.',
    fix: 'Write `true` or `false` without quotes.',
    layouts: ['nested'],
    check: (facts) => {
      const old = facts.field('oldUserManagement');
      const isOldOff = old?.kind === 'scalar' && meaningOf(old.parsed) === 'off';
      const entry = facts.field('userManagement') ?? (isOldOff ? old : undefined);
      if (entry === undefined || typeof entry.parsed === 'boolean' || !entry.parsed) return [];
      const isOn = entry.kind === 'scalar' && meaningOf(entry.parsed) === 'on';
      const hit = atValue(entry, {
        value: showValue(entry.parsed),
        right: isOn ? 'true' : 'true, or false to leave login off',
        reader: 'node' as const,
      });
      return [isOn ? { ...hit, changes: [{ op: 'set', path: entry.path, value: true }] } : hit];
    },
    message: ({ name, value }) => `${name} is ${value}, which the Node server reads as true, so login is on`,
    hint: ({ right }) => `Write ${right}, without quotes.`,
  }),
  rule<
    KeyArgs & {
      readonly file: string;
      readonly layout: string;
      readonly checkout: string;
      readonly shownBy: string;
    }
  >({
    code: 'wrong-server',
    severity: 'error',
    risk: 9.1,
    title: 'The file is for a different server than the checkout',
    why: 'The Go server and the Node server read different keys. A Go file leaves login off on a Node server or keeps it from listening. A Node file stops the Go server at start.',
    fix: 'Create a file for the server in the checkout: `umconfig init --layout flat` or `umconfig init --layout nested`. If the file is for another machine, name its server with `--layout`.',
    check: ({ checkout, layout, document }) => {
      const [first] = document.entries;
      if (checkout === undefined || first === undefined || checkout.layout === layout) return [];
      return [
        atKey(first, {
          file: LAYOUTS[layout].server,
          layout,
          checkout: LAYOUTS[checkout.layout].server,
          shownBy: checkout.shownBy,
        }),
      ];
    },
    message: ({ file, checkout, shownBy }) =>
      `The file is for ${file}, but the checkout is ${checkout} (see ${shownBy}), so login does not work there`,
    hint: ({ layout }) =>
      `If the file is for another machine, add --layout ${layout}. Otherwise create a file for this server: umconfig explain wrong-server.`,
  }),
];
