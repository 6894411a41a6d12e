// A signaling node of the model. It gives people sessions (place, attach), owns rooms (lease, renew, release), finds
// new owners, and works from memory while the centre is away. NodeAgent and `fallbackNode` are production code. It has
// no rosters, tracks or media, and no links to other signaling nodes: the world tells whether a room's owner answers.
import { type ControlLink, call, limits, MeridianError, NodeAgent, rpc, type wire } from '@meridian/protocol';
import type { Rng } from '@meridian/runtime';
import { personOf } from '../../../signaling/src/clients/person.ts';
import { type Fleet, fallbackNode } from '../../../signaling/src/core/fleet.ts';
import { bounds } from '../../../signaling/src/limits.ts';
import { CentreDial } from './centre-dial.ts';
import { describeNode, type NodeAnswer, type NodeSpec } from './media-node.ts';
import type { Net } from './net.ts';
import type { AttachAsk } from './node-rooms.ts';
import type { Person } from './people.ts';
import type { Process } from './process.ts';
import { SignalingNodeLinks } from './signaling-node-links.ts';
import { SignalingNodeMoves } from './signaling-node-moves.ts';
import { SignalingNodeTimings } from './signaling-node-timings.ts';

/** Silence of an owner after which a node seeks another, as long as a real node takes to notice a cut link. */
const OWNER_SILENT_MS = 3000;
const WATCH_MS = 1000;
const RETRY_MS = 1000;
const ATTACH_TRIES_MAX = 5;

export interface KnownLease {
  readonly ownerId: string;
  readonly epoch: number;
}

interface Stay {
  readonly person: Person;
  readonly sessionId: string;
}

export interface SignalingNodeWorld {
  roomPeople(roomKey: string): number;
  /** Returns whether the owner of the room under this lease answers this signaling node. */
  ownerAnswers(signalingNode: Process, roomKey: string, lease: KnownLease): boolean;
  nodeIncarnation(nodeId: string): string;
  seated(person: Person, nodeId: string): void;
  /** Called when a person with a session must begin a new stay, through this signaling node. */
  rejoins(person: Person, through: Process, why: string): void;
  moved(person: Person, nodeId: string): void;
  /** Returns the moves of the session's signaling node, if it is reachable from this one. */
  movesOf(signalingNode: Process, sessionId: string): SignalingNodeMoves | 'unknown' | 'unreached';
  note(text: () => string): void;
}

export class SignalingNode {
  readonly spec: NodeSpec;
  readonly process: Process;
  readonly incarnation: string;
  readonly agent: NodeAgent;
  readonly dial: CentreDial;
  readonly nodes: SignalingNodeLinks;
  readonly moves: SignalingNodeMoves;
  readonly timings: SignalingNodeTimings;
  readonly people = new Set<Person>();
  readonly leases = new Map<string, KnownLease>();
  readonly owned = new Map<string, { epoch: number; emptySinceMs: number | undefined }>();
  readonly #silentSinceMs = new Map<string, number>();
  readonly #world: SignalingNodeWorld;
  readonly #rng: Rng;
  #fleet: Fleet = new Map();

