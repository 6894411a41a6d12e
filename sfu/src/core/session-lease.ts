// Sessions that no signaling node claims. A signaling node claims its sessions by a list that it sends to their media
// node every `limits.sessionRenewMs`, and by each request for a session. A session without a claim for `sessionLeaseMs`
// is reaped (ended) if nothing has arrived from its client lately (reception.ts). A session with media is reaped after
// `sessionUnclaimedMsMax` without a claim.

export interface UnclaimedView {
  /** Time since a signaling node last claimed the session. */
  readonly unclaimedMs: number;
  readonly hasMedia: boolean;
}

export function judgeUnclaimed(
  { unclaimedMs: elapsedMs, hasMedia }: UnclaimedView,
  limitsMs: { readonly sessionLeaseMs: number; readonly sessionUnclaimedMsMax: number },
): 'kept' | 'reaped' {
  if (elapsedMs < limitsMs.sessionLeaseMs) return 'kept';
  return hasMedia && elapsedMs < limitsMs.sessionUnclaimedMsMax ? 'kept' : 'reaped';
}
