// Checks that the host's name is served by TLS here: certificate, proxy and service behind it.
import { request } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { nodeKind } from '@meridian/protocol';
import { readConfig } from '../config-files.ts';
import type { Context } from '../context.ts';
import { configFilesOf, type Service } from '../core/services.ts';
import { type Finding, ok, warn } from './check.ts';

const ASK_LIMIT_MS = 5000;
const DAY_MS = 86_400_000;
const SOON_DAYS = 14;

/** Checks the signaling node's public URL at this machine itself; DNS and firewalls in front are not tested. */
export async function domainServed(services: readonly Service[], { folders }: Context): Promise<Finding[]> {
  const signaling = services.find(({ kind }) => kind === nodeKind.signaling);
  if (signaling === undefined) return [];
  const { hostname } = new URL(String(readConfig(configFilesOf(signaling, folders).at(-1) ?? '')['publicUrl']));
  const nginx =
    'link /etc/meridian/nginx.conf into /etc/nginx/conf.d, put the certificate where it says, and reload nginx';
  try {
    const { status, days } = await requestEntry(hostname);
    if (status !== 200) return [warn(`https://${hostname}/v1/entry answers ${status} on this host`, nginx)];
    if (days < SOON_DAYS)
      return [warn(`the certificate of ${hostname} expires in ${days} days`, 'renew it, then reload nginx')];
    return [ok(`https://${hostname} is served here; its certificate is good for ${days} days`)];
  } catch (error) {
    return [warn(`https://${hostname} is not served on this host: ${(error as Error).message}`, nginx)];
  }
}

function requestEntry(hostname: string): Promise<{ status: number; days: number }> {
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      servername: hostname,
      path: '/v1/entry',
      headers: { host: hostname },
      signal: AbortSignal.timeout(ASK_LIMIT_MS),
      // This machine may not know the issuing authority; only the validity is checked.
      rejectUnauthorized: false,
      agent: false,
    } as const;
    const probe = request(options, (response) => {
      const validTo = (response.socket as TLSSocket).getPeerCertificate().valid_to;
      response.resume();
      resolve({ status: response.statusCode ?? 0, days: Math.floor((Date.parse(validTo) - Date.now()) / DAY_MS) });
    });
    probe.once('error', reject);
    probe.end();
  });
}
