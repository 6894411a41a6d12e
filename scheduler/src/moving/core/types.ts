// Moving sessions between media nodes, in words that all parts of it share.

/**
 * The source of a move request; each is a lane of its own in the queue, so that a drain of hundreds holds up no other
 * move. A drain's lane names its node.
 */
export type MoveLane = 'admin' | 'mode' | 'delay' | `drain ${string}`;
export type MoveKind = 'admin' | 'mode' | 'delay' | 'drain';

export interface MoveRequest {
  readonly sessionId: string;
  readonly roomKey: string;
  readonly lane: MoveLane;
  /** In words, for the log, the decision and the client. */
  readonly reason: string;
  /** The reason for clients, where it says less: why an operator takes a node out stays with the operator. */
  readonly told?: string;
  /** One of these media nodes; none: wherever placement puts it. */
  readonly toNodeIds: readonly string[];
}

/** What became of a request. */
export type MoveOutcome =
  | 'moved' // its new node shows it
  | 'unseen' // the owner says it has moved, its new node never showed it
  | 'stays' // placement finds that it is where it should be
  | 'gone' // it left meanwhile
  | 'failed'; // given up after as many attempts as its lane has

export interface EndedMove extends MoveRequest {
  readonly outcome: MoveOutcome;
  /** Why, when it has failed: a stable code. */
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
