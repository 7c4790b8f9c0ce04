/**
 * How requests leave this machine: the settings that the AWS CLI reads, for AWS and for the hosted UI. Sources: the AWS CLI's guide on
 * proxies, and AWS_CA_BUNDLE and `ca_bundle` in its list of settings.
 */
import { readFile } from 'node:fs/promises';
import { request as requestHttps, type Agent } from 'node:https';
import { TLSSocket } from 'node:tls';
import type { Agents } from './agents.ts';
import { hasProxy } from './proxy.ts';

/** A CA bundle that cannot be read. */
class UnreadableBundle extends Error {
  override readonly name = 'UnreadableBundle';
  readonly code = 'ECABUNDLE';
}

/** The agents for a profile; undefined if Node's own do. Rejects with UnreadableBundle. */
export async function agentsFor(
  profile: string | undefined,
  keepAlive: boolean,
): Promise<Agents | undefined> {
  const ca = await bundleFor(profile);
  if (ca === undefined && !hasProxy(process.env)) return undefined;
  // With it the proxy packages print whole requests, secrets included.
  delete process.env['DEBUG'];
  return (await import('./agents.ts')).environmentAgents(ca, keepAlive);
}

/** The certificates to trust instead of those that Node trusts, and those of NODE_EXTRA_CA_CERTS. */
async function bundleFor(profile: string | undefined): Promise<string | undefined> {
  const { AWS_CA_BUNDLE: fromEnvironment = '', NODE_EXTRA_CA_CERTS: extra = '' } = process.env;
  const path = fromEnvironment === '' ? await bundleOfProfile(profile) : fromEnvironment;
  if (path === undefined) return undefined;
  try {
    const bundle = await readFile(path, 'utf8');
    // Node has said already that this one cannot be read.
    return extra === '' ? bundle : `${bundle}\n${await readFile(extra, 'utf8').catch(() => '')}`;
  } catch (error) {
    const setting = fromEnvironment === '' ? 'ca_bundle of the AWS profile' : 'AWS_CA_BUNDLE';
    throw new UnreadableBundle(
      `${setting}: ${path}: ${(error as NodeJS.ErrnoException).code ?? 'unreadable'}`,
    );
  }
}

/** The profile in use: of the option, AWS_DEFAULT_PROFILE or AWS_PROFILE, in the order of the AWS CLI; undefined for the default one. */
export function profileName(profile: string | undefined): string | undefined {
  const { AWS_DEFAULT_PROFILE: first, AWS_PROFILE: second } = process.env;
  return [profile, first, second].find((name) => name !== undefined && name !== '');
}

async function bundleOfProfile(profile: string | undefined): Promise<string | undefined> {
  const { loadSharedConfigFiles } = await import('@smithy/core/config');
  const { configFile } = await loadSharedConfigFiles().catch(() => ({ configFile: {} }));
  const settings: Readonly<Record<string, Readonly<Record<string, string | undefined>> | undefined>> =
    configFile;
  return settings[profileName(profile) ?? 'default']?.['ca_bundle'];
}

/** Who issued the certificate of a host, for a message; nothing is sent there. Undefined if that is not known within two seconds. */
export function certificateIssuer(url: URL, agent: Agent | undefined): Promise<string | undefined> {
  return new Promise((resolve) => {
    // The request is never finished: the connection ends as soon as the certificate is there.
    const request = requestHttps(url, { agent: agent ?? false, rejectUnauthorized: false });
    const end = (issuer: string | undefined): void => {
      clearTimeout(timer);
      request.destroy();
      resolve(issuer);
    };
    const timer = setTimeout(() => {
      end(undefined);
    }, 2000);
    request.on('error', () => {
      end(undefined);
    });
    request.on('socket', (socket) => {
      socket.once('secureConnect', () => {
        if (!(socket instanceof TLSSocket)) return;
        const { issuer } = socket.getPeerCertificate();
        end([issuer.O, issuer.CN].flat().find((name) => name !== undefined));
      });
    });
  });
}
