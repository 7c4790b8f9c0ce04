/** Tests the built `login` in a real browser, Debian's Chromium, from the login form to the last page. Skipped without Chromium. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { cleanEnvironment, inTemporaryDirectory, PROGRAM } from '../support/cli.ts';
import { FILE, PASSWORD, PEOPLE, startScene, type Scene } from '../support/sign-in-scene.ts';

const CHROMIUM = '/usr/bin/chromium';
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const isThere = existsSync(CHROMIUM);
/** The folder for screenshots; none by default. */
const PICTURES = process.env['UMCONFIG_TEST_PICTURES'];

const inChromium = isThere ? describe : describe.skip;

inChromium(
  isThere ? 'in Chromium' : `in Chromium (skipped: ${CHROMIUM} is not installed; apt-get install chromium)`,
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
    });
    afterAll(() => browser.close());

    interface Outcome {
      readonly exitCode: number | null;
      readonly stdout: string;
    }

    /** Runs `login`, lets `play` act as the user in the browser, and waits for the end. */
    async function login(from: Scene, play: (address: string) => Promise<void>): Promise<Outcome> {
      return inTemporaryDirectory(async (cwd) => {
        await writeFile(join(cwd, FILE), from.text, { mode: 0o600 });
        const args = [PROGRAM, 'login', '--no-browser', '--endpoint-url', from.cognito.url];
        const child = spawn(process.execPath, args, { cwd, env: cleanEnvironment(cwd) });
        let stdout = '';
        child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
        const closed = once(child, 'close');
        let stderr = '';
        const address = new Promise<string>((resolve, reject) => {
          child.stderr.on('data', (chunk: Buffer) => {
            stderr += chunk.toString();
            const [found] = /^http:\S+\/oauth2\/authorize\S+$/m.exec(stderr) ?? [];
            if (found !== undefined) resolve(found);
          });
          void closed.then(() => {
            reject(new Error(stderr));
          });
        });
        await play(await address);
        const [exitCode] = (await closed) as [number | null];
        return { exitCode, stdout };
      });
    }

    async function fillIn(page: Page, who: string): Promise<void> {
      await page.fill('input[name=username]', who);
      await page.fill('input[name=password]', PASSWORD);
      await page.click('button[type=submit]');
    }

    interface Seen {
      readonly title: string;
      readonly text: string;
      readonly overflow: number;
      readonly smallest: number;
      readonly requests: readonly string[];
      readonly problems: readonly string[];
    }

    async function lastPage(from: Scene, who: string, width: number, name: string): Promise<Seen & Outcome> {
      const context = await browser.newContext({ viewport: { width, height: width < 500 ? 844 : 800 } });
      const page = await context.newPage();
      const requests: string[] = [];
      const problems: string[] = [];
      page.on('request', (request) => requests.push(new URL(request.url()).origin));
      page.on('console', (message) => problems.push(message.text()));
      page.on('pageerror', (error) => problems.push(error.message));
      let seen: Omit<Seen, 'requests' | 'problems'> | undefined;
      const outcome = await login(from, async (address) => {
        await page.goto(address);
        await fillIn(page, who);
        await page.waitForSelector('main h1');
        seen = {
          title: await page.title(),
          text: await page.innerText('main'),
          overflow: await page.evaluate(
            'document.documentElement.scrollWidth - document.documentElement.clientWidth',
          ),
          smallest: await page.evaluate(
            'Math.min(...[...document.querySelectorAll("main *")].map((one) => parseFloat(getComputedStyle(one).fontSize)))',
          ),
        };
        if (PICTURES !== undefined) {
          await mkdir(PICTURES, { recursive: true });
          await page.screenshot({ path: join(PICTURES, `${name}-${String(width)}.png`) });
        }
      });
      await context.close();
      if (seen === undefined) throw new Error('no last page was seen');
      return { ...seen, ...outcome, requests, problems };
    }

    test.each([1280, 390])('shows the success page after a sign-in, %i pixels wide', async (width) => {
      const from = await startScene('flat');
      try {
        const end = await lastPage(from, PEOPLE.admin, width, 'worked');
        expect(end.exitCode).toBe(0);
        expect(end.stdout).toContain('Signed in as ann@labels.test');
        expect(end.title).toBe('Sign-in successful · umconfig');
        expect(end.text).toMatch(/You are signed in as ann@labels\.test\..*You can close this tab/s);
        expect(end.overflow).toBe(0);
        expect(end.smallest).toBeGreaterThanOrEqual(16);
        // The policy allows the page's style, and the page makes no other request and logs no error.
        expect(end.problems).toEqual([]);
        expect(new Set(end.requests)).toEqual(new Set([from.cognito.url, new URL(from.redirectUri).origin]));
      } finally {
        await from.cognito.close();
      }
    });

    test.each([1280, 390])(
      'shows the reason on a page after a refused sign-in, %i pixels wide',
      async (width) => {
        const from = await startScene('nested');
        try {
          from.cognito.forge({ kind: 'other-issuer' });
          const end = await lastPage(from, PEOPLE.worker, width, 'refused');
          expect(end.exitCode).toBe(1);
          expect(end.title).toBe('Sign-in failed · umconfig');
          expect(end.text).toContain('has the issuer https://cognito-idp.us-west-2.amazonaws.com/');
          expect(end.overflow).toBe(0);
        } finally {
          await from.cognito.close();
        }
      },
    );

    test('is not affected by opening the callback in another tab', async () => {
      const from = await startScene('nested');
      try {
        const { exitCode } = await login(from, async (address) => {
          const page = await browser.newPage();
          await page.goto(`${from.redirectUri}?code=guessed&state=guessed`);
          expect(await page.innerText('h1')).toBe('This address is from another sign-in');
          await page.goto(from.redirectUri);
          expect(await page.innerText('h1')).toBe('No code in the address');
          await page.goto(address);
          await fillIn(page, PEOPLE.worker);
          await page.waitForSelector('main h1');
          expect(await page.innerText('h1')).toBe('Sign-in successful');
          await page.close();
        });
        expect(exitCode).toBe(0);
      } finally {
        await from.cognito.close();
      }
    });
  },
);
