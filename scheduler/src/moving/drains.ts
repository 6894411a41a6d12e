// Moves sessions away from media nodes that are drained, or whose process is to end. Each tick finds the work in the
// fleet, so no state has to survive a restart or a change of leader; the counts are of this term only.
import { nodeKind } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import type { Fleet } from '../fleet/core/fleet.ts';
import { type NodeRecord, whyDrained } from '../fleet/core/node.ts';
import { type HeldRoom, nextToDrain } from './core/drain-plan.ts';
import { MOVES_PER_NODE_MAX } from './core/queue.ts';
import type { EndedMove, MoveLane, MoveOutcome } from './core/types.ts';
import type { Moves } from './moves.ts';

export interface DrainProgress {
  readonly sessionsAtStart: number;
  readonly sessionsLeft: number;
  readonly moved: number;
  readonly moving: number;
  /** Number of sessions that wait for a retry, and the code of the last failure. */
  readonly retrying: number;
  readonly lastCode: string;
  readonly sinceMs: number;
}

export interface DrainsOptions {
  readonly fleet: Fleet;
  readonly moves: Moves;
  readonly clock: Clock;
}

interface Draining {
  readonly sinceMs: number;
  sessionsAtStart: number;
  moved: number;
}

/** Limit of requests that wait for a node: twice what it can move at once, so that no turn is lost. */
const WAITING_MAX = 2 * MOVES_PER_NODE_MAX;
const TICK_EVERY_MS = 500;

export class Drains {
  readonly #o: DrainsOptions;
  readonly #draining = new Map<string, Draining>();
  #tickedAtMs = Number.NEGATIVE_INFINITY;

  constructor(o: DrainsOptions) {
    this.#o = o;
  }

  tick(): void {
    const { fleet, moves, clock } = this.#o;
    const nowMs = clock.nowMs();
    if (nowMs - this.#tickedAtMs < TICK_EVERY_MS) return;
    this.#tickedAtMs = nowMs;
    for (const nodeId of this.#draining.keys()) {
      const node = fleet.get(nodeId);
      if (node !== undefined && whyToMove(node) !== undefined) continue;
      this.#draining.delete(nodeId);
      moves.queue.dropLane(laneOf(nodeId));
    }
    for (const node of fleet.list()) {
      const reason = whyToMove(node);
      if (reason !== undefined) this.#requestMoves(node, reason, nowMs);
    }
  }

  ended({ lane, outcome, fromNodeId }: EndedMove): void {
    const draining = this.#draining.get(fromNodeId);
    if (draining !== undefined && lane === laneOf(fromNodeId) && hasLeft(outcome)) draining.moved += 1;
  }

  /** Returns undefined when the node is not drained, or was not looked at yet. */
  progress(node: NodeRecord): DrainProgress | undefined {
    const { nodeId } = node.description;
    const draining = this.#draining.get(nodeId);
    if (draining === undefined) return undefined;
    const lane = laneOf(nodeId);
    const movesOfLane = [...this.#o.moves.queue.list()].filter((move) => move.lane === lane);
    const retrying = movesOfLane.filter((move) => move.lastCode !== '');
    return {
      sessionsAtStart: draining.sessionsAtStart,
      sessionsLeft: sessionsOn(node),
      moved: draining.moved,
      moving: movesOfLane.length,
      retrying: retrying.length,
      lastCode: retrying.at(-1)?.lastCode ?? '',
      sinceMs: Math.round(this.#o.clock.nowMs() - draining.sinceMs),
    };
  }

  #requestMoves(node: NodeRecord, reason: string, nowMs: number): void {
    const { moves, fleet } = this.#o;
    const { nodeId } = node.description;
    const sessions = sessionsOn(node);
    const draining = this.#draining.get(nodeId) ?? { sinceMs: nowMs, sessionsAtStart: sessions, moved: 0 };
    this.#draining.set(nodeId, draining);
    // A node restored from the copy shows its sessions only when it has registered.
    draining.sessionsAtStart = Math.max(draining.sessionsAtStart, sessions + draining.moved);
    const lane = laneOf(nodeId);
    const requestsMax = WAITING_MAX - moves.queue.waitingIn(lane);
    if (requestsMax <= 0 || !node.isLinked) return;
    const rooms: HeldRoom[] = [...node.rooms.values()].map(({ roomKey, sessionIds }) => ({
      roomKey,
      sessionIds,
      sessions: fleet.sessionsIn(roomKey),
    }));
    for (const { roomKey, sessionId } of nextToDrain(rooms, requestsMax, (id) => moves.queue.isKnown(id, lane))) {
      const clientReason = `${nodeId} is drained`;
      const request = {
        sessionId,
        roomKey,
        lane,
        reason: `${clientReason}: ${reason}`,
        told: clientReason,
        toNodeIds: [],
      };
      if (moves.request(request) === 'full') return;
    }
  }
}

function whyToMove(node: NodeRecord): string | undefined {
  const mayMove = node.description.kind === nodeKind.media && node.liveness !== 'dead';
  return mayMove ? whyDrained(node) : undefined;
}

const laneOf = (nodeId: string): MoveLane => `drain ${nodeId}`;

function sessionsOn(node: NodeRecord): number {
  let sessions = 0;
  for (const { sessionIds } of node.rooms.values()) sessions += sessionIds.length;
  return sessions;
}

const hasLeft = (outcome: MoveOutcome): boolean => outcome === 'moved' || outcome === 'unseen';
