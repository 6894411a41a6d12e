// Moves of participants between media nodes, each attempt from its turn to its end: decide (charged, in the log,
// explained), ask the room's owner to move the session, wait for its answer, then for the node to show the session. A
// failed attempt gives its charge back and is retried later (moving/core/queue.ts). Each term of leading has its own
// object: `end` drops all moves, also the running ones, and ignores their answers. The charges of these moves lapse or
// are confirmed in the next term, which finds drains and half-changed modes again from the places of the sessions.
import { MeridianError } from '@meridian/protocol';
import type { Clock, Logger, Rng } from '@meridian/runtime';
import type { CentreMetrics } from '../base/metrics.ts';
import type { Fleet } from '../fleet/core/fleet.ts';
import type { LeaseAnswer, Ownership } from '../owning/ownership.ts';
import type { RegionsPort } from '../placing/charging.ts';
import type { ClientBook } from '../placing/core/client-book.ts';
import { unknownClientAt } from '../placing/core/unknown-client.ts';
import type { Placed, Placing } from '../placing/placing.ts';
import { MoveQueue, type QueuedMove, type RunningMove } from './core/queue.ts';
import { type EndedMove, kindOf, type MoveOutcome, type MoveRequest } from './core/types.ts';
import type { MoveOrder, Mover } from './mover.ts';

export interface MovesOptions {
  readonly fleet: Fleet;
  readonly placing: Placing;
  readonly ownership: Ownership;
  readonly clients: ClientBook;
  readonly mover: Mover;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  readonly metrics: CentreMetrics;
  /** Charges nodes of other regions; absent: this centre charges them. */
  readonly regions?: Pick<RegionsPort, 'ready' | 'charge'>;
}

/** Longest wait for an owner's answer: it waits at most 40 s for nodes and browser (`moveMs` of signaling). */
export const ANSWER_MS = 45_000;
/** Longest wait for the new node to show the session: two reports, one a second, and their transfer. */
export const SHOWN_MS = 5000;
/** Limit of finished moves that are kept for display. */
const ENDED_KEPT_MAX = 500;

/** Stage of a running move: `asked`: the owner has the order; `answered`: it reports the move, the node not yet. */
type Stage =
  | { readonly name: 'asked'; readonly decisionId: string }
  | { readonly name: 'answered'; readonly decisionId: string; readonly untilMs: number };

export class Moves {
  readonly queue = new MoveQueue();
  readonly #o: MovesOptions;
  readonly #stages = new Map<string, Stage>(); // of running moves, by session
  readonly #ended: EndedMove[] = [];
  #listener: (ended: EndedMove) => void = () => undefined;
  #isEnded = false;

  constructor(o: MovesOptions) {
    this.#o = o;
  }

  onEnded(listener: (ended: EndedMove) => void): void {
    this.#listener = listener;
  }

