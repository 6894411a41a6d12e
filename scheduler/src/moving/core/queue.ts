// Queue of moves. Every lane is a queue; lanes take turns, so a drain of a node does not wait for another drain, nor an
// administrator for either. Bounds: moves at once in all, at a node (leaving it or coming to it), one in a room, and
// one a minute of a session, except for drains. A failed attempt is retried after a growing pause; after its lane's
// attempts it is given up.
import { assert } from '@meridian/protocol';
import { kindOf, type MoveLane, type MoveRequest } from './types.ts';

/** Each move costs two DTLS handshakes, two transports and a key frame per camera; a core takes 100 joins a second. */
export const MOVES_RUNNING_MAX = 32;
export const MOVES_PER_NODE_MAX = 8;
/** Limit of waiting requests: a large node's sessions. Beyond it, a request is refused and its caller asks again. */
export const MOVE_REQUESTS_MAX = 4096;
/** Rest after a move, because people notice moves. Drains ignore it: their sessions are cut when the node ends. */
export const SESSION_REST_MS = 60_000;
/** Pauses before the second attempt, the third, and so on; the last for all that follow. */
export const PAUSES_MS = [2000, 5000, 15_000, 60_000] as const;
/** An owner that refuses four times in twenty seconds will refuse again. A drain continues until the node is empty. */
export const ATTEMPTS_MAX = 4;
/** Limit of a lane's requests that are examined in a search for a startable move: busy rooms or nodes hold some up. */
const CANDIDATES_MAX = 64;

export interface QueuedMove extends MoveRequest {
  readonly addedAtMs: number;
  attempts: number;
  notBeforeMs: number;
  lastCode: string;
  /** Media node of the last attempt, which has failed; '' before the first. */
  failedAt: string;
  /** Media nodes that failed it twice in a row; a single failure may be a fresh node's missing links. */
  readonly avoid: Set<string>;
}

export interface RunningMove {
  readonly move: QueuedMove;
  readonly fromNodeId: string;
  toNodeId: string; // '' until it is decided
  readonly startedAtMs: number;
}

export class MoveQueue {
  readonly #lanes = new Map<MoveLane, QueuedMove[]>(); // in the order of their turns
  readonly #bySession = new Map<string, QueuedMove>(); // waiting or running
  readonly #running = new Map<string, RunningMove>(); // by session
  readonly #roomsRunning = new Set<string>();
  readonly #movesInRoom = new Map<string, number>(); // waiting or running
  readonly #runningAtNode = new Map<string, number>(); // running
  readonly #restUntilMs = new Map<string, number>(); // in order of time

  get waiting(): number {
    return this.#bySession.size - this.#running.size;
  }

  get running(): ReadonlyMap<string, RunningMove> {
    return this.#running;
  }

