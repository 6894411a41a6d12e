// Sessions that no signaling node claims. A signaling node leases its sessions: it lists them to their node every
// `limits.sessionRenewMs`, and each request for a session renews its lease too. A session is reaped when three things
// are true: its lease has lapsed, its signaling node (by its last list, or by its silence) does not list it, and
// nothing has arrived from its client lately (reception.ts). Media of a session without a signaling node flows on for
// `limits.sessionUnclaimedMsMax`.

export interface UnclaimedView {
  /** Time since a signaling node last claimed the session. */
  readonly unclaimedMs: number;
  readonly hasMedia: boolean;
}

export function judgeUnclaimed(
  { unclaimedMs: unnamedMs, hasMedia }: UnclaimedView,
  limitsMs: { readonly sessionLeaseMs: number; readonly sessionUnclaimedMsMax: number },
): 'kept' | 'reaped' {
  if (unnamedMs < limitsMs.sessionLeaseMs) return 'kept';
  return hasMedia && unnamedMs < limitsMs.sessionUnclaimedMsMax ? 'kept' : 'reaped';
}
