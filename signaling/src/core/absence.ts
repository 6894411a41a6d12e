// Decides when a participant without a signaling node leaves the room: when the lease of its signaling node has lapsed,
// and its media node has answered that the session is absent or without media. Media nodes and the centre use the same
// conditions. Flowing media, or a media node that does not answer, prolong the wait up to a limit.

/** State of a session as its media node reports it. `silent`: present without media; `unanswered`: no answer came. */
export type SessionPresence = 'media' | 'silent' | 'absent' | 'unanswered';

export interface AbsentView {
  readonly presence: SessionPresence;
  /** Time since a signaling node last claimed the session. */
  readonly absentMs: number;
  /** Time since the first of the unanswered requests in a row; 0: the node has answered. */
  readonly unansweredMs: number;
}

/** Decides whether a session stays after the lease of its signaling node has lapsed. */
export function judgeAbsent(
  { presence, absentMs, unansweredMs }: AbsentView,
  limitsMs: { readonly sessionUnclaimedMsMax: number; readonly nodeUnansweredMsMax: number },
): 'kept' | 'gone' {
  if (presence === 'media') return absentMs < limitsMs.sessionUnclaimedMsMax ? 'kept' : 'gone';
  if (presence === 'unanswered') return unansweredMs < limitsMs.nodeUnansweredMsMax ? 'kept' : 'gone';
  return 'gone';
}
