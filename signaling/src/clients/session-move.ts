// Moves a session to another media node (core/session-move.ts has the states). The object lives as long as the move;
// the session outlives it. Every wait is bounded, and the result is reported once, to the caller that ordered the move.
import {
  type ErrorCode,
  encodeServerFrame,
  Machine,
  MeridianError,
  rpc,
  trackFromWire,
  type wire,
} from '@meridian/protocol';
import type { Timer } from '@meridian/runtime';
import {
  DataDeduplicator,
  type SessionMoveEffect,
  type SessionMoveEvent,
  type SessionMoveState,
  sessionMoveTable,
} from '../core/index.ts';
import { asMeridianError, ignoringErrors } from '../failures.ts';
import { bounds } from '../limits.ts';
import { atNode } from './at-node.ts';
import type { LocalSession, MoveOrder, SessionMoving } from './context.ts';
import { iceServersFor } from './ice-servers.ts';

export interface MovePorts {
  readonly session: LocalSession;
  /** Makes the second home; returns the new node's answer. */
  attach(order: MoveOrder): Promise<wire.SessionAttached>;
  adopt(nodeId: string): void;
  onOver(): void;
}

export class SessionMove implements SessionMoving {
  readonly order: MoveOrder;
  /** Resolves when the client has moved and the old node has let go; rejects when the session stays. */
  readonly completed: Promise<void>;
  readonly #ports: MovePorts;
  /** Adoption count of the move's homes; a home adopted since belongs to another connection. */
  readonly #adoption: number;
  readonly #completion: PromiseWithResolvers<void>;
  readonly #machine: Machine<SessionMoveState, SessionMoveEvent, SessionMoveEffect, MeridianError>;
  readonly #published = new Set<string>();
  readonly #deduplicator = new DataDeduplicator();
  #deadline: Timer | undefined;
  #attached: wire.SessionAttached | undefined;
  #failure: MeridianError | undefined;

