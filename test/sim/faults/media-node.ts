// A media node of the model: a small honest agent around production code (NodeAgent, LeaseWords, judgeLease, EpochMemory, judgeOrphan). It
// holds sessions and no media. It can be made to lie to the centre; to doors it never lies, because a lying node is its sessions' end anyway.
import {
  type ControlLink,
  call,
  hear,
  limits,
  NodeAgent,
  note,
  roomEpochFloor,
  routerConstant,
  rpc,
  type wire,
} from '@meridian/protocol';
import type { Rng } from '@meridian/runtime';
import { EpochMemory, judgeLease, judgeOrphan, type RoomLeaseSeen } from '../../../sfu/src/core/index.ts';
import { LeaseWords } from '../../../sfu/src/media/lease-words.ts';
import { CentreDial } from './centre-dial.ts';
import { silentLog } from './centre-process.ts';
import type { SimLink } from './link.ts';
import type { Net } from './net.ts';
import type { Process } from './process.ts';

export interface NodeSpec {
  readonly nodeId: string;
  readonly kind: 'sfu' | 'signaling';
  readonly hostId: string;
  readonly region: string;
  readonly city: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly sessionsMax: number;
}

/** What a door asks of a node. */
export interface AttachAsk {
  readonly roomKey: string;
  readonly ownerId: string;
  readonly epoch: number;
  readonly sessionId: string; // '' = only the lease is shown
  readonly decisionId: string;
  readonly adopt: boolean; // the session is there already
}
export interface NodeAnswer {
  readonly code: 'OK' | 'EPOCH_STALE' | 'SESSION_UNKNOWN' | 'NO_CAPACITY' | 'RATE_LIMITED';
  readonly epoch: number; // the highest seen of the room
}

/** What a lying node tells the centre. */
export interface Lie {
  readonly loadFactor: number;
  readonly epochUp: number;
  readonly hidesRooms: boolean; // every second one
}

/** 'lost': the centre cannot read them. A number: they come this late. */
export type ReportTrouble = 'none' | 'lost' | number;

export interface NodeWatcher {
  obeyed(node: MediaNode, roomKey: string, lease: RoomLeaseSeen): void;
}

interface Held {
  readonly decisionId: string;
  readonly sinceMs: number; // of the world's clock
  doorId: string;
  /** When the link of its door broke; undefined: it has a door. */
  orphanedAtMs: number | undefined;
}
interface Room {
  lease: RoomLeaseSeen;
  readonly sessions: Map<string, Held>;
}

export class MediaNode {
  readonly spec: NodeSpec;
  readonly process: Process;
  readonly incarnation: string;
  readonly agent: NodeAgent;
  readonly rooms = new Map<string, Room>();
  readonly dial: CentreDial;
  lie: Lie | undefined;
  /** Its machine has no power: nobody answers probes there. */
  hasNoMachine = false;
  /** What happens to its reports on the way. */
  reports: ReportTrouble = 'none';
  denied: ReadonlySet<string> = new Set();
  /** When a session last came or went. */
  changedAtMs = 0;
  /** When it last obeyed another owner, or another epoch. */
  obeyedAtMs = 0;
  readonly #epochs = new EpochMemory();
  readonly #words: LeaseWords;
  readonly #watcher: NodeWatcher;
  readonly #net: Net;
  readonly #doorIncarnations = new Map<string, string>();
  readonly #doors = new Map<string, SimLink>();

