// A media node of the model: a small agent around production code (NodeAgent, LeaseVerifier, judgeLease, EpochMemory,
// judgeOrphan). It holds sessions, but no media. Faults can make it lie to the centre, but not to signaling nodes,
// since such a lie would end its sessions anyway.
import {
  type ControlLink,
  call,
  limits,
  NodeAgent,
  note,
  onNote,
  roomEpochFloor,
  routerConstant,
  rpc,
  type wire,
} from '@meridian/protocol';
import type { Rng } from '@meridian/runtime';
import type { OwnerLease } from '../../../sfu/src/core/index.ts';
import { LeaseVerifier } from '../../../sfu/src/media/lease-verifier.ts';
import { CentreDial } from './centre-dial.ts';
import { silentLog } from './centre-process.ts';
import type { SimLink } from './link.ts';
import type { Net } from './net.ts';
import { type AnswerCode, type AttachAsk, NodeRooms, type Room, type SessionAsk } from './node-rooms.ts';
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

export interface NodeAnswer {
  readonly code: AnswerCode;
  readonly epoch: number;
}

export interface Lie {
  readonly loadFactor: number;
  readonly epochUp: number;
  readonly hidesRooms: boolean;
}

/** Trouble of a node's reports: 'lost' if they do not reach the centre, or their delay in ms. */
export type ReportTrouble = 'none' | 'lost' | number;

export interface NodeWatcher {
  obeyed(node: MediaNode, roomKey: string, lease: OwnerLease): void;
}

/** Least time until no session here needs the tracks of a person who has moved away. */
const DEPARTS_MS_MIN = 200;
const DEPARTS_MS_MORE = 2800;

export class MediaNode {
  readonly spec: NodeSpec;
  readonly process: Process;
  readonly incarnation: string;
  readonly agent: NodeAgent;
  readonly held: NodeRooms;
  readonly dial: CentreDial;
  lie: Lie | undefined;
  /** Whether the machine has no power, so that no process there answers probes. */
  hasNoMachine = false;
  reports: ReportTrouble = 'none';
  /** Arrival of the last late report, by the world's clock. */
  reportsUntilMs = 0;
  denied: ReadonlySet<string> = new Set();
  readonly #leaseVerifier: LeaseVerifier;
  readonly #rng: Rng;
  readonly #net: Net;
  readonly #signalingIncarnations = new Map<string, string>();
  readonly #signalingNodes = new Map<string, SimLink>();

