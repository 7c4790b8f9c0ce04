/** The validator held against the oracle of both servers: what it reports, what it lets pass, and what it makes of a file. */
import { describe, expect, test } from '@jest/globals';
import type { ConfigDocument } from '../../../src/core/yaml/types.ts';
import { entryAt, serialize } from '../../../src/core/yaml/document.ts';
import type { Change } from '../../../src/core/yaml/edit.ts';
import type { Finding, Severity } from '../../../src/core/rules/finding.ts';
import { recogniseLayout } from '../../../src/core/config/layouts.ts';
import { parseUrl } from '../../../src/core/config/endpoints.ts';
import { repair, validate } from '../../../src/core/rules/validate.ts';
import {
  contractFixtures,
  goodFile,
  readContractFixture,
  type ContractFixture,
} from '../../support/fixtures.ts';
import { readAsGoServer, readAsNodeServer } from '../../support/server-contract.ts';

const ROWS = contractFixtures.map((fixture) => [fixture.file, fixture] as const);

const check = ({ file, layout }: ContractFixture) => validate(readContractFixture(file), { layout });

const codesOf = (findings: readonly Finding[], ...severities: readonly Severity[]): readonly string[] =>
  [
    ...new Set(findings.filter(({ severity }) => severities.includes(severity)).map(({ code }) => code)),
  ].sort();

const hasErrors = (findings: readonly Finding[]): boolean =>
  findings.some(({ severity }) => severity === 'error');

/** Whether the file says in so many words that nobody need sign in. */
function isHonestlyOff(layout: string, document: ConfigDocument): boolean {
  if (layout === 'flat') {
    const value = entryAt(document, ['userManagement'])?.parsed;
    // A bare `false` is the default of the later Go server.
    return value === false || value === 'off' || value === 'Off' || value === 'OFF';
  }
  const user = entryAt(document, ['user', 'on']);
  return user === undefined || user.parsed === false;
}

/** What must be true in the real server of a file without errors; throws what is not. */
function expectRight(layout: string, document: ConfigDocument): void {
  const text = serialize(document);
  const expectAddresses = (view: {
    region: string;
    pool: string;
    host: string;
    jwksUrl: string;
    tokenUrl: string;
  }): void => {
    expect(view.jwksUrl).toBe(
      `https://cognito-idp.${view.region}.amazonaws.com/${view.pool}/.well-known/jwks.json`,
    );
    expect(view.pool.slice(0, view.pool.lastIndexOf('_'))).toBe(view.region);
    expect(view.tokenUrl).toBe(`https://${view.host}/oauth2/token`);
  };
  if (layout === 'flat') {
    const seen = readAsGoServer(text);
    expect(seen).toMatchObject({ starts: true });
    if (isHonestlyOff(layout, document)) {
      expect(seen.loginOn).toBe(false);
      return;
    }
    const { region, domainName, userPoolID, redirectUri } = seen.settings;
    expect(seen).toMatchObject({ loginOn: true, redirectPathServed: true });
    expect(new URL(seen.loginUrl).searchParams.get('redirect_uri')).toBe(redirectUri);
    const host = `${domainName}.auth.${region}.amazoncognito.com`;
    expectAddresses({
      region,
      pool: userPoolID,
      host,
      jwksUrl: seen.jwksUrl,
      tokenUrl: seen.tokenRequest.url,
    });
    const local = parseUrl(redirectUri);
    // Docker or a tunnel may map the port, so another one is a warning.
    const isMapped = validate(text, { layout: 'flat' }).findings.some(({ code }) => code === 'redirect-port');
    if (local?.protocol === 'http:' && !isMapped) expect(Number(local.port || 80)).toBe(seen.port);
    return;
  }
  for (const version of [3, 4] as const) {
    const seen = readAsNodeServer(text, version);
    expect(seen).toMatchObject({ starts: true, listens: true });
    if (isHonestlyOff(layout, document)) {
      expect(seen.loginOn).toBe(false);
      continue;
    }
    const { region, userPool, userPoolBaseUri, callbackUri } = seen.settings;
    expect(seen).toMatchObject({ loginOn: true, callbackPathServed: true });
    expect(new URL(seen.loginUrl).searchParams.get('redirect_uri')).toBe(callbackUri);
    const { jwksUrl, tokenRequest } = seen;
    expectAddresses({ region, pool: userPool, host: userPoolBaseUri, jwksUrl, tokenUrl: tokenRequest.url });
  }
}

