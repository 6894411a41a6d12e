// Signaling nodes and gateways ask for the API keys that tokens name, and hear what is revoked and what limits change.
import { type ControlLink, limits, MeridianError, nodeKind, note, rpc, serve } from '@meridian/protocol';
import type { TenantLimits } from '../access/core/limits.ts';
import type { ApiKeys } from '../access/keys.ts';
import type { RevocationList, Revocations } from '../access/revocations.ts';
import type { Tenant } from '../access/tenants.ts';
import type { NodeLinks } from './node-links.ts';

/** Answers what nodes ask on a link. */
export function serveKeys(link: ControlLink, o: { readonly keys: ApiKeys; readonly revocations: Revocations }): void {
  serve(link, rpc.apiKeys, async ({ keys = [] }) => {
    const keysMax = limits.apiKeysPerRequestMax;
    if (keys.length > keysMax || keys.some((key) => key.length > limits.revocableIdMax))
      throw new MeridianError('REQUEST_INVALID', `at most ${keysMax} keys of ${limits.revocableIdMax} characters`);
    const found = await o.keys.findAll(keys);
    return {
      keys: found.map(({ id, secret, tenant, regions, scopes, limits: of, limitsVersion }) => ({
        key: id,
        secret,
        tenant,
        regions: regions === '' ? [] : regions.split(','),
        scopes: [...scopes],
        limits: limitsTo(of, limitsVersion),
      })),
    };
  });
  serve(link, rpc.revocations, async ({ version }) => wireOf(await o.revocations.after(Number(version))));
}

/** Tells all nodes that have a link; the others ask for their keys anew when theirs stands. */
export function tellLimits(nodes: Pick<NodeLinks, 'tell'>, { id: tenant, limits: of, version }: Tenant): void {
  const message = { tenant, limits: limitsTo(of, version) };
  for (const kind of [nodeKind.signaling, nodeKind.gateway]) nodes.tell(kind, note.tenantLimits, message);
}

const limitsTo = ({ seats, rooms, publishBps }: TenantLimits, version: number) => ({
  seats,
  rooms,
  publishBps,
  version,
});

/** Tells all nodes that have a link; the others ask when theirs stands. */
export function tellRevoked(nodes: Pick<NodeLinks, 'tell'>, list: RevocationList): void {
  for (const kind of [nodeKind.signaling, nodeKind.gateway]) nodes.tell(kind, note.revoked, wireOf(list));
}

const wireOf = ({ version, since, entries }: RevocationList) => ({
  version,
  since,
  revoked: entries.map(({ tenant, id, beforeMs, untilMs }) => ({
    tenant,
    id,
    beforeWallMs: beforeMs,
    untilWallMs: untilMs,
  })),
});
