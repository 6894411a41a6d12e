import {
  type ControlLink,
  characterCount,
  limits,
  MeridianError,
  type NodeKind,
  nodeKind,
  note,
  rpc,
  serve,
} from '@meridian/protocol';
import type { TenantLimits } from '../access/core/limits.ts';
import type { ApiKeys, KeyWithSecret } from '../access/keys.ts';
import type { RecordingAllowed } from '../access/recording-use.ts';
import type { RevocationList, Revocations } from '../access/revocations.ts';
import type { Tenant } from '../access/tenants.ts';
import { Problem } from '../http/problems.ts';
import { kindsDialled, type NodeLinks } from './node-links.ts';

export interface KeysForNodes {
  readonly keys: ApiKeys;
  readonly revocations: Revocations;
  recordingOf(tenant: string, limits: TenantLimits): Promise<RecordingAllowed>;
}

export function serveKeys(link: ControlLink, kind: NodeKind, o: KeysForNodes): void {
  serve(link, rpc.apiKeys, async ({ keys = [], ownOf = '' }) => {
    const keysMax = limits.apiKeysPerRequestMax;
    if (keys.length > keysMax || keys.some((key) => characterCount(key) > limits.revocableIdMax))
      throw new MeridianError('REQUEST_INVALID', `at most ${keysMax} keys of ${limits.revocableIdMax} characters`);
    if (ownOf !== '' && kind !== nodeKind.recorder) throw new MeridianError('KIND_NOT_PERMITTED');
    const found = [...(await o.keys.findAll(keys)), ...(ownOf === '' ? [] : await ownKeys(o.keys, ownOf))];
    const ofTenants = new Map(found.map((one) => [one.tenant, one.limits]));
    const allowed = new Map<string, RecordingAllowed>();
    for (const [tenant, keysOfTenant] of ofTenants) allowed.set(tenant, await o.recordingOf(tenant, keysOfTenant));
    return {
      keys: found.map(({ id, secret, tenant, regions, scopes, limits: of, limitsVersion }) => ({
        key: id,
        secret,
        tenant,
        regions: regions === '' ? [] : regions.split(','),
        scopes: [...scopes],
        limits: limitsTo(of, limitsVersion, allowed.get(tenant) ?? ''),
      })),
    };
  });
  serve(link, rpc.revocations, async ({ version }) => wireOf(await o.revocations.after(Number(version))));
}

/** Returns an empty list for an unknown or erased tenant. */
async function ownKeys(keys: ApiKeys, tenant: string): Promise<KeyWithSecret[]> {
  try {
    const signingKey = await keys.signing(tenant);
    return signingKey === undefined ? [] : [signingKey];
  } catch (error) {
    if (error instanceof Problem && error.code === 'NOT_FOUND') return [];
    throw error;
  }
}

/** Sends a tenant's limits to nodes. Nodes without a link fetch their keys again when their link is up. */
export function notifyLimits(
  nodes: Pick<NodeLinks, 'notifyAll'>,
  { id: tenant, limits: of, version }: Tenant,
  recording: RecordingAllowed,
): void {
  const message = { tenant, limits: limitsTo(of, version, recording) };
  for (const kind of kindsDialled) nodes.notifyAll(kind, note.tenantLimits, message);
}

const limitsTo = ({ seats, rooms, publishBps }: TenantLimits, version: number, recording: RecordingAllowed) => ({
  seats,
  rooms,
  publishBps,
  version,
  recording,
});

/** Sends new revocations to nodes. Nodes without a link ask for them when their link is up. */
export function notifyRevoked(nodes: Pick<NodeLinks, 'notifyAll'>, list: RevocationList): void {
  for (const kind of kindsDialled) nodes.notifyAll(kind, note.revoked, wireOf(list));
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
