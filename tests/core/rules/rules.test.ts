/**
 * Every rule by example. A rule's fixtures are found by their names; a bad one has its findings, exact to the character,
 * in a .json beside it. The words are in tests/fixtures/words/rules.json; `npm test -- -u` writes both anew.
 */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { positionAt } from '../../../src/core/yaml/document.ts';
import type { ConfigDocument } from '../../../src/core/yaml/types.ts';
import type { Finding } from '../../../src/core/rules/finding.ts';
import type { GitFacts } from '../../../src/ports.ts';
import type { FileFacts } from '../../../src/core/rules/file/facts.ts';
import { FILE_RULES, proseOf, RULES, ruleFor } from '../../../src/core/rules/index.ts';
import { MAX_FILE_BYTES } from '../../../src/core/rules/file/yaml.ts';
import { validate, type Validation } from '../../../src/core/rules/validate.ts';
import { jsonFinding } from '../../../src/report/json.ts';
import {
  expectationNames,
  expectedFindings,
  expectedWords,
  readRuleFixture,
  ruleFixtures,
  type RuleFixture,
} from '../../support/fixtures.ts';

/** Made here, since nobody wants it in a checkout. */
const TOO_LARGE: RuleFixture = { name: 'file-too-large.bad.yml', code: 'file-too-large', isGood: false };
const FIXTURES = [...ruleFixtures(), TOO_LARGE];
const BAD = FIXTURES.filter(({ isGood }) => !isGood);
const GOOD = FIXTURES.filter(({ isGood }) => isGood);

const bytesOf = ({ name }: RuleFixture): Uint8Array =>
  name === TOO_LARGE.name ? Buffer.alloc(MAX_FILE_BYTES + 1, '# \n') : readRuleFixture(name);

/** A file that git ignores, or has committed as it is. */
const gitOf = (text: string, isIgnored: boolean): GitFacts => {
  const kept = isIgnored ? undefined : text;
  return { isTracked: !isIgnored, isIgnored, committed: kept, staged: kept };
};

/** What is known of a file beside its text, where the rule is about that. */
function fileFacts({ code, isGood, name }: RuleFixture): FileFacts {
  return {
    path: `app/config/${name}`,
    mode: code === 'file-mode' && !isGood ? 0o644 : 0o600,
    ...(code === 'tracked-by-git' ? { git: gitOf(readRuleFixture(name).toString(), isGood) } : {}),
    ...(code === 'data-stops-restart' && !isGood ? { strayDirectories: ['demo'] } : {}),
  };
}

/** A checkout of the Go server, for the rule that asks for one. */
const CHECKOUT = { layout: 'flat', goSwitch: undefined, isFirstNode: false, shownBy: 'server/http' } as const;

const check = (fixture: RuleFixture): Validation =>
  validate(bytesOf(fixture), {
    file: fileFacts(fixture),
    notes: true,
    checkout: fixture.code === 'wrong-server' ? CHECKOUT : undefined,
  });

/** The findings of the fixture's own code as they are reported, with the source that they point at. */
function seen(fixture: RuleFixture): readonly unknown[] {
  const { document, findings } = check(fixture);
  return findings
    .filter(({ code }) => code === fixture.code)
    .map((finding) => ({
      ...placed(finding, document),
      source: document.text.slice(finding.span?.start ?? 0, finding.span?.end ?? 0),
    }));
}

/** A finding as it is reported, without the words. */
const placed = (finding: Finding, document: ConfigDocument): object =>
  Object.fromEntries(
    Object.entries(jsonFinding(finding, document, undefined)).filter(
      ([key]) => key !== 'message' && key !== 'hint',
    ),
  );

describe('the table', () => {
  test('codes are kebab case and unique', () => {
    const codes = RULES.map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    for (const code of codes) expect(code).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
  });

  test.each(RULES.map((row) => [row.code, row] as const))('%s has a title, a reason and a fix', (_, row) => {
    expect(row.title).toMatch(/^[^a-z].*[^.]$/u);
    expect(row.why).toMatch(/\.$/);
    expect(row.fix).not.toBe('');
  });

  test.each(FILE_RULES.map(({ code }) => code))('%s has a good and a bad fixture', (code) => {
    const kinds = FIXTURES.filter((fixture) => fixture.code === code).map(({ isGood }) => isGood);
    expect(new Set(kinds)).toEqual(new Set([true, false]));
  });

  test('every fixture is that of a rule, and every expectation that of a fixture', () => {
    const known: readonly string[] = FILE_RULES.map(({ code }) => code);
    expect(FIXTURES.filter(({ code }) => !known.includes(code))).toEqual([]);
    expect([...expectationNames()].sort()).toEqual(
      BAD.map(({ name }) => name.replace(/\.yml$/, '.json')).sort(),
    );
  });
});

describe('bad fixtures', () => {
  test.each(BAD.map((fixture) => [fixture.name, fixture] as const))('%s', (name, fixture) => {
    const findings = seen(fixture);
    expect(findings).not.toEqual([]);
    expect(findings).toEqual(expectedFindings(name, findings));
  });
});

describe('good fixtures', () => {
  test.each(GOOD.map((fixture) => [fixture.name, fixture] as const))('%s', (_, fixture) => {
    const { findings } = check(fixture);
    expect(findings.filter(({ code }) => code === fixture.code)).toEqual([]);
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});

describe('what is said', () => {
  const said = (fixture: RuleFixture): readonly string[] =>
    check(fixture)
      .findings.filter(({ code }) => code === fixture.code)
      .map((finding) => {
        const { message, hint } = proseOf(finding);
        return `${message} → ${hint}`;
      });
  const words = expectedWords(
    'rules',
    Object.fromEntries(BAD.map((fixture) => [fixture.name, () => said(fixture)])),
  );

  test('is what is written down of every bad fixture, and no more', () => {
    expect(Object.fromEntries(BAD.map((fixture) => [fixture.name, said(fixture)]))).toEqual(words);
  });

  test.each(BAD.map((fixture) => [fixture.name, fixture] as const))('%s', (_, fixture) => {
    const { document, findings } = check(fixture);
    for (const finding of findings) {
      const { message, hint } = proseOf(finding);
      expect(`${message} ${hint}`).not.toMatch(/undefined|NaN|\[object| {2}|\n/);
      expect(message).toMatch(/^\S.*[^.\s]$/su);
      expect(hint).toMatch(/^[A-Z].*\S$/su);
      if (finding.span === undefined) continue;
      expect(finding.span.start).toBeLessThanOrEqual(finding.span.end);
      expect(positionAt(document, finding.span.end).line).toBeGreaterThan(0);
    }
  });

  test('no message, hint or argument holds a secret', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9]{12,64}$/);
    fc.assert(
      fc.property(secret, (canary) => {
        for (const fixture of BAD) {
          const text = Buffer.from(bytesOf(fixture).subarray(0, 5000)).toString('utf8');
          const marked = text.replaceAll(/notarealsecret\w*/g, canary);
          const { findings } = validate(marked, { file: fileFacts(fixture) });
          for (const finding of findings) {
            const said = JSON.stringify([finding.path, finding.args, proseOf(finding)]);
            if (said.includes(canary))
              throw new Error(`${fixture.name}: ${finding.code} tells the secret: ${said}`);
          }
        }
      }),
      { numRuns: 4 },
    );
  });
});

test.each(['login-not-on', 'secret-in-log'])('%s is about the server, and so is its page', (code) => {
  expect(ruleFor(code)?.page).not.toMatch(/docs\.aws\.amazon\.com/);
});
