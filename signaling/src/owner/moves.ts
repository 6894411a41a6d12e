// Orders moves of sessions to other media nodes, which the sessions' signaling nodes carry out. During a move the new
// node counts as a node of the room. Afterwards the owner directs every node that pulls the session's tracks to it.
import { isInFence, MeridianError, newId, nodeKind, type Participant } from '@meridian/protocol';
import type { Clock, Logger, Rng } from '@meridian/runtime';
import type { MoveOrder, ServiceCounters } from '../clients/context.ts';
import { type Fleet, isServing } from '../core/index.ts';
import { codeOf } from '../failures.ts';
import { bounds } from '../limits.ts';

/** Order of the centre to move a session; the decision has reserved the session's load (charge) at the new node. */
export interface MoveRequest {
  readonly sessionId: string;
  readonly toNodeId: string;
  readonly decisionId: string;
  readonly reason: string;
}

export interface OwnerMovesPorts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly rng: Rng;
  fleet(): Fleet;
  fence(): string;
  participant(sessionId: string): Participant | undefined;
  /** Orders a signaling node to move a session; resolves when the move is over. */
  order(signalingId: string, order: MoveOrder): Promise<void>;
  /** Called when a node begins or ceases to belong to the room. */
  changed(): void;
  countMove: ServiceCounters['move'];
}

export class OwnerMoves {
  readonly #ports: OwnerMovesPorts;
  readonly #movesUnderWay = new Map<string, MoveOrder>();

  constructor(ports: OwnerMovesPorts) {
    this.#ports = ports;
  }

  get size(): number {
    return this.#movesUnderWay.size;
  }

  /** Nodes in the room because of a move: the new node, and the old node until it has let go. */
  nodeIds(): string[] {
    return [...this.#movesUnderWay.values()].flatMap(({ fromNodeId, toNodeId }) => [fromNodeId, toNodeId]);
  }

  /**
   * Moves a session; resolves when the old node has let go, or at once if it is there already. SESSION_UNKNOWN,
   * MOVE_UNDER_WAY, RATE_LIMITED, NODE_UNREACHABLE, NODE_DRAINING, FENCED_OUT, MOVE_REFUSED, MOVE_FAILED.
   */
  async move(request: MoveRequest): Promise<void> {
    const { clock, log, countMove } = this.#ports;
    const { sessionId, toNodeId } = request;
    const participant = this.#ports.participant(sessionId);
    if (participant === undefined) throw new MeridianError('SESSION_UNKNOWN');
    const known = this.#movesUnderWay.get(sessionId);
    if (known !== undefined) throw new MeridianError('MOVE_UNDER_WAY', `to ${known.toNodeId}`);
    if (participant.nodeId === toNodeId) return;
    this.#assertNodeAllowed(toNodeId);
    if (this.#movesUnderWay.size >= bounds.movesPerRoomMax)
      throw new MeridianError('RATE_LIMITED', 'too many sessions are being moved');
    const moveId = newId('MV_', (count) => this.#ports.rng.bytes(count));
    const order: MoveOrder = { ...request, moveId, fromNodeId: participant.nodeId };
    this.#movesUnderWay.set(sessionId, order);
    this.#ports.changed();
    const startedMs = clock.nowMs();
    countMove('BEGUN', 0);
    try {
      await this.#ports.order(participant.signalingId, order);
      countMove('OK', clock.nowMs() - startedMs);
      log.info({ ...order, tookMs: Math.round(clock.nowMs() - startedMs) }, 'a session was moved');
    } catch (error) {
      countMove(codeOf(error) ?? 'INTERNAL', clock.nowMs() - startedMs);
      log.info({ ...order, code: codeOf(error), err: error }, 'a session could not be moved');
      throw error;
    } finally {
      this.#movesUnderWay.delete(sessionId);
      this.#ports.changed();
    }
  }

  #assertNodeAllowed(nodeId: string): void {
    const node = this.#ports.fleet().get(nodeId);
    if (node === undefined || node.kind !== nodeKind.media)
      throw new MeridianError('NODE_UNREACHABLE', `no media node ${nodeId}`);
    if (!isInFence(this.#ports.fence(), node.region)) throw new MeridianError('FENCED_OUT');
    if (node.state === 'draining') throw new MeridianError('NODE_DRAINING');
    if (!isServing(node)) throw new MeridianError('NODE_UNREACHABLE', `${nodeId} is ${node.state}`);
  }
}
