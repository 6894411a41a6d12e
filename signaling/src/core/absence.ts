// Decides when a participant without a signaling node leaves the room: the lease of its signaling node has lapsed, and
// its media node has answered that the session is absent or without media. Media nodes and the centre use the same
// conditions. Every wait has an end, even for flowing media or a silent node.

/** State of a session by its media node; `silent`: it is there without media; `unanswered`: no answer. */
export type SessionPresence = 'media' | 'silent' | 'absent' | 'unanswered';

export interface AbsentView {
  readonly presence: SessionPresence;
  /** Time since a signaling node last claimed the session. */
  readonly absentMs: number;
  /** Time since the first of the unanswered requests in a row; 0: the node has answered. */
  readonly unansweredMs: number;
}

/** Decides about a session whose signaling node's lease has lapsed. */
export function judgeAbsent(
  { presence, absentMs, unansweredMs }: AbsentView,
  limitsMs: { readonly sessionUnclaimedMsMax: number; readonly nodeUnansweredMsMax: number },
): 'kept' | 'gone' {
  if (presence === 'media') return absentMs < limitsMs.sessionUnclaimedMsMax ? 'kept' : 'gone';
  if (presence === 'unanswered') return unansweredMs < limitsMs.nodeUnansweredMsMax ? 'kept' : 'gone';
  return 'gone';
}
