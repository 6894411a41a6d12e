// When a participant that no signaling node speaks for leaves the room. As at the media nodes and at the centre, three
// things have to be true: the lease of its signaling node has lapsed, its media node does not list the session, or
// lists it without media, and that was answered and not assumed. No wait is without end: neither for media that no
// signaling node speaks for, nor for a node that says nothing.

/**
 * What the session's media node says: it flows, it is there without media, it is not there; or the node did not answer.
 */
export type SessionPresence = 'media' | 'silent' | 'absent' | 'unanswered';

export interface AbsentView {
  readonly presence: SessionPresence;
  /** Since no signaling node has spoken for the session. */
  readonly absentMs: number;
  /** Since the node was asked in vain for the first time in a row; 0: it has answered. */
  readonly unansweredMs: number;
}

/** What becomes of a session whose signaling node's lease has lapsed. */
export function judgeAbsent(
  { presence, absentMs, unansweredMs }: AbsentView,
  limitsMs: { readonly sessionUnclaimedMsMax: number; readonly nodeUnansweredMsMax: number },
): 'kept' | 'gone' {
  if (presence === 'media') return absentMs < limitsMs.sessionUnclaimedMsMax ? 'kept' : 'gone';
  if (presence === 'unanswered') return unansweredMs < limitsMs.nodeUnansweredMsMax ? 'kept' : 'gone';
  return 'gone';
}
