// The check of a pull's grant against what this node has seen of the room. A grant that holds and has a higher epoch is
// proof of a new owner: from then on the old one's grants are stale here.
import { type ErrorCode, refuseGrant, wire } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import type { Rooms } from './rooms.ts';
import type { GrantShape } from './shapes.ts';

export interface Certificates {
  /** The identity in a certificate of our authority that is valid now. */
  identityOf(certificatePem: string): { id: string; kind: string } | undefined;
  verify(certificatePem: string, bytes: Uint8Array, signature: Uint8Array): boolean;
}
export interface GrantQuestion {
  readonly roomKey: string;
  readonly trackId: string;
  /** From the link's certificate. */
  readonly pullerNodeId: string;
  readonly grant: GrantShape | undefined;
}

/** undefined when the grant holds, else the code to refuse the pull with. */
export function checkGrant(
  o: { nodeId: string; clock: Clock; rooms: Rooms; certificates: Certificates },
  question: GrantQuestion,
): ErrorCode | undefined {
  const { roomKey, trackId, pullerNodeId, grant } = question;
  const seen = o.rooms.leaseOf(roomKey);
  const refused = refuseGrant(grant, {
    roomKey,
    trackId,
    pullerNodeId,
    servingNodeId: o.nodeId,
    ownerId: seen?.ownerId ?? '',
    epochSeen: seen?.epoch ?? 0,
    wallMs: o.clock.wallMs(),
    ...o.certificates,
  });
  if (refused !== undefined || grant === undefined) return refused;
  const { epoch } = wire.GrantClaim.decode(grant.claim);
  const owner = o.certificates.identityOf(grant.certificatePem);
  if (owner !== undefined && epoch > (seen?.epoch ?? 0)) o.rooms.raise(roomKey, { ownerId: owner.id, epoch });
  return undefined;
}