describe('every file of the contract', () => {
  test.each(ROWS)('%s gives the expected codes', (_, fixture) => {
    expect(codesOf(check(fixture).findings, 'error', 'warning')).toEqual([...fixture.expect].sort());
  });

  test.each(
    ROWS.filter(([, { expect: codes }]) => !codes.some((code) => /^(not-|yaml-syntax|mixed-)/.test(code))),
  )('%s has its layout recognised', (_, { file, layout }) => {
    expect(recogniseLayout(validate(readContractFixture(file)).document)).toBe(layout);
  });

  test.each(ROWS.filter(([, { login }]) => login !== 'on'))(
    '%s has an error, or is honestly off',
    (_, fixture) => {
      const { document, findings } = check(fixture);
      const isHonest = fixture.login === 'off' && isHonestlyOff(fixture.layout, document);
      expect(isHonest || hasErrors(findings)).toBe(true);
    },
  );

  test.each(ROWS)('%s comes out right in the server, or has an error', (_, fixture) => {
    const { document, findings } = check(fixture);
    if (!hasErrors(findings)) expectRight(fixture.layout, document);
  });
});

/** The lines of the file that a repair may touch: those of the keys that the findings name. */
function touchedLines(document: ConfigDocument, changes: readonly Change[]): ReadonlySet<number> {
  const paths = changes.map(({ path }) => path.join('.'));
  const lineOf = (offset: number): number => document.text.slice(0, offset).split('\n').length - 1;
  const lines = document.entries
    .filter(({ path }) =>
      paths.some((each) => each === path.join('.') || each.startsWith(`${path.join('.')}.`)),
    )
    .flatMap(({ key, value, kind }) => {
      const last = lineOf(kind === 'mapping' ? key.end : value.end);
      return Array.from({ length: last - lineOf(key.start) + 1 }, (_, at) => lineOf(key.start) + at);
    });
  return new Set(lines);
}

/** Whether the wanted lines stand in the text in their order, with whatever between them. */
function keepsLines(wanted: readonly string[], text: string): boolean {
  let at = 0;
  for (const line of text.split('\n')) if (line === wanted[at]) at += 1;
  return at === wanted.length;
}

describe('the repairs of', () => {
  test.each(ROWS)('%s', (_, { file, layout }) => {
    const before = validate(readContractFixture(file), { layout });
    const { document, repaired } = repair(before.document, { layout });
    const after = validate(serialize(document), { layout });

    const count = (findings: readonly Finding[]): number =>
      findings.filter(({ severity }) => severity === 'error').length;
    if (before.findings.some(({ code }) => code === 'not-text')) return;
    expect(count(after.findings)).toBeLessThanOrEqual(count(before.findings));
    if (repaired.length === 0) expect(serialize(document)).toBe(serialize(before.document));
    else expect(count(after.findings)).toBeLessThan(count(before.findings) + 1);

    const again = repair(document, { layout });
    expect(serialize(again.document)).toBe(serialize(document));
    expect(again.repaired).toEqual([]);

    const touched = touchedLines(
      before.document,
      repaired.flatMap(({ changes = [] }) => changes),
    );
    const untouched = before.document.text.split('\n').filter((_line, at) => !touched.has(at));
    expect(keepsLines(untouched, document.text)).toBe(true);

    if (!hasErrors(after.findings)) expectRight(layout, document);
  });
});

test.each(['http', 'storage', 'user', 'cognito'])(
  'an empty %s makes no file one for the Node server',
  (key) => {
    const { document, layout, findings } = validate(`${goodFile('flat').replace(/\.\.\.\n$/, '')}${key}:\n`);
    expect(recogniseLayout(document)).toBe('flat');
    expect([layout, findings.map(({ code, path }) => `${code} ${path}`)]).toEqual([
      'flat',
      [`mixed-layouts ${key}`],
    ]);
  },
);
