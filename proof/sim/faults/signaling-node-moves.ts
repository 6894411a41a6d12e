// Moves of people as signaling nodes carry them out. The room's owner passes the centre's order to the session's
// signaling node, which uses the production state table (signaling/src/core/session-move.ts), and answers the centre at
// the end. The model has two homes at media nodes, a client that gets ready or declines, and a roster (each person's
// node). It has no transports, no tracks, and no resuming during a move.
import { type ControlLink, Machine, MeridianError, rpc, serve } from '@meridian/protocol';
import type { Clock, Rng } from '@meridian/runtime';
import {
  type SessionMoveEffect,
  type SessionMoveEvent,
  type SessionMoveState,
  sessionMoveTable,
} from '../../../signaling/src/core/index.ts';
import { bounds } from '../../../signaling/src/limits.ts';
import type { NodeAnswer } from './media-node.ts';
import type { AttachAsk, SessionAsk } from './node-rooms.ts';
import type { Person } from './people.ts';
import type { SignalingNodeLinks } from './signaling-node-links.ts';

/** Least time in which a client makes transports, sends over both, and plays: a few round trips and a key frame. */
const READY_MS_MIN = 300;
const READY_MS_MORE = 1500;
/** Share of clients that decline, or whose media does not reach the target. */
const DECLINED_SHARE = 0.05;
const SIGNALING_WAY_MS = 70;
const OWNER_TRY_MS = 500;
const OWNER_TRIES_MAX = 20;

/** Trouble of the owner's answers on their way to the centre: 'lost' if they never arrive, or their delay in ms. */
export type AnswerTrouble = 'none' | 'lost' | number;

export interface MoveOrder {
  readonly roomKey: string;
  readonly sessionId: string;
  readonly toNodeId: string;
  readonly decisionId: string;
}

export interface SignalingNodeMovesPorts {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly nodes: SignalingNodeLinks;
  ownedEpoch(roomKey: string): number | undefined;
  lease(roomKey: string): { readonly ownerId: string; readonly epoch: number } | undefined;
  personOf(sessionId: string): Person | undefined;
  ownerAnswers(roomKey: string): boolean;
  moved(person: Person, nodeId: string): void;
  /** Returns the moves of the session's signaling node, if it is reachable from here. */
  movesOf(sessionId: string): SignalingNodeMoves | 'unknown' | 'unreached';
  note(text: () => string): void;
}

export class SignalingNodeMoves {
  readonly #ports: SignalingNodeMovesPorts;
  readonly #running = new Map<string, SignalingNodeMove>();
  readonly #ordered = new Set<string>();
  answers: AnswerTrouble = 'none';

  constructor(ports: SignalingNodeMovesPorts) {
    this.#ports = ports;
  }

  /** Returns the node beside the session's home. */
  otherNodeOf(sessionId: string): string | undefined {
    return this.#running.get(sessionId)?.otherNodeId;
  }

  /** Returns the node to which the session moves. */
  targetOf(sessionId: string): string | undefined {
    return this.#running.get(sessionId)?.targetNodeId;
  }

  cancel(sessionId: string): void {
    this.#running.get(sessionId)?.cancel();
  }

