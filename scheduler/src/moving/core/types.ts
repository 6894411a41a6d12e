// Shared types of moves of sessions between media nodes.

/** Each source has its own lane, so that a drain of hundreds delays no other move. A drain's lane names its node. */
export type MoveLane = 'admin' | 'mode' | 'delay' | `drain ${string}`;
export type MoveKind = 'admin' | 'mode' | 'delay' | 'drain';

export interface MoveRequest {
  readonly sessionId: string;
  readonly roomKey: string;
  readonly lane: MoveLane;
  /** Reason in words, for the log, the decision and the client. */
  readonly reason: string;
  /** Shorter reason for clients, if it differs: why an operator takes a node out stays with the operator. */
  readonly told?: string;
  /** Possible target media nodes; empty: placement chooses. */
  readonly toNodeIds: readonly string[];
}

export type MoveOutcome =
  | 'moved' // the new node reports the session
  | 'unseen' // the owner reports the move, but the new node never showed the session
  | 'stays' // placement chooses the session's present node
  | 'gone' // the session left meanwhile
  | 'failed'; // given up after its lane's attempts

export interface EndedMove extends MoveRequest {
  readonly outcome: MoveOutcome;
  /** Stable code of the failure. */
  readonly code: string;
  readonly fromNodeId: string;
  readonly toNodeId: string;
  readonly decisionId: string;
  readonly endedAtMs: number;
  readonly tookMs: number;
}

export function kindOf(lane: MoveLane): MoveKind {
  return lane.startsWith('drain ') ? 'drain' : (lane as MoveKind);
}
