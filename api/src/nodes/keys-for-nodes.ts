// Signaling nodes and gateways ask for the API keys that tokens name, and hear what is revoked.
import { type ControlLink, MeridianError, nodeKind, note, rpc, serve } from '@meridian/protocol';
import type { ApiKeys } from '../access/keys.ts';
import type { RevocationList, Revocations } from '../access/revocations.ts';
import type { NodeLinks } from './node-links.ts';

/** In one question. */
const KEYS_MAX = 100;
const KEY_CHARACTERS_MAX = 128;

/** Answers what nodes ask on a link. */
export function serveKeys(link: ControlLink, o: { readonly keys: ApiKeys; readonly revocations: Revocations }): void {
  serve(link, rpc.apiKeys, async ({ keys = [] }) => {
    if (keys.length > KEYS_MAX || keys.some((key) => key.length > KEY_CHARACTERS_MAX))
      throw new MeridianError('REQUEST_INVALID', `at most ${KEYS_MAX} keys of ${KEY_CHARACTERS_MAX} characters`);
    const found = await o.keys.findAll(keys);
    return {
      keys: found.map(({ id, secret, tenant, regions, limits: { seats, rooms, publishBps } }) => ({
        key: id,
        secret,
        tenant,
        regions: regions === '' ? [] : regions.split(','),
        limits: { seats, rooms, publishBps },
      })),
    };
  });
  serve(link, rpc.revocations, async ({ version }) => wireOf(await o.revocations.after(Number(version))));
}

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
