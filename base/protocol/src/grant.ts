// Checks the grant of a pull: {room, track, puller, serving node, epoch, issued, lifetime}, signed by the room owner's
// certificate key. Certificates and signatures are read by functions of the caller, because only Node has them.

import type { ErrorCode } from './errors.ts';
import { limits } from './limits.ts';
import { nodeKind } from './node-kinds.ts';
import { wire } from './wire.ts';

export interface GrantCheck {
  readonly roomKey: string;
  readonly trackId: string;
  readonly pullerNodeId: string; // from the link's certificate, never from the message
  readonly servingNodeId: string;
  readonly fence: string; // fence of the room at the serving node
  readonly ownerId: string; // owner of the room that this node last obeyed; '' when unknown
  readonly epochSeen: number; // highest epoch of the room that this node has seen
  readonly wallMs: number;
  identityOf(certificatePem: string): { id: string; kind: string } | undefined;
  verify(certificatePem: string, bytes: Uint8Array, signature: Uint8Array): boolean;
}

/** Encodes a claim: exactly these bytes are signed and sent. */
export function encodeClaim(claim: wire.GrantClaim.$Properties): Uint8Array {
  return wire.GrantClaim.encode(claim).finish();
}

/** Returns the error code of a bad grant, or undefined. The signature is checked last, after the cheap comparisons. */
export function refuseGrant(
  grant: wire.Grant.$Properties | null | undefined,
  check: GrantCheck,
): ErrorCode | undefined {
  if (grant?.claim == null || grant.signature == null || !grant.certificatePem || grant.claim.length > 1024)
    return 'GRANT_MISSING';
  let claim: wire.GrantClaim;
  try {
    claim = wire.GrantClaim.decode(grant.claim);
  } catch (cause) {
    return cause instanceof Error ? 'GRANT_INVALID' : 'INTERNAL';
  }
  const isForOther =
    claim.roomKey !== check.roomKey ||
    claim.trackId !== check.trackId ||
    claim.pullerNodeId !== check.pullerNodeId ||
    claim.servingNodeId !== check.servingNodeId ||
    claim.fence !== check.fence;
  if (isForOther) return 'GRANT_FOREIGN';
  if (claim.lifetimeMs > limits.grantLifetimeMs || claim.lifetimeMs <= 0) return 'GRANT_INVALID';
  const ageMs = check.wallMs - claim.issuedWallMs;
  if (ageMs > claim.lifetimeMs || ageMs < -limits.grantClockSkewMs) return 'GRANT_EXPIRED';
  if (claim.epoch < check.epochSeen) return 'EPOCH_STALE';
  const signer = check.identityOf(grant.certificatePem);
  if (signer === undefined || signer.kind !== nodeKind.signaling) return 'GRANT_INVALID';
  if (claim.epoch === check.epochSeen && check.ownerId !== '' && signer.id !== check.ownerId) return 'GRANT_INVALID';
  return check.verify(grant.certificatePem, grant.claim, grant.signature) ? undefined : 'GRANT_INVALID';
}