  *list(): Generator<QueuedMove> {
    for (const { move } of this.#running.values()) yield move;
    for (const lane of this.#lanes.values()) yield* lane;
  }

  has(sessionId: string): boolean {
    return this.#bySession.has(sessionId);
  }

  isKnown(sessionId: string, lane: MoveLane): boolean {
    const present = this.#bySession.get(sessionId);
    if (present === undefined || this.#running.has(sessionId)) return present !== undefined;
    return lane !== 'admin' && rankOf(lane) <= rankOf(present.lane);
  }

  hasRoom(roomKey: string): boolean {
    return this.#movesInRoom.has(roomKey);
  }

  waitingIn(lane: MoveLane): number {
    return this.#lanes.get(lane)?.length ?? 0;
  }

  /** Returns the time until which the session rests; in the past when it may move now. */
  restsUntilMs(sessionId: string): number {
    return this.#restUntilMs.get(sessionId) ?? Number.NEGATIVE_INFINITY;
  }

  /**
   * Adds a request. 'known': a move of this session waits or runs already (an administrator's request replaces a
   * waiting move; a drain's replaces a waiting move for a better place, which the rest may delay). 'full': not added.
   */
  add(request: MoveRequest, nowMs: number): 'queued' | 'known' | 'full' {
    const present = this.#bySession.get(request.sessionId);
    if (this.isKnown(request.sessionId, request.lane)) return 'known';
    if (present !== undefined) this.#forget(present);
    else if (this.waiting >= MOVE_REQUESTS_MAX) return 'full';
    const move: QueuedMove = {
      ...request,
      addedAtMs: nowMs,
      attempts: 0,
      notBeforeMs: kindOf(request.lane) === 'drain' ? nowMs : Math.max(nowMs, this.restsUntilMs(request.sessionId)),
      lastCode: '',
      failedAt: '',
      avoid: new Set(),
    };
    this.#bySession.set(request.sessionId, move);
    this.#movesInRoom.set(request.roomKey, (this.#movesInRoom.get(request.roomKey) ?? 0) + 1);
    this.#enqueue(move);
    return 'queued';
  }

  /** Removes the waiting moves of a lane and returns their number; running moves continue. */
  dropLane(lane: MoveLane): number {
    const moves = [...(this.#lanes.get(lane) ?? [])];
    for (const move of moves) this.#forget(move);
    return moves.length;
  }

  /** Takes the next startable move and counts it as running. `nodeOf`: its session's node; undefined: it has left. */
  next(
    nowMs: number,
    nodeOf: (move: QueuedMove) => string | undefined,
  ): RunningMove | { gone: QueuedMove } | undefined {
    this.#endRests(nowMs);
    if (this.#running.size >= MOVES_RUNNING_MAX) return undefined;
    for (const lane of [...this.#lanes.keys()]) {
      const found = this.#firstOf(lane, nowMs, nodeOf);
      if (found === undefined) continue;
      const { move, fromNodeId } = found;
      this.#takeTurn(lane, move);
      if (fromNodeId === undefined) {
        this.#forget(move);
        return { gone: move };
      }
      const running: RunningMove = { move, fromNodeId, toNodeId: '', startedAtMs: nowMs };
      move.attempts += 1;
      this.#running.set(move.sessionId, running);
      this.#roomsRunning.add(move.roomKey);
      this.#count(fromNodeId, 1);
      return running;
    }
    return undefined;
  }

  /** Records the target node. False: it is at its bound of moves; nothing has failed, so the move waits a little. */
  decided(running: RunningMove, toNodeId: string): boolean {
    assert(running.toNodeId === '', 'a move is decided once');
    if ((this.#runningAtNode.get(toNodeId) ?? 0) >= MOVES_PER_NODE_MAX) return false;
    running.toNodeId = toNodeId;
    this.#count(toNodeId, 1);
    return true;
  }

  /** Puts a move back into its lane for a short time, without counting an attempt. */
  postponed(running: RunningMove, nowMs: number): void {
    const { move } = running;
    this.#stop(running);
    move.attempts -= 1;
    move.notBeforeMs = nowMs + POSTPONED_MS;
    this.#enqueue(move);
  }

  /** Records a failed attempt; 'again': it is retried later. `spread` (0 … 1) spreads the pauses of many moves. */
  failed(running: RunningMove, code: string, nowMs: number, spread: number): 'again' | 'given up' {
    const { move, toNodeId } = running;
    this.#stop(running);
    move.lastCode = code;
    if (toNodeId !== '' && move.toNodeIds.length === 0 && toNodeId === move.failedAt) {
      move.avoid.add(toNodeId);
      // The oldest failure is forgotten first.
      for (const nodeId of move.avoid) if (move.avoid.size > AVOID_MAX) move.avoid.delete(nodeId);
    }
    move.failedAt = toNodeId;
    if (kindOf(move.lane) !== 'drain' && move.attempts >= ATTEMPTS_MAX) {
      this.#forget(move);
      return 'given up';
    }
    const pauseMs = PAUSES_MS[Math.min(move.attempts, PAUSES_MS.length) - 1] ?? PAUSES_MS[0];
    move.notBeforeMs = nowMs + pauseMs * (1 + spread / 2);
    this.#enqueue(move);
    return 'again';
  }

  /** Ends a move. `hasMoved`: the session rests now. */
  ended(running: RunningMove, nowMs: number, hasMoved: boolean): void {
    this.#stop(running);
    this.#forget(running.move);
    if (!hasMoved) return;
    this.#restUntilMs.delete(running.move.sessionId);
    this.#restUntilMs.set(running.move.sessionId, nowMs + SESSION_REST_MS);
  }

  validate(): void {
    assert(this.#roomsRunning.size === this.#running.size, 'one move a room');
    assert(this.#running.size <= MOVES_RUNNING_MAX, 'no more than may run');
    const counted = new Map<string, number>();
    for (const { fromNodeId, toNodeId } of this.#running.values()) {
      counted.set(fromNodeId, (counted.get(fromNodeId) ?? 0) + 1);
      if (toNodeId !== '') counted.set(toNodeId, (counted.get(toNodeId) ?? 0) + 1);
    }
    assert(counted.size === this.#runningAtNode.size, 'nodes without moves have no counter');
    for (const [nodeId, count] of counted) {
      assert(this.#runningAtNode.get(nodeId) === count, `moves at ${nodeId}`);
      assert(count <= MOVES_PER_NODE_MAX, `no more than may run at ${nodeId}`);
    }
    const waiting = [...this.#lanes.values()].reduce((sum, lane) => sum + lane.length, 0);
    assert(waiting === this.waiting, 'each waiting request is in a lane');
    const inRooms = [...this.#movesInRoom.values()].reduce((sum, count) => sum + count, 0);
    assert(inRooms === this.#bySession.size, 'every move is counted in its room');
  }

  #firstOf(lane: MoveLane, nowMs: number, nodeOf: (move: QueuedMove) => string | undefined) {
    const moves = this.#lanes.get(lane) ?? [];
    for (const move of moves.slice(0, CANDIDATES_MAX)) {
      if (move.notBeforeMs > nowMs || this.#roomsRunning.has(move.roomKey)) continue;
      const fromNodeId = nodeOf(move);
      if (fromNodeId === undefined) return { move, fromNodeId };
      if ((this.#runningAtNode.get(fromNodeId) ?? 0) < MOVES_PER_NODE_MAX) return { move, fromNodeId };
    }
    // Examined requests go behind the others.
    if (moves.length > CANDIDATES_MAX) moves.push(...moves.splice(0, CANDIDATES_MAX));
    return undefined;
  }

  #takeTurn(lane: MoveLane, move: QueuedMove): void {
    const moves = this.#lanes.get(lane) ?? [];
    moves.splice(moves.indexOf(move), 1);
    this.#lanes.delete(lane);
    if (moves.length > 0) this.#lanes.set(lane, moves);
  }

  #enqueue(move: QueuedMove): void {
    const moves = this.#lanes.get(move.lane);
    if (moves === undefined) this.#lanes.set(move.lane, [move]);
    else moves.push(move);
  }

  #stop(running: RunningMove): void {
    const { move, fromNodeId, toNodeId } = running;
    assert(this.#running.delete(move.sessionId), 'only a running move ends');
    this.#roomsRunning.delete(move.roomKey);
    this.#count(fromNodeId, -1);
    if (toNodeId !== '') this.#count(toNodeId, -1);
  }

  #forget(move: QueuedMove): void {
    const moves = this.#lanes.get(move.lane);
    const at = moves?.indexOf(move) ?? -1;
    if (at >= 0) moves?.splice(at, 1);
    if (moves?.length === 0) this.#lanes.delete(move.lane);
    this.#bySession.delete(move.sessionId);
    const movesLeft = (this.#movesInRoom.get(move.roomKey) ?? 0) - 1;
    if (movesLeft > 0) this.#movesInRoom.set(move.roomKey, movesLeft);
    else this.#movesInRoom.delete(move.roomKey);
  }

  #count(nodeId: string, by: 1 | -1): void {
    const count = (this.#runningAtNode.get(nodeId) ?? 0) + by;
    if (count > 0) this.#runningAtNode.set(nodeId, count);
    else this.#runningAtNode.delete(nodeId);
  }

  #endRests(nowMs: number): void {
    for (const [sessionId, untilMs] of this.#restUntilMs) {
      if (untilMs > nowMs) return;
      this.#restUntilMs.delete(sessionId);
    }
  }
}

function rankOf(lane: MoveLane): number {
  return { admin: 2, drain: 1, mode: 0, delay: 0 }[kindOf(lane)];
}

/** Pause after which a busy node has room for another move. */
const POSTPONED_MS = 500;
/** Limit of avoided nodes: with more than three failing nodes, the fault is not the nodes'. */
const AVOID_MAX = 3;