  constructor(o: {
    spec: NodeSpec;
    process: Process;
    incarnation: string;
    net: Net;
    rng: Rng;
    world: SignalingNodeWorld;
  }) {
    this.spec = o.spec;
    this.process = o.process;
    this.incarnation = o.incarnation;
    this.#world = o.world;
    this.#rng = o.rng;
    const { clock } = o.process;
    this.nodes = new SignalingNodeLinks({
      net: o.net,
      process: o.process,
      incarnationOf: (nodeId) => o.world.nodeIncarnation(nodeId),
      isDead: (nodeId) => this.#fleet.get(nodeId)?.state === 'dead',
      onLost: (nodeId) => this.#nodeLost(nodeId),
    });
    this.moves = this.#movesOf(o.rng.fork('moves'));
    this.timings = new SignalingNodeTimings({
      clock,
      rng: o.rng.fork('timings'),
      link: () => (this.agent.state === 'registering' ? undefined : this.dial.link),
      placeOf: (nodeId) => this.#fleet.get(nodeId),
      personOf: (sessionId) => this.#personOf(sessionId),
    });
    const description = describeNode(o.spec, o.incarnation);
    this.agent = new NodeAgent({
      describe: () => description,
      load: () => ({ sessions: this.people.size, cpu: 0.1 }),
      rooms: () => [...this.owned].map(([roomKey, { epoch }]) => ({ roomKey, epoch, ownerId: this.spec.nodeId })),
      onPlan: (plan) => this.#applyPlan(plan),
      onDrain: () => undefined,
      every: (periodMs, fn) => clock.every(periodMs, fn),
    });
    o.net.listen({ process: o.process, accept: () => true, onLink: () => undefined });
    const onLink = (link: ControlLink): void => {
      this.moves.serve(link);
      this.timings.serve(link);
    };
    this.dial = new CentreDial({ ...o, agent: this.agent, onLink, onReady: () => this.#renew() });
    clock.every(limits.roomLeaseRenewMs, () => this.#renew());
    clock.every(WATCH_MS, () => this.#watch());
    clock.every(limits.sessionRenewMs, () => this.#nameSessions());
  }

  enter(person: Person, avoid: readonly string[] = [], reason = 'no node'): void {
    if (person.isSeated) this.#world.rejoins(person, this.process, reason);
    this.people.add(person);
    this.moves.cancel(person.sessionId);
    person.beginStay(this.process.clock.nowMs());
    this.#place({ person, sessionId: person.sessionId }, [...avoid]);
  }

  /** Resumes the session of a person whose signaling node has ended, if its media node still has it. */
  resume(person: Person): void {
    this.people.add(person);
    const { roomKey, nodeId, sessionId } = person;
    const stay = { person, sessionId };
    this.#lease(roomKey, 0).then(
      (lease) => this.#attach(stay, { nodeId, lease, decisionId: '', adopt: true, avoid: [] }),
      () => this.#retryLater(() => this.#isPresent(stay) && this.resume(person)),
    );
  }

  leave(person: Person): void {
    this.people.delete(person);
    this.moves.cancel(person.sessionId);
    if (person.nodeId === '') return;
    const { roomKey, sessionId, nodeId } = person;
    this.nodes.ask(nodeId, 'detach', { roomKey, sessionId }, () => undefined);
  }

  /** Falsely claims a room at a node that holds it, which must refuse. */
  claim(nodeId: string, o: Pick<AttachAsk, 'roomKey' | 'ownerId' | 'epoch' | 'onlyAt'>): void {
    this.nodes.ask(nodeId, 'attach', { ...o, sessionId: '', decisionId: '', adopt: false }, () => undefined);
  }

  /** Returns whether the person still has this stay here; if not, a step for it must end. */
  #isPresent({ person, sessionId }: Stay): boolean {
    return person.wantsSession && person.sessionId === sessionId && this.people.has(person);
  }

  #place(stay: Stay, avoid: string[]): void {
    if (!this.#isPresent(stay)) return;
    const { link } = this.dial;
    const isServing = this.agent.state === 'serving' || this.agent.state === 'draining';
    if (link === undefined || !isServing) {
      this.#placeAlone(stay, avoid);
      return;
    }
    const { sessionId } = stay;
    const { roomKey, clientIp, identity } = stay.person;
    const person = personOf(roomKey, identity);
    const ask = { roomKey, sessionId, person, clientIp, avoidNodeIds: avoid, signalingId: this.spec.nodeId };
    call(link, rpc.place, ask, { deadlineMs: bounds.placeDeadlineMs }).then(
      (reply) => this.#placed(stay, reply, avoid),
      () => this.#placeAlone(stay, avoid),
    );
  }

  #placed(stay: Stay, reply: wire.PlaceReply, avoid: string[]): void {
    if (!reply.ok) {
      // The next attempt avoids no node, since the avoided ones may be the only ones.
      this.#retryLater(() => this.#place(stay, []), reply.retryAfterMs);
      return;
    }
    const lease = this.#learn(stay.person.roomKey, reply.lease as wire.RoomLease);
    this.#attach(stay, { nodeId: reply.nodeId, lease, decisionId: reply.decisionId, adopt: false, avoid });
  }

  /** Places without the centre: only in known rooms, on a node of the same region or one that holds the room. */
  #placeAlone(stay: Stay, avoid: readonly string[]): void {
    const { roomKey } = stay.person;
    const lease = this.leases.get(roomKey);
    const roomNodeIds = [...this.people].filter((one) => one.roomKey === roomKey).map((one) => one.nodeId);
    const from = { region: this.spec.region, fence: '', roomNodeIds, avoidNodeIds: avoid };
    const linkOf = () => 'unknown' as const;
    const request = { ...from, linkOf, openerHostId: '', onHost: false, rand: this.#rng.next() };
    const nodeId = lease === undefined ? undefined : fallbackNode(this.#fleet, request);
    if (lease === undefined || nodeId === undefined) {
      this.#retryLater(() => this.#place(stay, []));
      return;
    }
    this.#attach(stay, { nodeId, lease, decisionId: '', adopt: false, avoid: [...avoid] });
  }

  #attach(
    stay: Stay,
    o: { nodeId: string; lease: KnownLease; decisionId: string; adopt: boolean; avoid: string[] },
    tries = 0,
  ): void {
    const { person, sessionId } = stay;
    const { roomKey } = person;
    const ask: AttachAsk = { roomKey, sessionId, ...o.lease, decisionId: o.decisionId, adopt: o.adopt };
    const answered = (body: unknown): void => {
      const answer = body as NodeAnswer | undefined;
      if (!this.#isPresent(stay)) {
        if (answer?.code === 'OK') this.nodes.ask(o.nodeId, 'detach', { roomKey, sessionId }, () => undefined);
        this.#release(o.decisionId);
        return;
      }
      // The person was moved to another node before the old node answered, which production prevents. The new home
      // counts, whatever the old node answers.
      if (o.adopt && person.isSeated && person.nodeId !== o.nodeId) {
        if (answer?.code === 'OK') this.nodes.ask(o.nodeId, 'detach', { roomKey, sessionId }, () => undefined);
        return;
      }
      if (answer?.code === 'OK') {
        this.#world.seated(person, o.nodeId);
        this.timings.seated(person);
        return;
      }
      if (answer?.code === 'EPOCH_STALE' && tries < ATTACH_TRIES_MAX) {
        this.#lease(roomKey, answer.epoch).then(
          (lease) => this.#attach(stay, { ...o, lease }, tries + 1),
          () => this.#retryLater(() => this.#attach(stay, o, tries + 1)),
        );
        return;
      }
      this.#release(o.decisionId);
      if (o.adopt) {
        this.enter(person, [], answer?.code ?? 'no answer');
        return;
      }
      this.#retryLater(() => this.#place(stay, [...o.avoid, o.nodeId]), bounds.resolveEveryMs);
    };
    if (o.adopt) this.nodes.askTwice(o.nodeId, 'attach', ask, answered);
    else this.nodes.ask(o.nodeId, 'attach', ask, answered);
  }

  #release(decisionId: string): void {
    const { link } = this.dial;
    if (decisionId === '' || link === undefined) return;
    call(link, rpc.releaseDecision, { decisionId }).catch(ignoreExpectedError);
  }

