// Checks the remaining validity of the certificates of this host's nodes.
import { join } from 'node:path';
import { CredentialStore } from '@meridian/runtime';
import type { Context } from '../context.ts';
import { isNode, type Service, stateDirOf } from '../core/services.ts';
import { type Finding, fail, ok, warn } from './check.ts';

const HOUR_MS = 3_600_000;
/** Nodes renew at eight hours left, so less means that renewals have failed for hours. */
const LATE_MS = 4 * HOUR_MS;
/** After this time a node needs another invitation. */
const LAPSED_MAX_MS = 90 * 24 * HOUR_MS;

export function certificatesGood(services: readonly Service[], { folders }: Context, nowMs: number): Finding[] {
  const findings = services
    .filter(isNode)
    .map((service) => checkCertificate(service, stateDirOf(service, folders), nowMs));
  return findings.every(({ level }) => level === 'ok') ? [ok('all certificates are good')] : findings;
}

function checkCertificate({ name }: Service, folder: string, nowMs: number): Finding {
  const lost = 'on the first server `meridian node invite`, here move /etc/meridian away and join again';
  const credentials = new CredentialStore(join(folder, 'credentials.json'), { warn: () => undefined }).load();
  if (credentials === undefined) return fail(`${name} has no certificate in ${folder}`, lost);
  const leftMs = credentials.notAfterMs - nowMs;
  const hours = (Math.abs(leftMs) / HOUR_MS).toFixed(1);
  if (leftMs > LATE_MS) return ok(`${name}: its certificate is good for ${hours} h`);
  if (leftMs > 0)
    return warn(
      `${name}: its certificate expires in ${hours} h`,
      `its log says why it is not renewed: journalctl -u meridian-${name}`,
    );
  if (-leftMs < LAPSED_MAX_MS)
    return warn(
      `${name}: its certificate expired ${hours} h ago`,
      'the node renews it when it starts and reaches the centre',
    );
  return fail(`${name}: its certificate expired ${hours} h ago`, lost);
}
