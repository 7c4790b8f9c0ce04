/** The pages of the callback address: what they may hold, and that nothing from outside gets in as markup. */
import { describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { failedPage, ignoredPage, signedInPage } from '../../src/report/login-page.ts';
import type { Ignored } from '../../src/core/cognito/sign-in.ts';
import type { CallbackAnswer } from '../../src/ports.ts';

const WHY = [
  'method',
  'host',
  'path',
  'bare',
  'state',
  'ambiguous',
  'head',
  'again',
] as const satisfies readonly Ignored[];

const PAGES: readonly [string, CallbackAnswer][] = [
  ['signed in', signedInPage({ email: 'ann@labels.test', role: 'admin' })],
  ['signed in without a role', signedInPage({ email: undefined, role: undefined })],
  ['failed', failedPage('the secret is wrong', 'Take it over again.')],
  ...WHY.map((why): [string, CallbackAnswer] => [why, ignoredPage(why)]),
];

describe.each(PAGES)('the page "%s"', (_name, { headers, html }) => {
  test('allows its own style and nothing else', () => {
    const [, style = ''] = /<style>([^<]*)<\/style>/.exec(html) ?? [];
    const hash = createHash('sha256').update(style).digest('base64');
    expect(headers['content-security-policy']).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
  });

  test('has no script, no address, and fits a phone', () => {
    expect(html).not.toMatch(/<script|javascript:|\son\w+=|src=|href=|url\(|@import/i);
    expect(html).toContain('width=device-width');
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
  });
});

test('the last page of a successful sign-in names the user', () => {
  const { status, html } = signedInPage({ email: 'ann@labels.test', role: 'worker' });
  expect(status).toBe(200);
  expect(html).toContain('ann@labels.test');
});

test.each([
  ['method', 405],
  ['path', 404],
  ['host', 400],
  ['state', 400],
  ['bare', 400],
  ['ambiguous', 400],
  ['again', 400],
] as const)('"%s" is answered %i', (why, status) => {
  expect(ignoredPage(why).status).toBe(status);
});

test('whatever comes from outside is text', () => {
  const tags = (html: string): number => html.match(/</g)?.length ?? 0;
  const plain = tags(failedPage('x', 'x').html);
  const signedIn = tags(signedInPage({ email: 'x', role: undefined }).html);
  const hostile = fc.oneof(
    fc.string(),
    fc.constantFrom(
      '<script>alert(1)</script>',
      '"><img src=x>',
      '</title><b>',
      '&lt;',
      '\u202e\u0000\u001b[2J',
      "'onload='x",
    ),
  );
  fc.assert(
    fc.property(hostile, hostile, (one, two) => {
      const failed = failedPage(one, two).html;
      expect(tags(failed)).toBe(plain);
      expect(failed).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
      expect(tags(signedInPage({ email: one, role: undefined }).html)).toBe(signedIn);
    }),
  );
});
