/** The right value of a key: what follows from other keys, and where the rest is found. */
import type { Change } from '../../yaml/edit.ts';
import type { Facts } from './facts.ts';
import type { FieldValues } from '../../config/field.ts';
import { fieldAt } from '../../config/fields.ts';
import { DOMAIN_PREFIX, partitionOf, regionOfPool, RESERVED_IN_PREFIX } from '../../config/endpoints.ts';
import type { KeyArgs } from '../rule.ts';

/** The value of a key that follows from others, if those are present and valid. */
export function derivedValue(facts: Facts, path: string): string | undefined {
  const field = fieldAt(path, facts.layout)?.field;
  return field?.derive?.(soundValues(facts), facts.layout);
}

/** The values that others may be derived from: the user pool ID, and a valid domain prefix in a commercial region. */
function soundValues(facts: Facts): FieldValues {
  const userPoolID = facts.text('userPoolID')?.text ?? '';
  const domainName = facts.text('domainName')?.text ?? '';
  const isSound =
    DOMAIN_PREFIX.test(domainName) &&
    !RESERVED_IN_PREFIX.some((word) => domainName.includes(word)) &&
    partitionOf(regionOfPool(userPoolID) ?? '') === 'aws';
  return isSound ? { userPoolID, domainName } : { userPoolID };
}

export const setTo = (path: string, value: string | undefined): readonly Change[] | undefined =>
  value === undefined ? undefined : [{ op: 'set', path: path.split('.'), value }];

export const repaired = <H extends object>(hit: H, changes: readonly Change[] | undefined): H =>
  changes === undefined ? hit : { ...hit, changes };

export type Found = KeyArgs & { readonly right: string; readonly where: string };

/** The expected value, or where to find it. */
export function whereToFind(facts: Facts, path: string): { readonly right: string; readonly where: string } {
  const row = fieldAt(path, facts.layout);
  const example = row?.key.examples[0];
  // In quotes it would be no boolean.
  const shown = row?.key.schema.also?.type === 'boolean' ? String(example) : JSON.stringify(example ?? '');
  return {
    right: derivedValue(facts, path) ?? '',
    where:
      row?.field.console === undefined
        ? `Set ${path}, for example to ${shown}.`
        : `Copy it from the AWS console: ${row.field.console.today}.`,
  };
}

export const findIt = ({ right, where }: Found): string => (right === '' ? where : `Write "${right}".`);
