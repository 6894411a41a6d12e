// Checks a pull's grant against the lease that this node has seen of the room. A valid grant with a higher epoch proves
// a new owner if the centre confirms it; the old owner's grants are then stale here.
import { type ErrorCode, errorInfoOf, refuseGrant, wire } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import type { LeaseVerifier } from './lease-verifier.ts';
import type { Rooms } from './rooms.ts';
import type { GrantShape } from './shapes.ts';

export interface Certificates {
  /** Returns the identity in a certificate of our authority that is valid now. */
  identityOf(certificatePem: string): { id: string; kind: string } | undefined;
  verify(certificatePem: string, bytes: Uint8Array, signature: Uint8Array): boolean;
}
export interface GrantCheckInput {
  readonly roomKey: string;
  readonly trackId: string;
  /** Id from the link's certificate. */
  readonly pullerNodeId: string;
  readonly grant: GrantShape | undefined;
}

export interface GrantParts {
  readonly nodeId: string;
  readonly clock: Clock;
  readonly rooms: Rooms;
  readonly leaseVerifier: LeaseVerifier;
  readonly certificates: Certificates;
}

/** Returns undefined when the grant holds, else the error code of the refusal. */
export async function checkGrant(o: GrantParts, question: GrantCheckInput): Promise<ErrorCode | undefined> {
  const { roomKey, grant } = question;
  const refused = judge(o, question);
  if (refused !== undefined || grant === undefined) return refused;
  const { epoch } = wire.GrantClaim.decode(grant.claim);
  const owner = o.certificates.identityOf(grant.certificatePem);
  if (owner === undefined || epoch <= (o.rooms.leaseOf(roomKey)?.epoch ?? 0)) return undefined;
  try {
    await o.leaseVerifier.check({ roomKey, ownerId: owner.id, epoch });
  } catch (error) {
    return errorInfoOf(error).code;
  }
  // A new owner may have appeared while the centre was asked.
  const refusedNow = judge(o, question);
  if (refusedNow === undefined) o.rooms.storeLease(roomKey, { ownerId: owner.id, epoch });
  return refusedNow;
}

function judge(o: GrantParts, { roomKey, trackId, pullerNodeId, grant }: GrantCheckInput): ErrorCode | undefined {
  const lease = o.rooms.leaseOf(roomKey);
  const fence = o.rooms.get(roomKey)?.fence ?? ''; // harmless for a room that is not here: it has no track to serve
  return refuseGrant(grant, {
    roomKey,
    trackId,
    pullerNodeId,
    servingNodeId: o.nodeId,
    fence,
    ownerId: lease?.ownerId ?? '',
    epochSeen: lease?.epoch ?? 0,
    wallMs: o.clock.wallMs(),
    ...o.certificates,
  });
}