  nodeGone(nodeId: string): void {
    for (const move of [...this.#running.values()]) move.nodeGone(nodeId);
  }

  serve(link: ControlLink): void {
    serve(link, rpc.moveSession, async ({ lease, ...order }) => {
      const outcome = await this.#order(order, lease?.epoch ?? 0).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (this.answers !== 'none') await this.#delayAnswer(this.answers);
      if (outcome !== undefined) throw outcome;
      return {};
    });
  }

  /** Carries out an order of the owner, here or at another signaling node; resolves when the session has moved. */
  carryOut(order: MoveOrder): Promise<void> {
    const { sessionId } = order;
    const person = this.#ports.personOf(sessionId);
    if (person === undefined || !person.isSeated) return Promise.reject(new MeridianError('SESSION_UNKNOWN'));
    if (this.#running.has(sessionId)) return Promise.reject(new MeridianError('MOVE_UNDER_WAY'));
    if (person.nodeId === order.toNodeId) return Promise.resolve();
    const move = new SignalingNodeMove(order, person, this.#ports);
    this.#running.set(sessionId, move);
    return move.run().finally(() => this.#running.delete(sessionId));
  }

  async #order(order: MoveOrder, epoch: number): Promise<void> {
    const { roomKey, sessionId } = order;
    const owned = this.#ports.ownedEpoch(roomKey);
    if (owned === undefined) throw new MeridianError('ROOM_OWNER_LOST');
    if (epoch > 0 && epoch !== owned) throw new MeridianError('EPOCH_STALE');
    if (this.#ordered.has(sessionId)) throw new MeridianError('MOVE_UNDER_WAY');
    const there = this.#ports.movesOf(sessionId);
    if (there === 'unknown') throw new MeridianError('SESSION_UNKNOWN');
    if (there === 'unreached') throw new MeridianError('ROOM_OWNER_LOST');
    this.#ordered.add(sessionId);
    try {
      await this.#pause(SIGNALING_WAY_MS);
      // The signaling node's answer is lost if the node has died, or if the path is cut until the deadline.
      await Promise.race([there.carryOut(order), this.#failAtDeadline()]);
      if (this.#ports.movesOf(sessionId) === 'unreached') await this.#failAtDeadline();
      await this.#pause(SIGNALING_WAY_MS);
    } finally {
      this.#ordered.delete(sessionId);
    }
  }

  async #failAtDeadline(): Promise<void> {
    await this.#pause(bounds.moveMs);
    throw new MeridianError('ROOM_OWNER_LOST');
  }

  #delayAnswer(trouble: 'lost' | number): Promise<void> {
    return trouble === 'lost' ? new Promise(() => undefined) : this.#pause(trouble);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#ports.clock.after(ms, resolve));
  }
}

class SignalingNodeMove {
  readonly #order: MoveOrder;
  readonly #person: Person;
  readonly #ports: SignalingNodeMovesPorts;
  readonly #fromNodeId: string;
  readonly #ended = Promise.withResolvers<void>();
  readonly #machine: Machine<SessionMoveState, SessionMoveEvent, SessionMoveEffect>;
  #deadline: { cancel(): void } | undefined;

  constructor(order: MoveOrder, person: Person, ports: SignalingNodeMovesPorts) {
    this.#order = order;
    this.#person = person;
    this.#ports = ports;
    this.#fromNodeId = person.nodeId;
    this.#machine = new Machine({
      table: sessionMoveTable,
      initial: 'attaching',
      apply: (effect) => this.#effects[effect](),
    });
  }

  get otherNodeId(): string | undefined {
    const { state } = this.#machine;
    if (state === 'done' || state === 'failed') return undefined;
    return state === 'leaving' ? this.#fromNodeId : this.#order.toNodeId;
  }

  /** Node to which the session moves; undefined once this node is its home. */
  get targetNodeId(): string | undefined {
    return this.#machine.state === 'leaving' ? undefined : this.otherNodeId;
  }

  run(): Promise<void> {
    this.#attach();
    return this.#ended.promise;
  }

  cancel(): void {
    this.#machine.dispatch('cancelled');
  }

  nodeGone(nodeId: string): void {
    if (this.otherNodeId === nodeId) this.#machine.dispatch(this.#machine.state === 'leaving' ? 'gone' : 'failed');
  }

  readonly #effects: Record<SessionMoveEffect, () => void> = {
    ask: () => this.#ask(),
    startDeadline: () => {
      this.#deadline = this.#ports.clock.after(bounds.moveReadyMs, () => this.#machine.dispatch('failed'));
    },
    stopDeadline: () => this.#deadline?.cancel(),
    settle: () => this.#settle(),
    informOwner: () => this.#informOwner(OWNER_TRIES_MAX),
    adopt: () => this.#ports.moved(this.#person, this.#order.toNodeId),
    informMoved: () => undefined,
    letGo: () => this.#detach(this.#fromNodeId, true, () => this.#machine.dispatch('gone')),
    undo: () => this.#detach(this.#order.toNodeId),
    informFailed: () => undefined,
    dropOld: () => this.#detach(this.#fromNodeId),
    finish: () => this.#finish(),
  };

  #attach(): void {
    const { roomKey, sessionId, toNodeId, decisionId } = this.#order;
    const lease = this.#ports.lease(roomKey);
    if (lease === undefined) {
      this.#machine.dispatch('failed');
      return;
    }
    const ask: AttachAsk = { roomKey, sessionId, ...lease, decisionId, adopt: false, isMoving: true };
    this.#ports.nodes.ask(toNodeId, 'attach', ask, (body) => this.#answered('attaching', 'attached', body));
  }

  #ask(): void {
    const { clock, rng } = this.#ports;
    const event = rng.next() < DECLINED_SHARE ? 'failed' : 'ready';
    clock.after(READY_MS_MIN + rng.next() * READY_MS_MORE, () => {
      if (this.#machine.state === 'asking') this.#machine.dispatch(event);
    });
  }

  #settle(): void {
    const { roomKey, sessionId, toNodeId } = this.#order;
    const ask: SessionAsk = { roomKey, sessionId };
    this.#ports.nodes.ask(toNodeId, 'settle', ask, (body) => this.#answered('settling', 'settled', body));
  }

  /** Handles a node's answer (`body`). A step that succeeds after the move has ended is undone. */
  #answered(during: SessionMoveState, event: SessionMoveEvent, body: unknown): void {
    const answer = body as NodeAnswer | undefined;
    if (this.#machine.state === during) this.#machine.dispatch(answer?.code === 'OK' ? event : 'failed');
    else if (answer?.code === 'OK') this.#detach(this.#order.toNodeId);
  }

  /** Retries while the room has no owner, as production's `withOwner` does. */
  #informOwner(triesLeft: number): void {
    const isReached = this.#ports.ownerAnswers(this.#order.roomKey);
    this.#ports.clock.after(isReached ? 2 * SIGNALING_WAY_MS : OWNER_TRY_MS, () => {
      if (this.#machine.state !== 'informing') this.#detach(this.#order.toNodeId);
      else if (isReached) this.#machine.dispatch('informed');
      else if (triesLeft > 0) this.#informOwner(triesLeft - 1);
      else this.#machine.dispatch('failed');
    });
  }

  #detach(nodeId: string, gently = false, done: () => void = () => undefined): void {
    const { roomKey, sessionId } = this.#order;
    const ask: SessionAsk = { roomKey, sessionId, gently };
    this.#ports.nodes.ask(nodeId, 'detach', ask, done);
  }

  #finish(): void {
    const { sessionId, toNodeId } = this.#order;
    const hasMoved = this.#machine.state === 'done';
    this.#ports.note(() => `${sessionId} ${hasMoved ? 'has moved' : 'was not moved'} to ${toNodeId}`);
    if (hasMoved) this.#ended.resolve();
    else this.#ended.reject(new MeridianError('MOVE_FAILED'));
  }
}
