// Feeds a real centre and a real api with a world of the simulator: media nodes, edge probes and signaling nodes that
// register by real links, sessions that the centre places, and what is measured of them every 10 s.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { wire } from '@meridian/protocol';
import { type Rng, seededRng, systemClock, type Timer } from '@meridian/runtime';
import type { CentreAddress } from '../../../scheduler/test/service/support/centre.ts';
import { FedFleet } from './fed-fleet.ts';
import { inLanes, type NodePlant } from './feed-nodes.ts';
import { Rooms } from './rooms.ts';
import { type FedSession, factsOf, newSession, recordOf } from './sessions.ts';
import type { SignalingDouble } from './signaling-double.ts';
import { addressOf, type FedWorld } from './world.ts';

const clock = systemClock();
export const RECORD_EVERY_MS = 10_000;
const LIFE_EVERY_MS = 1000;
/** By session and second: leaves and another one comes; mutes or unmutes. */
const LEAVES_PER_S = 1 / 1800;
const MUTES_PER_S = 1 / 300;
const PLACING_AT_ONCE = 64;
/** As signaling nodes wait before they give a media node up. */
const SILENCE_MS = 3000;
const PLACE_TRIES = 5;
const PLACE_AGAIN_MS = 500;
const PLACE_AGAIN_MS_MAX = 5000;
/** Facts and record of one take 0.6 kB, a frame 1 MB. */
const BATCH_SESSIONS_MAX = 500;
export const TENANTS = ['acme', 'dev', 'globex'] as const;

export interface FeedOptions {
  readonly centre: CentreAddress;
  readonly world: FedWorld;
  readonly seed: string;
}

export interface FeedCounts {
  sessions: number;
  placed: number;
  refused: number;
  left: number;
  moved: number;
  rejoined: number;
  batches: number;
  records: number;
  failedBatches: number;
  /** Sessions that receive by a path that loses something, now. */
  harmed: number;
  sendCpuUs: number;
  answeredMsMax: number;
  refusal: string;
  /** The longest that this process did nothing else, in ms, since it was asked last. */
  stallMsMax: number;
}

export class Feed {
  readonly #o: FeedOptions;
  readonly #rng: Rng;
  readonly #fleet: FedFleet;
  readonly #sessions = new Map<string, FedSession>();
  readonly #rooms: Rooms;
  readonly #lag = monitorEventLoopDelay({ resolution: 10 });
  readonly #timers: Timer[] = [];
  readonly #counts = { placed: 0, refused: 0, left: 0, moved: 0, rejoined: 0 };
  #people = 0;
  /** Code of the last one. */
  #refusal = '';

  constructor(o: FeedOptions) {
    this.#o = o;
    this.#rng = seededRng(`${o.seed} feed`);
    this.#rooms = new Rooms(o.world);
    this.#fleet = new FedFleet({
      ...o,
      onMove: (move) => this.#move(move),
      roomView: (roomKey) => ({ paths: this.#rooms.pathsOf(roomKey) }),
    });
    this.#lag.enable();
  }

  /** Starts all nodes, and resolves when the centre has them. */
  register(): Promise<void> {
    return this.#fleet.register();
  }