  constructor(o: { spec: NodeSpec; process: Process; incarnation: string; net: Net; rng: Rng; watcher: NodeWatcher }) {
    this.spec = o.spec;
    this.process = o.process;
    this.incarnation = o.incarnation;
    this.#net = o.net;
    const { clock } = o.process;
    this.#rng = o.rng.fork('departures');
    this.held = new NodeRooms({
      clock,
      worldClock: o.net.clock,
      sessionsMax: o.spec.sessionsMax,
      obeyed: (roomKey, lease) => o.watcher.obeyed(this, roomKey, lease),
      confirm: (decisionId) => this.agent.confirm(decisionId),
    });
    this.#leaseVerifier = new LeaseVerifier({
      log: silentLog,
      leaseOf: (roomKey) => this.held.leaseOf(roomKey),
      ask: (roomKey) => this.#askCentre(roomKey),
      epochFloor: () => roomEpochFloor(this.agent.epoch),
    });
    const description = describeNode(o.spec, o.incarnation);
    this.agent = new NodeAgent({
      describe: () => description,
      load: () => ({
        sessions: Math.round(this.sessionCount * (this.lie?.loadFactor ?? 1)),
        secondHomes: this.sessionCount - this.homes,
        cpu: 0.1,
      }),
      rooms: () => this.#reportedRooms(),
      onPlan: (plan) => this.#applyPlan(plan),
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
      wrapLink: (link) => this.#linkWithTrouble(link),
      onLink: (link) => {
        this.#leaseVerifier.forget();
        onNote(link, note.leases, ({ leases }) => {
          for (const { roomKey, ownerId, epoch } of leases)
            this.#leaseVerifier.learn({ roomKey: roomKey ?? '', ownerId: ownerId ?? '', epoch: epoch ?? 0 });
        });
      },
    });
  }

  /** Number of sessions with transports here. */
  get sessionCount(): number {
    return this.held.count;
  }

  /** Number of sessions whose home is here, which the node's list names. */
  get homes(): number {
    return this.held.homes;
  }

  get placedAlone(): number {
    return this.held.underDecision('');
  }

  holdsSession(roomKey: string, sessionId: string): boolean {
    return this.held.held(roomKey, sessionId) !== undefined;
  }

  isHomeOf(roomKey: string, sessionId: string): boolean {
    return this.held.held(roomKey, sessionId)?.state === 'home';
  }

  holdsDecision(decisionId: string): boolean {
    return this.held.underDecision(decisionId) > 0;
  }

  decisionIds(): string[] {
    return this.held.all().flatMap(([, , { decisionId }]) => decisionId || []);
  }

  linkedSignalingIds(): readonly string[] {
    return [...this.#signalingNodes.keys()];
  }

  #onLink(link: SimLink): void {
    const signalingId = link.remote.id;
    this.#signalingNodes.set(signalingId, link);
    // Incarnation of the link's process, as the plan says while the link lives.
    let incarnation = this.#incarnationOf(signalingId);
    link.onAsk = (kind, body, answer) => {
      if (kind === 'attach') this.#attach(link, body as AttachAsk, answer);
      else if (kind === 'settle')
        answer(this.#answer(body as SessionAsk, this.held.settle(signalingId, body as SessionAsk)));
      else if (kind === 'detach') this.#detach(signalingId, body as SessionAsk, answer);
      else if (kind === 'named') {
        incarnation = this.#incarnationOf(signalingId);
        this.held.renewNamed(signalingId, body as ReadonlySet<string>);
      }
    };
    link.onClose(() => {
      if (this.#signalingNodes.get(signalingId) === link) this.#signalingNodes.delete(signalingId);
      this.held.orphan(signalingId, incarnation, () => ({
        signalingLinked: this.#signalingNodes.has(signalingId),
        signalingIncarnationNow: this.#incarnationOf(signalingId),
      }));
    });
  }

  #incarnationOf(signalingId: string): string {
    return this.#signalingIncarnations.get(signalingId) ?? '';
  }

  #attach(link: SimLink, ask: AttachAsk, answer: (answer: NodeAnswer) => void): void {
    const answerWith = (code: AnswerCode): void => answer(this.#answer(ask, code));
    if ((ask.onlyAt ?? this.incarnation) !== this.incarnation) {
      answerWith('EPOCH_STALE');
      return;
    }
    this.#leaseVerifier.check(ask).then(
      () => {
        // Like a real node, it attaches nothing for a closed link: the signaling node has seen its request fail, and
        // would not learn when the session ends.
        if (!link.closed) answerWith(this.held.attach(link.remote.id, ask));
      },
      (error: { code?: string }) => answerWith(error.code === 'RATE_LIMITED' ? 'RATE_LIMITED' : 'EPOCH_STALE'),
    );
  }

  #detach(signalingId: string, ask: SessionAsk, answer: (answer: NodeAnswer) => void): void {
    const departsMs = ask.gently === true ? DEPARTS_MS_MIN + this.#rng.next() * DEPARTS_MS_MORE : 0;
    this.held.detach(signalingId, ask, departsMs, () => answer(this.#answer(ask, 'OK')));
  }

  #answer({ roomKey }: { readonly roomKey: string }, code: AnswerCode): NodeAnswer {
    return { code, epoch: this.held.leaseOf(roomKey)?.epoch ?? 0 };
  }

  #reportedRooms(): wire.RoomHeld.$Properties[] {
    const reportedRooms: wire.RoomHeld.$Properties[] = [];
    let index = 0;
    for (const [roomKey, room] of this.held.rooms) {
      index += 1;
      if (this.lie?.hidesRooms === true && index % 2 === 0) continue;
      room.reported ??= roomReport(roomKey, room);
      const up = this.lie?.epochUp ?? 0;
      reportedRooms.push(up === 0 ? room.reported : { ...room.reported, epoch: room.lease.epoch + up });
    }
    return reportedRooms;
  }

  /** Returns the link for the agent, which delays or drops reports while they have trouble. */
  #linkWithTrouble(link: SimLink): ControlLink {
    return {
      request: (type, payload, o) => link.request(type, payload, o),
      onRequest: (type, handler) => link.onRequest(type, handler),
      onMessage: (type, handler) => link.onMessage(type, handler),
      send: (type, payload) => {
        if (type !== note.report.number) return link.send(type, payload);
        if (this.reports === 'lost') return !link.closed;
        const nowMs = this.#net.clock.nowMs();
        if (this.reports === 'none' && nowMs >= this.reportsUntilMs) return link.send(type, payload);
        // A link keeps the order, so a report waits for late ones before it.
        this.reportsUntilMs = Math.max(this.reportsUntilMs, nowMs + (this.reports === 'none' ? 0 : this.reports));
        this.process.clock.after(this.reportsUntilMs - nowMs, () => void link.send(type, payload));
        return !link.closed;
      },
    };
  }

  #applyPlan(plan: wire.Plan): void {
    this.denied = new Set(plan.deniedIds);
    this.#signalingIncarnations.clear();
    for (const { kind, nodeId, incarnation } of plan.nodes) {
      if (kind === 'signaling') this.#signalingIncarnations.set(nodeId ?? '', incarnation ?? '');
    }
    for (const [signalingId, link] of [...this.#signalingNodes]) {
      if (this.denied.has(signalingId)) link.close('shut out by the centre');
    }
  }

  async #askCentre(roomKey: string): Promise<OwnerLease | undefined> {
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

function roomReport(roomKey: string, { lease, sessions }: Room): wire.RoomHeld.$Properties {
  const sessionIds: string[] = [];
  const decisionIds: string[] = [];
  for (const [sessionId, held] of sessions) {
    if (held.state === 'home') sessionIds.push(sessionId);
    if (held.decisionId !== '') decisionIds.push(held.decisionId);
  }
  return { roomKey, epoch: lease.epoch, ownerId: lease.ownerId, sessionIds, decisionIds };
}

/** CPU cores of a node, from which the centre derives the joins that it admits per second. */
const CPU_CORES = 4;

/** Returns a description without addresses, since no process dials them here, and plans stay small. */
export function describeNode(spec: NodeSpec, incarnation: string): wire.NodeDescription.$Properties {
  return {
    nodeId: spec.nodeId,
    kind: spec.kind,
    region: spec.region,
    city: spec.city,
    hostId: spec.hostId,
    latitude: spec.latitude,
    longitude: spec.longitude,
    capacity: { sessions: spec.sessionsMax, cpuCores: CPU_CORES },
    versions: { software: 'sim', protocol: limits.protocolVersion, router: routerConstant.version },
    incarnation,
  };
}