  constructor(order: MoveOrder, ports: MovePorts) {
    this.order = order;
    this.#ports = ports;
    this.#adoption = ports.session.adoption;
    this.#completion = Promise.withResolvers<void>();
    this.completed = this.#completion.promise;
    this.completed.catch(() => undefined); // a rejection counts as handled even if the owner that waits is gone
    this.#machine = new Machine({
      table: sessionMoveTable,
      initial: 'attaching',
      apply: (effect, failure) => this.#effects[effect](failure),
    });
  }

  get state(): SessionMoveState {
    return this.#machine.state;
  }
  /** Second node of the moving session: at first the new node, then the old node. */
  get otherNodeId(): string | undefined {
    if (this.state === 'done' || this.state === 'failed') return undefined;
    return this.state === 'leaving' ? this.order.fromNodeId : this.order.toNodeId;
  }

  begin(): void {
    this.#step(
      async () => {
        this.#attached = await this.#ports.attach(this.order);
        const failed = this.#attached.failed.find(({ code }) => code !== 'TRACK_UNKNOWN');
        if (failed !== undefined)
          throw new MeridianError('MOVE_FAILED', `the new node cannot have ${failed.trackId}: ${failed.code}`);
      },
      'attached',
      'attaching',
    );
  }

  /** Records that a track is sent to the new node too. */
  published(trackId: string): void {
    this.#published.add(trackId);
  }

  /** Takes the client's report that all is ready at the new node, or cannot be. OUT_OF_ORDER without a request. */
  ready(o: { moveId: string; ok: boolean; code: string }): void {
    if (this.state !== 'asking' || o.moveId !== this.order.moveId) throw new MeridianError('OUT_OF_ORDER');
    const self = this.#session.room.replica?.get(this.#session.sessionId);
    const missing = self?.tracks.find(({ trackId }) => !this.#published.has(trackId));
    if (!o.ok)
      this.#fail(
        new MeridianError(o.code === 'REQUEST_INVALID' ? 'MOVE_REFUSED' : 'MOVE_FAILED', clientFailure(o.code)),
      );
    else if (missing !== undefined)
      this.#fail(new MeridianError('MOVE_FAILED', `${missing.trackId} is not at the new node`));
    else this.#machine.dispatch('ready');
  }

  /** Handles the loss of either node. Returns true for the second node: the session continues. */
  nodeGone(nodeId: string): boolean {
    if (this.otherNodeId !== nodeId) return false;
    if (this.state === 'leaving') this.#machine.dispatch('gone');
    else this.#fail(new MeridianError('NODE_UNREACHABLE', 'the new node is gone'));
    return true;
  }

  /** Ends the move with its session here. Idempotent. */
  cancel(code: ErrorCode): void {
    // Subscribers still get its tracks from the old node, which lets go by itself as it was asked to.
    const isHandedOver = code === 'SHUTTING_DOWN' && this.state === 'leaving';
    this.#machine.dispatch(
      isHandedOver ? 'handedOver' : 'cancelled',
      new MeridianError(code, 'the session ended while it was moved'),
    );
  }

  /** Returns false for a room's data message that the other home has forwarded before. */
  isNewData(digest: string, nodeId: string): boolean {
    return this.#deduplicator.isNew(digest, nodeId);
  }

  get #session(): LocalSession {
    return this.#ports.session;
  }

  readonly #effects: Record<SessionMoveEffect, (failure: MeridianError | undefined) => void> = {
    ask: () => this.#ask(),
    startDeadline: () => {
      this.#deadline = this.#session.context.clock.after(bounds.moveReadyMs, () =>
        this.#fail(new MeridianError('MOVE_FAILED', 'the client was not ready in time')),
      );
    },
    stopDeadline: () => this.#deadline?.cancel(),
    settle: () => this.#step(() => this.#settleThere(), 'settled', 'settling'),
    informOwner: () => {
      const { room, sessionId } = this.#session;
      const { fromNodeId, toNodeId } = this.order;
      this.#step(() => room.withOwner((port) => port.moved(sessionId, fromNodeId, toNodeId)), 'informed', 'informing');
    },
    adopt: () => this.#ports.adopt(this.order.toNodeId),
    informMoved: () => this.#informClient(true, ''),
    letGo: () => this.#releaseOldNode(),
    undo: () => this.#detach(this.order.toNodeId),
    informFailed: (failure) => this.#informClient(false, failure?.code ?? 'MOVE_FAILED'),
    dropOld: () => this.#detach(this.order.fromNodeId),
    finish: () => this.#finish(),
  };

  /** Runs a step. If the state has changed meanwhile, undoes a home that settled or an owner that learned too late. */
  #step(step: () => Promise<void>, event: SessionMoveEvent, expectedState: SessionMoveState): void {
    step().then(
      () => (this.state === expectedState ? this.#machine.dispatch(event) : this.#undoLate(event)),
      (error: unknown) => {
        if (this.state === expectedState) this.#fail(asMeridianError(error, 'MOVE_FAILED'));
        else if (event === 'informed') this.#detach(this.order.toNodeId);
      },
    );
  }

  /** Handles a request that was done after the move had been given up. */
  #undoLate(event: SessionMoveEvent): void {
    const { context, room, sessionId } = this.#session;
    const { fromNodeId, toNodeId } = this.order;
    if (event !== 'informed') {
      this.#detach(toNodeId);
      return;
    }
    // A connection here may have resumed the session at the old node; elsewhere it resumes at the new node.
    const holder = context.sessions.get(sessionId);
    const isOver = room.replica?.get(sessionId) === undefined;
    this.#detach(isOver || holder?.nodeId === fromNodeId ? toNodeId : fromNodeId);
    if (holder?.nodeId !== fromNodeId) return;
    room
      .withOwner((port) => port.moved(sessionId, toNodeId, fromNodeId))
      .catch(ignoringErrors(context.log, 'a move that was given up late was not taken back by the owner'));
  }

  #fail(failure: MeridianError): void {
    this.#failure ??= failure;
    this.#machine.dispatch('failed', failure);
  }

  #ask(): void {
    const { context } = this.#session;
    const { moveId, toNodeId, decisionId, reason } = this.order;
    const attached = this.#attached;
    const {
      hostId = '',
      region = '',
      city = '',
      latitude = 0,
      longitude = 0,
    } = context.centre.fleet.get(toNodeId) ?? {};
    this.#session.sendMessage({
      moveParticipant: {
        moveId,
        node: { nodeId: toNodeId, hostId, region, city, latitude, longitude },
        sendTransport: attached?.sendTransport ?? null,
        recvTransport: attached?.recvTransport ?? null,
        subscriptions: attached?.subscriptions ?? [],
        iceServers: iceServersFor(this.#session),
        reason,
        decisionId,
      },
    });
  }

  /** Applies interim mutes and unpublications at the new node before any node pulls from it. */
  async #settleThere(): Promise<void> {
    const { context, room, sessionId } = this.#session;
    const { toNodeId } = this.order;
    const { tracks } = await atNode(context, room, toNodeId, rpc.settleSession, (ref) => ({ room: ref, sessionId }));
    const self = room.replica?.get(sessionId);
    for (const there of tracks.map(trackFromWire)) {
      const { trackId } = there;
      const known = self?.tracks.find((track) => track.trackId === trackId);
      if (known === undefined) {
        const reason = 'UNPUBLISHED';
        await atNode(context, room, toNodeId, rpc.closeTrack, (ref) => ({ room: ref, sessionId, trackId, reason }));
      } else if (known.muted !== there.muted) {
        const paused = known.muted;
        await atNode(context, room, toNodeId, rpc.pauseTrack, (ref) => ({ room: ref, sessionId, trackId, paused }));
      }
    }
  }

  #informClient(ok: boolean, code: string): void {
    this.#session.send(encodeServerFrame({ moveDone: { moveId: this.order.moveId, ok, code } }));
  }

  /** Asks the old node to let go once no node pulls from it; then the client may close its old transports. */
  #releaseOldNode(): void {
    const { context, room, sessionId } = this.#session;
    context.nodes
      .call(
        this.order.fromNodeId,
        rpc.detachSession,
        { room: room.ref, sessionId, reason: 'MOVED', adoption: this.#adoption, gently: true },
        bounds.moveLetGoMs,
      )
      .catch((error: unknown) => {
        ignoringErrors(context.log, 'a session could not be let go at its old node; it ends as an orphan')(error);
        if (this.state === 'leaving') this.#detach(this.order.fromNodeId);
      })
      .finally(() => this.#machine.dispatch('gone'));
  }

  /** Ends a home, even late, unless another connection has adopted it meanwhile. */
  #detach(nodeId: string): void {
    const { context, room, sessionId } = this.#session;
    context.nodes
      .call(nodeId, rpc.detachSession, { room: room.ref, sessionId, reason: 'MOVED', adoption: this.#adoption })
      .catch(ignoringErrors(context.log, 'one home of a session that moved could not be ended; it ends as an orphan'));
  }

  #finish(): void {
    if (this.state === 'failed') this.#completion.reject(this.#failure ?? new MeridianError('SESSION_UNKNOWN'));
    else {
      // The old node's transports are over, so the client may stop sending there.
      this.#session.sendMessage({ moveDone: { moveId: this.order.moveId, ok: true, code: 'LEFT' } });
      this.#completion.resolve();
    }
    this.#ports.onOver();
  }
}

const clientFailure = (code: string): string => `the client says: ${code.slice(0, 64)}`;
