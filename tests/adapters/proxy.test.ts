/** Proxies and certificates as the AWS CLI takes them: which proxy is for which address, and real requests through a real proxy. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer as createTlsServer, type Server } from 'node:https';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { proxyFor, proxySecrets } from '../../src/adapters/proxy.ts';
import { inTemporaryDirectory, umconfig } from '../support/cli.ts';
import { startForwardProxy, type ForwardProxy } from '../support/forward-proxy.ts';
import { goodFile } from '../support/fixtures.ts';
import { startLocalCognito, type LocalCognito } from '../support/local-cognito.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

describe('which proxy is used', () => {
  const PROXY = 'http://proxy.test:3128';
  const AWS = 'https://cognito-idp.us-west-2.amazonaws.com/';
  const used = (env: Readonly<Record<string, string>>, url = AWS): string | undefined =>
    proxyFor(new URL(url), env)?.url.href;

  test.each([
    [{ HTTPS_PROXY: PROXY }, AWS, `${PROXY}/`],
    [{ https_proxy: PROXY }, AWS, `${PROXY}/`],
    [{ https_proxy: 'http://lower.test', HTTPS_PROXY: PROXY }, AWS, 'http://lower.test/'],
    [{ https_proxy: '', HTTPS_PROXY: PROXY }, AWS, undefined],
    [{ HTTPS_PROXY: 'proxy.test:3128' }, AWS, `${PROXY}/`],
    [{ HTTPS_PROXY: 'https://proxy.test' }, AWS, 'https://proxy.test/'],
    [{ HTTP_PROXY: PROXY }, AWS, undefined],
    [{ HTTPS_PROXY: PROXY }, 'http://localhost:9229', undefined],
    [{ HTTP_PROXY: PROXY }, 'http://localhost:9229', `${PROXY}/`],
    [{ ALL_PROXY: PROXY }, AWS, undefined],
    [{ HTTPS_PROXY: 'http://ann:secret@proxy.test:3128' }, AWS, `${PROXY}/`],
  ])('%j for %s: %s', (env, url, expected) => {
    expect(used(env as unknown as Record<string, string>, url)).toBe(expected);
  });

  test.each([
    ['amazonaws.com', AWS, true],
    ['.amazonaws.com', AWS, true],
    ['*.amazonaws.com', AWS, true],
    ['AMAZONAWS.COM', AWS, true],
    ['*', AWS, true],
    ['zonaws.com', AWS, false],
    ['example.com, amazonaws.com', AWS, true],
    ['example.com amazonaws.com', AWS, true],
    ['amazonaws.com:443', AWS, true],
    ['amazonaws.com:8443', AWS, false],
    ['10.0.0.0/8', 'https://10.1.2.3', true],
    ['10.0.0.0/8', 'https://11.1.2.3', false],
    ['10.0.0.0/33', 'https://10.1.2.3', false],
    ['10.1.2.3', 'https://10.1.2.3', true],
    ['2.3', 'https://10.1.2.3', false],
    ['fd00::/8', 'https://[fd12::1]', true],
    ['::1', 'https://[::1]:8443', true],
    ['[::1]:8443', 'https://[::1]:8443', true],
    ['', AWS, false],
    [',,', AWS, false],
  ])('NO_PROXY=%s for %s: direct is %s', (noProxy, url, isDirect) => {
    expect(used({ HTTPS_PROXY: PROXY, NO_PROXY: noProxy }, url) === undefined).toBe(isDirect);
  });

  test.each(['socks5://proxy.test', 'http://[', 'ftp://proxy.test'])('%s is refused', (text) => {
    expect(() => used({ HTTPS_PROXY: text })).toThrow('HTTPS_PROXY');
  });

  test('the password is known as a secret, as it is written and as it is meant', () => {
    expect(proxySecrets({ HTTPS_PROXY: 'http://ann:p%3Ass@proxy.test' })).toEqual(['p%3Ass', 'p:ss']);
    expect(proxySecrets({ http_proxy: 'ann:word@proxy.test:1' })).toContain('word');
  });
});

describe('through a real proxy', () => {
  async function scene(options: Parameters<typeof startForwardProxy>[0] = {}): Promise<{
    readonly proxy: ForwardProxy;
    readonly cognito: LocalCognito;
    readonly poolId: string;
  }> {
    const cognito = await startLocalCognito();
    const proxy = await startForwardProxy(options);
    closing.push(
      () => proxy.close(),
      () => cognito.close(),
    );
    const { Id: poolId } = cognito.addPool();
    return { proxy, cognito, poolId };
  }

  const AWS_KEYS = {
    AWS_ACCESS_KEY_ID: 'AKIAFAKE',
    AWS_SECRET_ACCESS_KEY: 'notarealsecret',
    AWS_EC2_METADATA_DISABLED: 'true',
  };

  const discover = (
    url: string,
    poolId: string,
    env: Readonly<Record<string, string>>,
  ): ReturnType<typeof umconfig> =>
    inTemporaryDirectory((cwd) =>
      umconfig(['discover', '--pool', poolId, '--endpoint-url', url, '--dry-run', '--yes'], {
        cwd,
        env: { ...AWS_KEYS, ...env },
      }),
    );

  test('the AWS API, with a user name and password that nothing prints', async () => {
    const { proxy, cognito, poolId } = await scene({ user: 'ann:p:ssword1' });
    const HTTP_PROXY = `http://ann:p%3Assword1@${proxy.address}`;
    const result = await discover(cognito.url, poolId, { HTTP_PROXY, DEBUG: '*' });
    expect(proxy.asked.length).toBeGreaterThan(1);
    expect(proxy.asked.every((line) => line.startsWith(`POST ${cognito.url}/`))).toBe(true);
    expect(result.stdout + result.stderr).not.toMatch(/ssword1|YW5u/);
  });

  test('NO_PROXY goes past it', async () => {
    const { proxy, cognito, poolId } = await scene();
    await discover(cognito.url, poolId, { HTTP_PROXY: proxy.address, NO_PROXY: '127.0.0.0/8' });
    expect(proxy.asked).toEqual([]);
  });

  test.each([407, 502])('a proxy that answers %d is named as the cause', async (status) => {
    const { proxy, cognito, poolId } = await scene();
    proxy.refuse(status);
    const plain = await discover(cognito.url, poolId, { HTTP_PROXY: proxy.address });
    expect(plain).toMatchObject({ exitCode: 3 });
    expect(plain.stderr).toMatch(new RegExp(`proxy answered ${String(status)}`));
    const tunnel = await discover('https://cognito.test', poolId, { HTTPS_PROXY: proxy.address });
    expect(tunnel).toMatchObject({ exitCode: 3 });
    expect(tunnel.stderr).toMatch(new RegExp(`${proxy.address} answered ${String(status)}`));
    expect(proxy.asked).toContain('CONNECT cognito.test:443');
  });

  test('a proxy that is not there is named as the cause', async () => {
    const { proxy, cognito, poolId } = await scene();
    await proxy.close();
    closing.splice(0, 1);
    const { exitCode, stderr } = await discover(cognito.url, poolId, { HTTP_PROXY: proxy.address });
    expect(exitCode).toBe(3);
    expect(stderr).toContain(`${proxy.address} cannot be reached`);
  });

  test('the hosted UI of doctor goes through it, too', async () => {
    const { proxy, cognito } = await scene();
    await inTemporaryDirectory(async (cwd) => {
      writeFileSync(join(cwd, 'c.yml'), goodFile('flat'), { mode: 0o600 });
      await umconfig(['doctor', '--config', 'c.yml', '--endpoint-url', cognito.url], {
        cwd,
        env: { ...AWS_KEYS, HTTP_PROXY: proxy.address },
      });
    });
    const paths = proxy.asked.map((line) => line.split('?')[0]);
    expect(paths).toContain(`GET ${cognito.url}/oauth2/authorize`);
    expect(paths).toContain(`POST ${cognito.url}/oauth2/token`);
    expect(paths).toContain(`POST ${cognito.url}/`);
  });

  describe('with a private certificate authority', () => {
    /** The local Cognito behind TLS, and the file of the authority. */
    async function behindTls(
      directory: string,
      cognito: LocalCognito,
    ): Promise<{ readonly url: string; readonly ca: string }> {
      const ca = certificates(directory);
      const server: Server = createTlsServer(
        { key: readFileSync(join(directory, 'key.pem')), cert: readFileSync(join(directory, 'cert.pem')) },
        (incoming, answer) => {
          const { method, headers, url = '' } = incoming;
          incoming.pipe(
            request(`${cognito.url}${url}`, { method, headers }, (response) => {
              answer.writeHead(response.statusCode ?? 500, response.headers);
              response.pipe(answer);
            }),
          );
        },
      );
      await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle));
      closing.push(
        () =>
          new Promise((settle) => {
            server.close(() => {
              settle();
            });
            server.closeAllConnections();
          }),
      );
      return { url: `https://127.0.0.1:${String((server.address() as AddressInfo).port)}`, ca };
    }

    function certificates(cwd: string): string {
      const openssl = (...args: readonly string[]): void => {
        execFileSync('openssl', [...args], { cwd, stdio: 'ignore' });
      };
      const fresh = ['-newkey', 'rsa:2048', '-nodes'];
      openssl(
        'req',
        '-x509',
        ...fresh,
        '-keyout',
        'ca.key',
        '-out',
        'ca.pem',
        '-subj',
        '/O=Acme Research/CN=Acme CA',
        '-days',
        '2',
      );
      openssl('req', ...fresh, '-keyout', 'key.pem', '-out', 'cert.csr', '-subj', '/CN=127.0.0.1');
      writeFileSync(join(cwd, 'ext'), 'subjectAltName=IP:127.0.0.1\n');
      openssl(
        'x509',
        '-req',
        '-in',
        'cert.csr',
        '-CA',
        'ca.pem',
        '-CAkey',
        'ca.key',
        '-CAcreateserial',
        '-out',
        'cert.pem',
        '-days',
        '2',
        '-extfile',
        'ext',
      );
      return join(cwd, 'ca.pem');
    }

    test.each(['AWS_CA_BUNDLE', 'ca_bundle', 'NODE_EXTRA_CA_CERTS'])(
      '%s is trusted, directly and through the proxy',
      (setting) =>
        inTemporaryDirectory(async (directory) => {
          const { proxy, cognito, poolId } = await scene();
          const { url, ca } = await behindTls(directory, cognito);
          const config = join(directory, 'aws');
          writeFileSync(config, `[default]\nca_bundle = ${ca}\n`);
          const env = setting === 'ca_bundle' ? { AWS_CONFIG_FILE: config } : { [setting]: ca };
          for (const more of [{}, { HTTPS_PROXY: proxy.address }]) {
            const before = cognito.requests.length;
            const { stderr } = await discover(url, poolId, { ...env, ...more });
            expect(stderr).not.toContain('cannot reach');
            expect(cognito.requests.length).toBeGreaterThan(before);
          }
          expect(proxy.asked).toContain(`CONNECT ${new URL(url).host}`);
        }),
    );

    test('an untrusted certificate is refused, with its issuer and the settings', () =>
      inTemporaryDirectory(async (directory) => {
        const { cognito, poolId } = await scene();
        const { url } = await behindTls(directory, cognito);
        const { exitCode, stderr } = await discover(url, poolId, {});
        expect(exitCode).toBe(3);
        expect(stderr).toContain('Acme Research');
        expect(stderr).toContain('AWS_CA_BUNDLE');
      }));

    test('a bundle that is not there is named', async () => {
      const { cognito, poolId } = await scene();
      const { exitCode, stderr } = await discover(cognito.url, poolId, { AWS_CA_BUNDLE: '/nosuch.pem' });
      expect(exitCode).toBe(3);
      expect(stderr).toContain('AWS_CA_BUNDLE: /nosuch.pem: ENOENT');
    });
  });
});