  ended(): EndedMove[] {
    return [...this.#ended].reverse();
  }

  request(request: MoveRequest): ReturnType<MoveQueue['add']> {
    const added = this.queue.add(request, this.#o.clock.nowMs());
    if (added === 'full') this.#o.metrics.movesRefused.inc({ kind: kindOf(request.lane) });
    return added;
  }

  /** Returns the node of a session; for a moving session the first node found. Undefined: none, or unknown. */
  nodeOf(sessionId: string, roomKey: string): string | undefined {
    return this.#o.fleet.sessionsOf(roomKey).find((one) => one.sessionId === sessionId)?.nodeId;
  }

  /** Called by a timer, while this centre leads. */
  tick(): void {
    if (this.#isEnded) return;
    const { clock, metrics } = this.#o;
    this.#checkAllRunning();
    for (;;) {
      const next = this.queue.next(clock.nowMs(), (move) => this.nodeOf(move.sessionId, move.roomKey));
      if (next === undefined) break;
      if ('gone' in next) this.#finish(next.gone, { outcome: 'gone', fromNodeId: '', toNodeId: '', decisionId: '' });
      else this.#start(next);
    }
    metrics.movesRunning.set(this.queue.running.size);
    metrics.movesWaiting.set(this.queue.waiting);
  }

  /**
   * Ends the term: nothing starts, and late answers are ignored. Running moves' charges are left to the next leader.
   */
  end(): void {
    this.#isEnded = true;
    this.#stages.clear();
  }

  #start(running: RunningMove): void {
    const { move, fromNodeId } = running;
    const lease = this.#o.ownership.knownLease(move.roomKey);
    if (lease === undefined || lease.expiresInMs <= 0) {
      this.#fail(running, 'ROOM_OWNER_LOST', '');
      return;
    }
    const decided = this.#decide(running);
    if (typeof decided === 'string') {
      this.#fail(running, decided, '');
      return;
    }
    const { record, decisionId, nodeId, written } = decided;
    if (nodeId === fromNodeId) {
      this.#o.placing.takeBack(decisionId);
      this.queue.ended(running, this.#o.clock.nowMs(), false);
      this.#finish(move, { outcome: 'stays', fromNodeId, toNodeId: nodeId, decisionId });
      return;
    }
    if (!this.queue.decided(running, nodeId)) {
      this.#o.placing.takeBack(decisionId);
      this.queue.postponed(running, this.#o.clock.nowMs());
      return;
    }
    this.#stages.set(move.sessionId, { name: 'asked', decisionId });
    this.#ask(running, { record, lease, written }).then(
      () => this.#answered(running, decisionId),
      (error: unknown) => this.#refused(running, decisionId, error),
    );
  }

  /** Returns the code of a refusal, or the charged decision. */
  #decide({ move, fromNodeId }: RunningMove) {
    const { placing, clients } = this.#o;
    const { sessionId, roomKey, toNodeIds, reason, told } = move;
    const client =
      clients.get(sessionId) ?? unknownClientAt(this.#o.fleet.get(fromNodeId)?.description, sessionId, roomKey);
    const ask = { client, move: { fromNodeId, toNodeIds, reason, told }, avoidNodeIds: [...move.avoid] };
    try {
      const record = placing.decideMove(ask);
      const { decision, decisionId, written } = record;
      return decision.ok ? { record, decisionId, nodeId: decision.nodeId, written } : decision.code;
    } catch (error) {
      if (error instanceof MeridianError) return error.code;
      throw error;
    }
  }

  async #ask(
    { move, toNodeId }: RunningMove,
    o: { record: Placed; lease: LeaseAnswer; written: Promise<void> | undefined },
  ): Promise<void> {
    const { decisionId } = o.record;
    const order: MoveOrder = {
      roomKey: move.roomKey,
      sessionId: move.sessionId,
      toNodeId,
      decisionId,
      reason: move.told ?? move.reason,
      lease: o.lease,
    };
    // The charge must outlive this centre before the order goes out, as with every placement.
    await o.written;
    await this.#charge(o.record, toNodeId);
    if (!this.#isCurrent(move, decisionId)) return;
    await this.#o.mover.move(o.lease.lease.ownerId, order, ANSWER_MS);
  }

  /** Charges the node at the instance that places for its region, if any. */
  async #charge(record: Placed, nodeId: string): Promise<void> {
    const { regions, fleet } = this.#o;
    if (regions === undefined) return;
    await regions.ready();
    const charged = await regions.charge(record, fleet.get(nodeId)?.description.region ?? '');
    if (!charged.ok) throw new MeridianError(charged.why === 'refused' ? 'NO_CAPACITY' : 'NOT_LEADER', charged.reason);
  }

  /** Whether this attempt is still awaited: the term, or the wait, may have ended meanwhile. */
  #isCurrent({ sessionId }: Pick<QueuedMove, 'sessionId'>, decisionId: string): boolean {
    return !this.#isEnded && this.#stages.get(sessionId)?.decisionId === decisionId;
  }

  #answered(running: RunningMove, decisionId: string): void {
    const { move } = running;
    if (!this.#isCurrent(move, decisionId)) return;
    const untilMs = this.#o.clock.nowMs() + SHOWN_MS;
    this.#stages.set(move.sessionId, { name: 'answered', decisionId, untilMs });
    this.#checkRunning(running);
  }

  #refused(running: RunningMove, decisionId: string, error: unknown): void {
    const { move } = running;
    if (!this.#isCurrent(move, decisionId)) return;
    const code = codeOf(error);
    if (!GONE_CODES.includes(code)) {
      this.#fail(running, code, decisionId);
      return;
    }
    this.#o.placing.takeBack(decisionId);
    this.#complete(running, 'gone', decisionId);
  }

  /** Ends attempts whose node dies or never shows the session. Missing answers are left to the link's deadline. */
  #checkAllRunning(): void {
    for (const running of [...this.queue.running.values()]) this.#checkRunning(running);
  }

