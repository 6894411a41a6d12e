// Sessions that no signaling node speaks for. A signaling node leases its sessions: it names them to their node every
// `limits.sessionRenewMs`, and everything that it asks for one renews it too. A session is reaped when three things are
// true: its lease has lapsed, its signaling node (the last list that it sent, or its silence) does not name it, and
// nothing has been received from its client lately (heard.ts). Media of a session without a signaling node goes on for
// `limits.sessionUnclaimedMsMax`.

export interface UnnamedView {
  /** Since a signaling node last spoke for the session. */
  readonly unnamedMs: number;
  readonly hasMedia: boolean;
}

/** What becomes of a session that its signaling node has just not named. */
export function judgeUnnamed(
  { unnamedMs, hasMedia }: UnnamedView,
  limitsMs: { readonly sessionLeaseMs: number; readonly sessionUnclaimedMsMax: number },
): 'kept' | 'reaped' {
  if (unnamedMs < limitsMs.sessionLeaseMs) return 'kept';
  return hasMedia && unnamedMs < limitsMs.sessionUnclaimedMsMax ? 'kept' : 'reaped';
}
