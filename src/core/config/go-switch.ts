/**
 * How the two Go servers read the switch. Until 1 October 2019 it was a text, on for exactly `on`, `On` and `ON`; from 2 October 2019
 * on it is a boolean, and with a text in quotes that server does not start. Bare `on` and `off` are the only words that both read as meant.
 * Source: both servers, built and started with each value (docs/decisions/0008-what-the-servers-really-read.md).
 */
import { entryAt } from '../yaml/document.ts';
import type { Change } from '../yaml/edit.ts';
import type { ConfigDocument, Entry } from '../yaml/types.ts';

/** How a Go server reads the switch. */
export type GoSwitch = 'text' | 'boolean';

/** The words of YAML 1.1 for a boolean, which yaml.v2 takes without quotes. */
const YES = /^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const NO = /^(?:n|N|no|No|NO|false|False|FALSE|off|Off|OFF|~|null|Null|NULL)$/;

const IS_ON = /^(?:on|On|ON)$/;

/** How each of the two reads the value. `stops`: it does not start. */
export interface GoReadings {
  readonly text: 'on' | 'off' | 'stops';
  readonly boolean: 'on' | 'off' | 'stops';
}

/** How the two Go servers read the value of `userManagement`. */
export function readingsOf(entry: Entry, { text }: ConfigDocument): GoReadings {
  if (entry.kind === 'missing') return { text: 'off', boolean: 'off' };
  if (entry.kind !== 'scalar') return { text: 'stops', boolean: 'stops' };
  const isBare = entry.style === 'plain';
  const word = isBare ? text.slice(entry.value.start, entry.value.end) : textOf(entry);
  const boolean = !isBare ? 'stops' : YES.test(word) ? 'on' : NO.test(word) ? 'off' : 'stops';
  return { text: IS_ON.test(word) ? 'on' : 'off', boolean };
}

/** The value where it is a text, with its quotes taken off. */
export const textOf = ({ parsed }: Entry): string => (typeof parsed === 'string' ? parsed : '');

/** Keys that only the Go server with the boolean switch has. */
const BOOLEAN_MARKS = ['sync', 'syncHost', 'syncPort'] as const;

/**
 * Which Go server a file shows that it is for, as the later one's own default file does by a bare `false` or by `sync`. Undefined: either.
 */
export function goSwitchIn(document: ConfigDocument): GoSwitch | undefined {
  const entry = entryAt(document, ['userManagement']);
  const isFalse = entry?.kind === 'scalar' && entry.parsed === false;
  return isFalse || BOOLEAN_MARKS.some((key) => entryAt(document, [key]) !== undefined)
    ? 'boolean'
    : undefined;
}

/** The same for a server's own default file, which that server can be started with: a switch in quotes is the earlier one's. */
export function defaultGoSwitch(document: ConfigDocument): GoSwitch | undefined {
  const entry = entryAt(document, ['userManagement']);
  const isQuoted = entry?.style === 'double' || entry?.style === 'single';
  return goSwitchIn(document) ?? (isQuoted ? 'text' : undefined);
}

/** The change that writes the switch: as a boolean where the file has one for the later server, else as the word that both servers read. */
export function goSwitchChange(
  document: ConfigDocument,
  meaning: 'on' | 'off',
  known: GoSwitch | undefined = goSwitchIn(document),
): Change {
  const path = ['userManagement'];
  const isBoolean = typeof entryAt(document, path)?.parsed === 'boolean' && known === 'boolean';
  return isBoolean
    ? { op: 'set', path, value: meaning === 'on' }
    : { op: 'set', path, value: meaning, bare: true };
}
