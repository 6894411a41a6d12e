// Transports of a client that is about to join, connected before its click (ADR 0045). The state belongs to the
// client's socket: the Join on the same socket takes it, and no other connection can. The room's owner does not learn
// of it.
import { type Access, isWatcher, limits, MeridianError, newId, rpc, wire } from '@meridian/protocol';
import { codeOf, ignoringErrors } from '../failures.ts';
import { bounds } from '../limits.ts';
import type { Placement } from '../ports.ts';
import { checkJoin } from './check-join.ts';
import type { ClientContext } from './context.ts';
import type { LocalRoom } from './local-room.ts';
import { personOf } from './person.ts';

export interface WarmOptions {
  readonly clientIp: string;
  /** `addressKey` of the client's address; '': unknown, or an address that many share. */
  readonly network: string;
  prove(): boolean;
  takeShare(access: Access): void;
}
/** Place of a warm client, as its Join takes it. */
export interface WarmPlace {
  readonly sessionId: string;
  readonly nodeId: string;
  /** Returns the decision while it is charged, once; afterwards the session is placed again. */
  reservation(): Placement | undefined;
  /** Reports where the session is; at this node it has the transports. */
  attached(nodeId: string): void;
}
interface Held {
  /** A session has the transports now. */
  isTaken: boolean;
  readonly access: Access;
  readonly endpoints: string;
  readonly sessionId: string;
  readonly placed: Placement;
  readonly placedAtMs: number;
}

/** Centre and media node need a moment to confirm a decision that is about to lapse. */
const reservedMs = limits.decisionConfirmMs - 2000;

export class WarmUp {
  readonly #context: ClientContext;
  /** Resolves when the transports are there, or are refused. Never rejects. */
  readonly #settled: Promise<unknown>;
  #room: LocalRoom | undefined;
  #held: Held | undefined;
  #isClosed = false;
  /** Answer to the client. Rejects with the codes of the token, and REQUEST_INVALID for a Join that cannot be warm. */
  readonly answer: Promise<wire.Joined.$Properties>;

  constructor(context: ClientContext, join: wire.Join.$Properties, o: WarmOptions) {
    this.#context = context;
    this.answer = this.#begin(join, o);
    this.#settled = this.answer.catch(() => undefined);
  }

