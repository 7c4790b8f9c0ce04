/** What the two Go servers make of the switch, held to what yaml.v2 2.4.0 gave for both structs (tests/fixtures/contract/go-switch.json). */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { goSwitchIn, readingsOf } from '../../../src/core/config/go-switch.ts';
import { entryAt, parseDocument } from '../../../src/core/yaml/document.ts';

interface Measured {
  /** What follows the colon. */
  readonly source: string;
  readonly text: 'on' | 'off' | 'stops';
  readonly boolean: 'on' | 'off' | 'stops';
}

const { values } = JSON.parse(
  readFileSync(new URL('../../fixtures/contract/go-switch.json', import.meta.url), 'utf8'),
) as { readonly values: readonly Measured[] };

describe('the switch as yaml.v2 read it', () => {
  test.each(values)('$source', ({ source, text, boolean }) => {
    const document = parseDocument(`port: 8686\nuserManagement: ${source}\n`);
    const entry = entryAt(document, ['userManagement']);
    expect(entry).toBeDefined();
    if (entry !== undefined) expect(readingsOf(entry, document)).toEqual({ text, boolean });
  });
});

test.each([
  ['userManagement: false', 'boolean'],
  ['userManagement: on\nsync: false', 'boolean'],
  ['userManagement: on\nsyncPort: 3000', 'boolean'],
  ['userManagement: true', undefined],
  ['userManagement: off', undefined],
  ['userManagement: off', undefined],
])('%j is for the Go server with a switch of the kind %s', (text, kind) => {
  expect(goSwitchIn(parseDocument(text))).toBe(kind);
});