  /** Nodes to which the api has a link, of all. */
  get linkedToApi(): { linked: number; of: number } {
    return { linked: this.#fleet.signaling.filter(({ hasApi }) => hasApi).length, of: this.#fleet.signaling.length };
  }

  /** All people join; from then on they live and are measured. */
  async begin(): Promise<void> {
    const seats = this.#o.world.rooms.flatMap(({ people }, room) => people.map((place) => ({ room, place })));
    await inLanes(seats, ({ room, place }) => this.#join(room, place), PLACING_AT_ONCE);
    for (const index of this.#fleet.signaling.keys()) {
      const first = clock.after((index * RECORD_EVERY_MS) / this.#fleet.signaling.length, () => {
        void this.#measure(index);
        this.#timers.push(clock.every(RECORD_EVERY_MS, () => void this.#measure(index)));
      });
      this.#timers.push(first);
    }
    this.#timers.push(clock.every(LIFE_EVERY_MS, () => this.#live()));
  }

  /** Loss on the link of two sites, 0 … 1, as "SMALLER LARGER"; 0 heals it. */
  plantLoss(pair: string, loss: number): void {
    this.#fleet.paths.plant(pair, loss, clock.nowMs());
  }

  /** Rejects when there is no such media node. */
  async plant({ nodeId, ...wrong }: NodePlant): Promise<void> {
    const media = this.#fleet.media[this.#fleet.hostOf(nodeId)];
    if (media === undefined) throw new Error(`there is no media node ${nodeId}`);
    await media.plant(wrong);
  }

  /** Its sessions join anew elsewhere after the silence that signaling nodes wait. */
  async killNode(nodeId: string): Promise<void> {
    const at = this.#fleet.hostOf(nodeId);
    this.#fleet.media[at]?.kill();
    await new Promise<void>((resolve) => void clock.after(SILENCE_MS, resolve));
    const lost = [...this.#sessions.values()].filter(({ host }) => host === at);
    await inLanes(lost, (session) => this.#rejoin(session, [nodeId]), PLACING_AT_ONCE);
  }

  /** All nodes of a region are silent from now on; its sessions join anew elsewhere, as after the end of one node. */
  async killRegion(region: string): Promise<void> {
    const hosts = new Set(this.#fleet.hostsIn(region));
    const before = new Map([...this.#sessions.values()].map((one) => [one, this.#fleet.signalingOf(one.place)]));
    await this.#fleet.silence(region);
    await new Promise<void>((resolve) => void clock.after(SILENCE_MS, resolve));
    const avoid = [...hosts].map((host) => this.#fleet.nodeIdOf(host));
    const lost = [...this.#sessions.values()].filter(
      (one) => hosts.has(one.host) || (before.get(one) ?? this.#fleet.signalingOf(one.place)).city.region === region,
    );
    await inLanes(lost, (session) => this.#rejoin(session, avoid), PLACING_AT_ONCE);
  }

  /** New processes of all its nodes. */
  reviveRegion(region: string): Promise<void> {
    return this.#fleet.restore(region);
  }

  async reviveNode(nodeId: string): Promise<void> {
    await this.#fleet.media.find(({ host }) => host.nodeId === nodeId)?.revive();
  }

  counts(): FeedCounts {
    const sent = this.#fleet.signaling.map((double) => double.sent);
    const sum = (of: (one: SignalingDouble['sent']) => number): number =>
      sent.reduce((total, one) => total + of(one), 0);
    const nowMs = clock.nowMs();
    return {
      ...this.#counts,
      harmed: [...this.#sessions.values()].filter((session) => this.#lossTo(session, nowMs, nowMs) > 0).length,
      refusal: this.#refusal,
      stallMsMax: this.#stalls(),
      sessions: this.#sessions.size,
      batches: sum(({ batches }) => batches),
      records: sum(({ records }) => records),
      failedBatches: sum(({ failed }) => failed),
      sendCpuUs: sum(({ sendCpuUs }) => sendCpuUs),
      answeredMsMax: Math.max(0, ...sent.flatMap(({ answeredMs }) => answeredMs.slice(-100))),
    };
  }

  #stalls(): number {
    const longestMs = this.#lag.max / 1e6;
    this.#lag.reset();
    return longestMs;
  }

  /** Idempotent. */
  async close(): Promise<void> {
    for (const timer of this.#timers) timer.cancel();
    this.#lag.disable();
    await this.#fleet.close();
  }

  async #join(room: number, place: number): Promise<void> {
    const number = this.#people;
    this.#people += 1;
    const tenant = TENANTS[room % TENANTS.length] ?? '';
    const clientIp = addressOf(place, this.#rng);
    const session = newSession({ room, tenant, place, clientIp, number, wallMs: clock.wallMs() }, this.#rng);
    if (!(await this.#place(session, []))) return;
    this.#sessions.set(session.id, session);
    this.#tell(session, { kind: 'joined', to: this.#fleet.nodeIdOf(session.host), decisionId: session.decisionId });
  }

  async #rejoin(session: FedSession, avoid: string[]): Promise<void> {
    const { roomKey, id: sessionId } = session;
    const fromNodeId = this.#fleet.nodeIdOf(session.host);
    this.#rooms.leave(session);
    // The media node may live: it is the signaling node that is gone.
    this.#fleet.media[session.host]?.detach({ roomKey, sessionId });
    if (!(await this.#place(session, avoid))) {
      this.#sessions.delete(session.id);
      return;
    }
    session.isNew = true; // another decision
    this.#counts.rejoined += 1;
    const { decisionId } = session;
    const from = { from: fromNodeId, to: this.#fleet.nodeIdOf(session.host) };
    this.#tell(session, { kind: 'rejoined', reason: 'NODE_LOST', decisionId, ...from });
  }

  /** By the centre; false when it refuses, or is away, again and again. */
  async #place(session: FedSession, avoidNodeIds: string[]): Promise<boolean> {
    const { roomKey, id: sessionId, clientIp } = session;
    for (let attempt = 0; attempt < PLACE_TRIES; attempt += 1) {
      const reply = await this.#fleet
        .signalingOf(session.place)
        .place({ roomKey, sessionId, clientIp, avoidNodeIds })
        .catch((error: Error) => ({ ok: false, code: error.message, retryAfterMs: PLACE_AGAIN_MS_MAX }) as const);
      if (reply.ok) {
        this.#placed(session, reply);
        return true;
      }
      this.#refusal = reply.code;
      const waitMs = Math.min(PLACE_AGAIN_MS_MAX, reply.retryAfterMs || PLACE_AGAIN_MS);
      await new Promise<void>((resolve) => void clock.after(waitMs, resolve));
    }
    this.#counts.refused += 1;
    return false;
  }

  #placed(session: FedSession, { nodeId, decisionId, lease, location }: wire.PlaceReply): void {
    const { roomKey, id: sessionId } = session;
    const at = this.#fleet.hostOf(nodeId);
    const owner = { ownerId: lease?.ownerId ?? '', epoch: lease?.epoch ?? 0 };
    session.host = at;
    session.decisionId = decisionId;
    session.location = location ?? {};
    this.#fleet.media[at]?.attach({ roomKey, sessionId, decisionId, ...owner });
    this.#rooms.join(session, owner);
    this.#counts.placed += 1;
  }

  #move({ roomKey, sessionId, toNodeId, decisionId, reason }: wire.MoveSession): void {
    const session = this.#sessions.get(sessionId);
    const to = this.#fleet.hostOf(toNodeId);
    if (session === undefined || to < 0) return;
    const from = this.#fleet.nodeIdOf(session.host);
    const owner = this.#rooms.ownerOf(roomKey);
    this.#rooms.leave(session);
    this.#fleet.media[to]?.attach({ roomKey, sessionId, decisionId, ...owner });
    this.#fleet.media[session.host]?.detach({ roomKey, sessionId });
    session.host = to;
    session.decisionId = decisionId;
    session.isNew = true;
    this.#rooms.join(session, owner);
    this.#counts.moved += 1;
    this.#tell(session, { kind: 'moved', from, to: toNodeId, reason, decisionId });
  }

  /** A second of life: some leave and others come, some mute. */
  #live(): void {
    for (const session of this.#sessions.values()) {
      const roll = this.#rng.next();
      if (roll < LEAVES_PER_S) {
        this.#leave(session);
        void this.#join(session.room, session.place);
      } else if (roll < LEAVES_PER_S + MUTES_PER_S) {
        session.isMuted = !session.isMuted;
        this.#tell(session, { kind: session.isMuted ? 'muted' : 'unmuted', source: 'microphone' });
      }
    }
  }

  #leave(session: FedSession): void {
    const { roomKey, id: sessionId } = session;
    this.#sessions.delete(sessionId);
    this.#fleet.media[session.host]?.detach({ roomKey, sessionId });
    this.#rooms.leave(session);
    this.#counts.left += 1;
    this.#tell(session, { kind: 'left', from: this.#fleet.nodeIdOf(session.host), reason: 'CLIENT_LEFT' });
  }

  /** Ten seconds of all sessions of a signaling node, in frames that links take. */
  async #measure(index: number): Promise<void> {
    const double = this.#fleet.signaling[index];
    if (double === undefined) return;
    const own = [...this.#sessions.values()].filter((session) => this.#fleet.signalingOf(session.place) === double);
    for (let from = 0; from < own.length; from += BATCH_SESSIONS_MAX) {
      const part = own.slice(from, from + BATCH_SESSIONS_MAX);
      const fresh = part.filter(({ isNew }) => isNew);
      for (const session of fresh) session.isNew = false;
      const facts = fresh.map((session) => factsOf(session, this.#rooms.sidOf(session.roomKey), double.id));
      const records = part.map((session) => this.#recordOf(session));
      if (!(await double.send(facts, records))) for (const session of fresh) session.isNew = true;
    }
  }

  #recordOf(session: FedSession): wire.QualityRecord.$Properties {
    const { world } = this.#o;
    const hosts = this.#rooms.otherHostsOf(session);
    const city = world.hosts[session.host]?.city ?? 0;
    const nowMs = clock.nowMs();
    const around = {
      wallMs: clock.wallMs(),
      periodMs: RECORD_EVERY_MS,
      nodeId: this.#fleet.nodeIdOf(session.host),
      fromNodeIds: hosts.map((host) => world.hosts[host]?.nodeId ?? ''),
      accessRttMs: world.accessRttMs(session.place, city),
      plantedLoss: this.#lossTo(session, nowMs - RECORD_EVERY_MS, nowMs),
    };
    return recordOf(session, around, this.#rng);
  }

  /** The worst of the paths on which it receives. */
  #lossTo(session: FedSession, sinceMs: number, untilMs: number): number {
    const { paths } = this.#fleet;
    if (!paths.isPlanted) return 0;
    const losses = this.#rooms
      .otherHostsOf(session)
      .map((from) => paths.pathLoss(from, session.host, sinceMs, untilMs));
    return Math.max(0, ...losses);
  }

  #tell(session: FedSession, event: wire.SessionEvent.$Properties): void {
    this.#fleet.signalingOf(session.place).tell({ sessionId: session.id, wallMs: clock.wallMs(), ...event });
  }
}