  /** Resolves with the centre's lease of the room, with an epoch greater than `above`, which a node already obeys. */
  async #lease(roomKey: string, above: number): Promise<KnownLease> {
    const { link } = this.dial;
    if (link === undefined) throw new MeridianError('CENTRE_UNREACHABLE');
    const ask = { roomKey, epoch: 0, above, signalingId: this.spec.nodeId };
    return this.#learn(roomKey, await call(link, rpc.roomLease, ask, { deadlineMs: bounds.leaseDeadlineMs }));
  }

  #learn(roomKey: string, granted: wire.RoomLease): KnownLease {
    const lease = { ownerId: granted.ownerId, epoch: granted.epoch };
    const before = this.owned.get(roomKey);
    this.#world.note(() => `${this.spec.nodeId} learns ${roomKey}: ${lease.ownerId} under ${lease.epoch}`);
    this.leases.set(roomKey, lease);
    if (lease.ownerId !== this.spec.nodeId) this.owned.delete(roomKey);
    else if (before === undefined || before.epoch < lease.epoch) {
      this.owned.set(roomKey, { epoch: lease.epoch, emptySinceMs: undefined });
      for (const nodeId of granted.nodeIds) this.#showLease(nodeId, roomKey, lease);
    }
    return lease;
  }

  /** Shows the new lease of this owner to a node of the room; gives up the room if the node obeys a newer owner. */
  #showLease(nodeId: string, roomKey: string, lease: KnownLease): void {
    const ask: AttachAsk = { roomKey, ...lease, sessionId: '', decisionId: '', adopt: false };
    this.nodes.ask(nodeId, 'attach', ask, (body) => {
      const answer = body as NodeAnswer | undefined;
      if (answer?.code === 'EPOCH_STALE' && this.owned.get(roomKey)?.epoch === lease.epoch) {
        this.#loseRoom(roomKey);
        this.#lease(roomKey, answer.epoch).catch(ignoreExpectedError);
      }
    });
  }

  #loseRoom(roomKey: string): void {
    this.owned.delete(roomKey);
    this.leases.delete(roomKey);
  }

  #renew(): void {
    const { link } = this.dial;
    if (link === undefined || this.agent.state === 'registering' || this.owned.size === 0) return;
    const ownedLeases = [...this.owned].map(([roomKey, { epoch }]) => ({ roomKey, epoch }));
    call(link, rpc.renewLeases, { leases: ownedLeases }).then(({ lostRoomKeys }) => {
      for (const { roomKey, epoch } of ownedLeases) {
        if (this.owned.get(roomKey)?.epoch !== epoch) continue;
        if (lostRoomKeys.includes(roomKey)) this.#loseRoom(roomKey);
      }
    }, ignoreExpectedError);
  }

  /** Seeks another owner for rooms whose owner does not answer; releases empty rooms. */
  #watch(): void {
    const nowMs = this.process.clock.nowMs();
    const roomKeys = new Set<string>();
    for (const person of this.people) if (person.isSeated) roomKeys.add(person.roomKey);
    for (const roomKey of roomKeys) {
      const lease = this.leases.get(roomKey);
      if (lease !== undefined && this.#world.ownerAnswers(this.process, roomKey, lease)) {
        this.#silentSinceMs.delete(roomKey);
        continue;
      }
      const sinceMs = this.#silentSinceMs.get(roomKey) ?? nowMs;
      this.#silentSinceMs.set(roomKey, sinceMs);
      if (lease === undefined || nowMs - sinceMs >= OWNER_SILENT_MS) this.#lease(roomKey, 0).catch(ignoreExpectedError);
    }
    for (const [roomKey, held] of [...this.owned]) {
      const isEmpty = this.#world.roomPeople(roomKey) === 0;
      held.emptySinceMs = isEmpty ? (held.emptySinceMs ?? nowMs) : undefined;
      const emptyMs = nowMs - (held.emptySinceMs ?? nowMs);
      if (emptyMs >= limits.roomEmptyReleaseMs) this.#releaseRoom(roomKey, held.epoch);
    }
  }

  #releaseRoom(roomKey: string, epoch: number): void {
    this.#loseRoom(roomKey);
    const { link } = this.dial;
    if (link === undefined) return;
    const ask = { roomKey, epoch, release: true, signalingId: this.spec.nodeId };
    call(link, rpc.roomLease, ask).catch(ignoreExpectedError);
  }

  #nodeLost(nodeId: string): void {
    this.moves.nodeGone(nodeId);
    for (const person of [...this.people]) {
      if (person.nodeId === nodeId && person.wantsSession) this.enter(person, [nodeId], 'its link is lost');
    }
  }

  #personOf(sessionId: string): Person | undefined {
    for (const person of this.people) if (person.wantsSession && person.sessionId === sessionId) return person;
    return undefined;
  }

  #movesOf(rng: Rng): SignalingNodeMoves {
    return new SignalingNodeMoves({
      clock: this.process.clock,
      rng,
      nodes: this.nodes,
      ownedEpoch: (roomKey) => this.owned.get(roomKey)?.epoch,
      lease: (roomKey) => this.leases.get(roomKey),
      personOf: (sessionId) => this.#personOf(sessionId),
      ownerAnswers: (roomKey) => {
        const lease = this.leases.get(roomKey);
        return lease !== undefined && this.#world.ownerAnswers(this.process, roomKey, lease);
      },
      moved: (person, nodeId) => this.#world.moved(person, nodeId),
      movesOf: (sessionId) => this.#world.movesOf(this.process, sessionId),
      note: (text) => this.#world.note(text),
    });
  }

  /** Names its sessions to every media node, as signaling/src/clients/session-keep-alive.ts does. */
  #nameSessions(): void {
    const ofNode = new Map<string, Set<string>>();
    const name = (nodeId: string, sessionId: string): void => {
      const named = ofNode.get(nodeId) ?? new Set<string>();
      ofNode.set(nodeId, named.add(sessionId));
    };
    for (const { nodeId, sessionId } of this.people) name(nodeId, sessionId);
    for (const nodeId of this.nodes.linked())
      this.nodes.ask(nodeId, 'named', ofNode.get(nodeId) ?? new Set<string>(), () => undefined);
  }

  #applyPlan(plan: wire.Plan): void {
    const text = (value: string | null | undefined): string => value ?? '';
    this.#fleet = new Map(
      plan.nodes.map((node) => {
        const { nodeId, kind, region, city, hostId, state, incarnation } = node;
        const place = { latitude: node.latitude ?? 0, longitude: node.longitude ?? 0 };
        const texts = { nodeId: text(nodeId), kind: text(kind), region: text(region), city: text(city) };
        const more = { hostId: text(hostId), state: text(state), incarnation: text(incarnation) };
        return [texts.nodeId, { ...texts, ...more, ...place, publicUrl: '', addresses: [] }];
      }),
    );
    this.nodes.deny(new Set(plan.deniedIds));
  }

  #retryLater(fn: () => void, delayMs = RETRY_MS): void {
    this.process.clock.after(delayMs, fn);
  }
}

/** Ignores the failure of a request that is repeated anyway, by the watch, the next renewal or people's retries. */
function ignoreExpectedError(_error: unknown): void {
  undefined;
  return;
}