  #checkRunning(running: RunningMove): void {
    const { move, fromNodeId, toNodeId } = running;
    const { fleet, clock } = this.#o;
    const stage = this.#stages.get(move.sessionId);
    if (stage === undefined) return;
    const { decisionId } = stage;
    const where = fleet.sessionsOf(move.roomKey).filter((one) => one.sessionId === move.sessionId);
    if (stage.name === 'asked') {
      if (fleet.get(toNodeId)?.liveness === 'dead') this.#fail(running, 'NODE_LOST', decisionId);
      return;
    }
    const isThere = where.some((one) => one.nodeId === toNodeId);
    if (isThere && !where.some((one) => one.nodeId === fromNodeId)) this.#complete(running, 'moved', decisionId);
    else if (clock.nowMs() >= stage.untilMs) {
      if (!isThere) this.#o.placing.takeBack(decisionId);
      this.#complete(running, isThere ? 'moved' : 'unseen', decisionId);
    }
  }

  #complete(running: RunningMove, outcome: MoveOutcome, decisionId: string): void {
    const { move, fromNodeId, toNodeId, startedAtMs } = running;
    this.#stages.delete(move.sessionId);
    const nowMs = this.#o.clock.nowMs();
    const hasMoved = outcome === 'moved' || outcome === 'unseen';
    this.queue.ended(running, nowMs, hasMoved);
    if (hasMoved) this.#o.metrics.moveMs.observe(nowMs - startedAtMs);
    this.#finish(move, { outcome, fromNodeId, toNodeId, decisionId, startedAtMs });
  }

  #fail(running: RunningMove, code: string, decisionId: string): void {
    const { move, fromNodeId, toNodeId, startedAtMs } = running;
    const { placing, clock, rng, log, metrics } = this.#o;
    this.#stages.delete(move.sessionId);
    if (decisionId !== '') placing.takeBack(decisionId);
    const kind = kindOf(move.lane);
    metrics.moveFailures.inc({ kind, code });
    const { sessionId, roomKey, attempts } = move;
    log.info({ sessionId, roomKey, fromNodeId, toNodeId, kind, code, attempts }, 'an attempt to move has failed');
    const failureOutcome = this.queue.failed(running, code, clock.nowMs(), rng.next());
    if (failureOutcome === 'given up')
      this.#finish(move, { outcome: 'failed', fromNodeId, toNodeId, decisionId, startedAtMs });
  }

  #finish(
    move: QueuedMove,
    o: { outcome: MoveOutcome; fromNodeId: string; toNodeId: string; decisionId: string; startedAtMs?: number },
  ): void {
    const { clock, metrics, log } = this.#o;
    const { sessionId, roomKey, lane, reason, toNodeIds } = move;
    const { outcome, fromNodeId, toNodeId, decisionId } = o;
    const endedAtMs = clock.nowMs();
    const code = outcome === 'failed' ? move.lastCode : '';
    const tookMs = endedAtMs - (o.startedAtMs ?? endedAtMs);
    const ended: EndedMove = {
      sessionId,
      roomKey,
      lane,
      reason,
      toNodeIds,
      outcome,
      code,
      fromNodeId,
      toNodeId,
      decisionId,
      endedAtMs,
      tookMs,
    };
    this.#ended.push(ended);
    if (this.#ended.length > ENDED_KEPT_MAX) this.#ended.shift();
    metrics.moves.inc({ kind: kindOf(lane), outcome });
    log.info({ sessionId, roomKey, lane, outcome, fromNodeId, toNodeId, decisionId, tookMs, reason }, 'move');
    this.#listener(ended);
  }
}

const GONE_CODES: readonly string[] = ['SESSION_UNKNOWN', 'PARTICIPANT_UNKNOWN'];

/** Returns the stable code of a link's rejection. */
function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' && /^[A-Z_]{1,40}$/.test(code) ? code : 'INTERNAL';
}