  constructor(o: { spec: NodeSpec; process: Process; incarnation: string; net: Net; rng: Rng; watcher: NodeWatcher }) {
    this.spec = o.spec;
    this.process = o.process;
    this.incarnation = o.incarnation;
    this.#watcher = o.watcher;
    this.#net = o.net;
    const { clock } = o.process;
    this.#words = new LeaseWords({
      log: silentLog,
      leaseOf: (roomKey) => this.leaseOf(roomKey),
      ask: (roomKey) => this.#askCentre(roomKey),
      floor: () => roomEpochFloor(this.agent.epoch),
    });
    this.agent = new NodeAgent({
      describe: () => describeNode(this.spec, this.incarnation),
      load: () => ({ sessions: Math.round(this.sessionCount * (this.lie?.loadFactor ?? 1)), cpu: 0.1 }),
      rooms: () => this.#held(),
      onPlan: (plan) => this.#takePlan(plan),
      onDrain: () => undefined,
      every: (periodMs, fn) => clock.every(periodMs, fn),
    });
    o.net.listen({
      process: o.process,
      accept: ({ id }) => !this.denied.has(id),
      onLink: (link) => this.#onLink(link),
    });
    this.dial = new CentreDial({
      net: o.net,
      process: o.process,
      rng: o.rng,
      agent: this.agent,
      wrap: (link) => this.#troubled(link),
      onLink: (link) => {
        this.#words.forget();
        hear(link, note.leases, ({ leases }) => {
          for (const { roomKey, ownerId, epoch } of leases)
            this.#words.hear({ roomKey: roomKey ?? '', ownerId: ownerId ?? '', epoch: epoch ?? 0 });
        });
      },
    });
  }

  get sessionCount(): number {
    let count = 0;
    for (const room of this.rooms.values()) count += room.sessions.size;
    return count;
  }

  /** Sessions that came without a decision of the centre. */
  get placedAlone(): number {
    let count = 0;
    for (const room of this.rooms.values())
      for (const held of room.sessions.values()) if (held.decisionId === '') count += 1;
    return count;
  }

  leaseOf(roomKey: string): RoomLeaseSeen | undefined {
    return this.rooms.get(roomKey)?.lease ?? this.#epochs.recall(roomKey, this.process.clock.nowMs());
  }

  holds(roomKey: string, sessionId: string): boolean {
    return this.rooms.get(roomKey)?.sessions.has(sessionId) ?? false;
  }

  holdsDecision(decisionId: string): boolean {
    return this.decisionIds().includes(decisionId);
  }

  decisionIds(): string[] {
    const ids = [...this.rooms.values()].flatMap((room) => [...room.sessions.values()].map((held) => held.decisionId));
    return ids.filter((id) => id !== '');
  }

  linkedDoors(): readonly string[] {
    return [...this.#doors.keys()];
  }

  #onLink(link: SimLink): void {
    const doorId = link.remote.id;
    this.#doors.set(doorId, link);
    link.onAsked = (kind, body, answer) => {
      if (kind === 'attach') this.#attach(doorId, body as AttachAsk, answer);
      else if (kind === 'detach') answer(this.#detach(body as { roomKey: string; sessionId: string }));
    };
    link.onClose(() => {
      if (this.#doors.get(doorId) === link) this.#doors.delete(doorId);
      this.#orphan(doorId);
    });
  }

  #attach(doorId: string, ask: AttachAsk, answer: (answer: NodeAnswer) => void): void {
    const say = (code: NodeAnswer['code']): void => answer({ code, epoch: this.leaseOf(ask.roomKey)?.epoch ?? 0 });
    this.#words.check(ask).then(
      () => say(this.#obey(doorId, ask)),
      (error: { code?: string }) => say(error.code === 'RATE_LIMITED' ? 'RATE_LIMITED' : 'EPOCH_STALE'),
    );
  }

  #obey(doorId: string, { roomKey, ownerId, epoch, sessionId, decisionId, adopt }: AttachAsk): NodeAnswer['code'] {
    const verdict = judgeLease(this.leaseOf(roomKey), { ownerId, epoch });
    if (!verdict.ok) return 'EPOCH_STALE';
    const room = this.rooms.get(roomKey);
    if (verdict.changed) this.obeyedAtMs = this.#net.clock.nowMs();
    this.#watcher.obeyed(this, roomKey, verdict.lease);
    if (room !== undefined) room.lease = verdict.lease;
    if (sessionId === '') {
      if (room === undefined) this.#epochs.remember(roomKey, verdict.lease, this.process.clock.nowMs());
      return 'OK';
    }
    const held = room?.sessions.get(sessionId);
    if (held !== undefined) {
      held.doorId = doorId;
      held.orphanedAtMs = undefined;
      return 'OK';
    }
    if (adopt) return 'SESSION_UNKNOWN';
    if (this.sessionCount >= this.spec.sessionsMax) return 'NO_CAPACITY';
    const kept = room ?? { lease: verdict.lease, sessions: new Map<string, Held>() };
    this.rooms.set(roomKey, kept);
    this.changedAtMs = this.#net.clock.nowMs();
    kept.sessions.set(sessionId, { decisionId, doorId, sinceMs: this.changedAtMs, orphanedAtMs: undefined });
    this.agent.confirm(decisionId);
    return 'OK';
  }

  #detach({ roomKey, sessionId }: { roomKey: string; sessionId: string }): NodeAnswer {
    const room = this.rooms.get(roomKey);
    const isGone = room?.sessions.delete(sessionId) ?? false;
    if (isGone) this.changedAtMs = this.#net.clock.nowMs();
    if (isGone && room?.sessions.size === 0) {
      this.rooms.delete(roomKey);
      this.#epochs.remember(roomKey, room.lease, this.process.clock.nowMs());
    }
    return { code: 'OK', epoch: room?.lease.epoch ?? 0 };
  }

  #orphan(doorId: string): void {
    const atMs = this.#net.clock.nowMs();
    const incarnationThen = this.#doorIncarnations.get(doorId) ?? '';
    for (const { sessions } of this.rooms.values())
      for (const held of sessions.values()) if (held.doorId === doorId) held.orphanedAtMs = atMs;
    this.process.clock.after(limits.orphanSessionMs, () => this.#endOrphans(doorId, atMs, incarnationThen));
  }

  #endOrphans(doorId: string, orphanedAtMs: number, doorIncarnationThen: string): void {
    const view = {
      doorLinked: this.#doors.has(doorId),
      doorIncarnationThen,
      doorIncarnationNow: this.#doorIncarnations.get(doorId) ?? '',
    };
    if (judgeOrphan(view) === 'kept') return;
    for (const [roomKey, room] of [...this.rooms]) {
      for (const [sessionId, held] of [...room.sessions]) {
        if (held.doorId === doorId && held.orphanedAtMs === orphanedAtMs) this.#detach({ roomKey, sessionId });
      }
    }
  }

  #held(): wire.RoomHeld.$Properties[] {
    const up = this.lie?.epochUp ?? 0;
    const told = [...this.rooms].filter((_, index) => this.lie?.hidesRooms !== true || index % 2 === 0);
    return told.map(([roomKey, { lease, sessions }]) => ({
      roomKey,
      epoch: lease.epoch + up,
      ownerId: lease.ownerId,
      sessionIds: [...sessions.keys()],
      decisionIds: [...sessions.values()].map((held) => held.decisionId).filter((id) => id !== ''),
    }));
  }

  /** The link as the agent sees it: everything goes through but its reports, when there is trouble with them. */
  #troubled(link: SimLink): ControlLink {
    return {
      request: (type, payload, o) => link.request(type, payload, o),
      onRequest: (type, handler) => link.onRequest(type, handler),
      onMessage: (type, handler) => link.onMessage(type, handler),
      send: (type, payload) => {
        if (type !== note.report.number || this.reports === 'none') return link.send(type, payload);
        if (this.reports !== 'lost') this.process.clock.after(this.reports, () => void link.send(type, payload));
        return !link.closed;
      },
    };
  }

  #takePlan(plan: wire.Plan): void {
    this.denied = new Set(plan.deniedIds);
    this.#doorIncarnations.clear();
    for (const { kind, nodeId, incarnation } of plan.nodes) {
      if (kind === 'signaling') this.#doorIncarnations.set(nodeId ?? '', incarnation ?? '');
    }
    for (const [doorId, link] of [...this.#doors]) {
      if (this.denied.has(doorId)) link.close('shut out by the centre');
    }
  }

  async #askCentre(roomKey: string): Promise<RoomLeaseSeen | undefined> {
    const { link } = this.dial;
    if (link === undefined) return undefined;
    try {
      const { ownerId, epoch } = await call(link, rpc.leaseOf, { roomKey }, { deadlineMs: 2000 });
      return { ownerId, epoch };
    } catch {
      return undefined;
    }
  }
}

/** Without addresses: nobody dials them here, and plans stay small. */
export function describeNode(spec: NodeSpec, incarnation: string): wire.NodeDescription.$Properties {
  return {
    nodeId: spec.nodeId,
    kind: spec.kind,
    region: spec.region,
    city: spec.city,
    hostId: spec.hostId,
    latitude: spec.latitude,
    longitude: spec.longitude,
    capacity: { sessions: spec.sessionsMax },
    versions: { software: 'sim', protocol: limits.protocolVersion, router: routerConstant.version },
    incarnation,
  };
}