  /** Returns the place for a Join that the Warm has announced; undefined: it joins as without one. */
  async take(access: Access, join: wire.Join.$Properties): Promise<WarmPlace | undefined> {
    await this.#settled;
    const held = this.#held;
    if (held === undefined || this.#isClosed) return undefined;
    const { placed, sessionId, placedAtMs } = held;
    const isSame = isSamePerson(held.access, access) && held.endpoints === endpointsOf(join);
    const { centre, nodes, clock, counters } = this.#context;
    const isThere = nodes.linkOf(placed.nodeId) === 'open' && centre.fleet.get(placed.nodeId)?.state === 'alive';
    if (!isSame || !isThere) {
      counters.warm(isSame ? 'nodeGone' : 'otherJoin');
      return undefined;
    }
    let isReserved = clock.nowMs() - placedAtMs < reservedMs && !placed.provisional;
    return {
      sessionId,
      nodeId: placed.nodeId,
      reservation: () => {
        const reserved = isReserved ? placed : undefined;
        isReserved = false;
        return reserved;
      },
      attached: (nodeId) => {
        held.isTaken = nodeId === placed.nodeId;
        counters.warm(held.isTaken ? 'taken' : 'otherNode');
      },
    };
  }

  /** Ends the transports that no session has taken. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#release();
  }

  async #begin(join: wire.Join.$Properties, o: WarmOptions): Promise<wire.Joined.$Properties> {
    const context = this.#context;
    const { verifyToken, counters } = context;
    const { access } = await verifyToken(join.token ?? '', {
      allowExpired: false,
      byNode: false,
      forCheck: false,
    });
    if (join.resume != null || join.check || join.crowd === true)
      throw new MeridianError('REQUEST_INVALID', 'only a new session of a participant can be warm');
    checkJoin(join, { opener: undefined, abilities: context.abilities });
    o.takeShare(access);
    if (!o.prove()) throw new MeridianError('OVERLOADED', undefined, { retryAfterMs: bounds.overloadRetryMs });
    // Whoever may have to wait in front of the room would hold its transports in vain.
    const mayWait = access.lobby || access.needsPolicy;
    if (mayWait || isWatcher({ identity: access.identity, hidden: access.rights.hidden })) return cold;
    try {
      const warmed = await this.#make(join, access, o);
      counters.warm(this.#isClosed ? 'gone' : 'made');
      return warmed;
    } catch (error) {
      // A refusal says nothing about room or tenant: the Join reports what it finds.
      context.log.debug({ roomKey: access.roomKey, code: codeOf(error), err: error }, 'no warm transports');
      counters.warm('refused');
      return cold;
    } finally {
      if (this.#isClosed) this.#release();
    }
  }

  async #make(
    join: wire.Join.$Properties,
    access: Access,
    { clientIp, network }: WarmOptions,
  ): Promise<wire.Joined.$Properties> {
    const { centre, nodes, rng, clock, timings, development, turn, roomFor, limitsOf } = this.#context;
    const room = roomFor(access.roomKey);
    room.use();
    this.#room = room;
    const fromCity = development ? (join.fromCity ?? '') : '';
    const sessionId = newId('PA_', (count) => rng.bytes(count));
    const placed = await centre.place({
      roomKey: room.roomKey,
      sessionId,
      person: personOf(room.roomKey, access.identity),
      clientIp,
      fromCity,
      echoTimes: timings.verified(join.echoTimes ?? [], { clientIp, fromCity }),
      avoidNodeIds: [],
      priorSessionId: '',
      regionPin: access.fence,
      mode: access.mode,
      openerId: '',
      onHost: false,
      limits: limitsOf(room.roomKey),
      preferNodeId: '',
    });
    this.#held = { isTaken: false, access, endpoints: endpointsOf(join), sessionId, placed, placedAtMs: clock.nowMs() };
    nodes.hold(placed.nodeId, `warm ${sessionId}`);
    // A new room's lease is this node's, so that the room must be opened here as by a join.
    const adopted = room.adopt(placed.lease);
    const made = nodes.call(placed.nodeId, rpc.warmUp, {
      sessionId,
      roomKey: room.roomKey,
      sendEndpoint: join.sendEndpoint ?? null,
      recvEndpoint: join.recvEndpoint ?? null,
      client: network,
      livesMs: limits.warmLifeMs,
      recvRtpCapabilities: mayPrepare(access, join) ? (join.recvRtpCapabilities ?? null) : null,
    });
    try {
      const [{ sendTransport = null, recvTransport = null, subscriptions }] = await Promise.all([made, adopted]);
      const iceServers = turn.serversFor(sessionId, undefined);
      return { sendTransport, recvTransport, iceServers, subscriptions, livesMs: limits.warmLifeMs };
    } catch (error) {
      this.#release();
      throw error;
    }
  }

  #release(): void {
    const { centre, nodes, log } = this.#context;
    const held = this.#held;
    this.#held = undefined;
    this.#room?.leaveUse();
    this.#room = undefined;
    if (held === undefined) return;
    const { placed, sessionId, isTaken } = held;
    if (isTaken) {
      nodes.release(placed.nodeId, `warm ${sessionId}`);
      return;
    }
    centre.releaseDecision(placed.decisionId);
    nodes
      .call(placed.nodeId, rpc.warmUp, { sessionId, end: true })
      .catch(ignoringErrors(log, 'warm transports could not be ended; they lapse'))
      .finally(() => nodes.release(placed.nodeId, `warm ${sessionId}`));
  }
}

const cold: wire.Joined.$Properties = { livesMs: 0 };

/** Returns whether the Join would subscribe to the room's tracks by itself. */
const mayPrepare = ({ rights }: Access, { manualSubscribe }: wire.Join.$Properties): boolean =>
  rights.canSubscribe && manualSubscribe !== true;

const isSamePerson = (a: Access, b: Access): boolean =>
  a.roomKey === b.roomKey && a.identity === b.identity && a.fence === b.fence && a.mode === b.mode;

const endpointsOf = ({ sendEndpoint = null, recvEndpoint = null }: wire.Join.$Properties): string =>
  Buffer.from(wire.Join.encode({ sendEndpoint, recvEndpoint }).finish()).toString('base64');
