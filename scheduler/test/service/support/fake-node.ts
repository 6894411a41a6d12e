// A node as the centre sees it: real enrolment, real link, the real NodeAgent; only its rooms and sessions are made up.
import {
  CentreSearch,
  call,
  limits,
  NodeAgent,
  newId,
  note,
  onNote,
  routerConstant,
  rpc,
  type wire,
} from '@meridian/protocol';
import {
  type Credentials,
  createLogger,
  enrol,
  type Link,
  LinkDialer,
  secureRng,
  systemClock,
} from '@meridian/runtime';
import { admin, type CentreAddress, until } from './centre.ts';

export interface NodeOptions {
  readonly id: string;
  readonly kind?: string;
  readonly region?: string;
  readonly city?: string;
  readonly hostId?: string;
  readonly latitude?: number;
  readonly longitude?: number;
  readonly incarnation?: string;
  readonly sessions?: number;
  /** Interval of reports; omitted: the centre's interval, a second. */
  readonly reportEveryMs?: number;
  readonly plansMax?: number;
  /** Pause between dials to the centre; omitted: short, for tests that do not measure. */
  readonly backoffMs?: { first: number; max: number };
  readonly rooms?: wire.RoomHeld.$Properties[];
  readonly describe?: Partial<wire.NodeDescription.$Properties>;
  /** Returns its wall clock; omitted: not reported. */
  wallMs?(): number;
}

const log = createLogger({ name: 'fake-node', level: 'silent' });
const clock = systemClock();
const rng = secureRng();

export const frankfurt = { region: 'eu-central', city: 'frankfurt', latitude: 50.11, longitude: 8.68 };
export const singapore = { region: 'ap-southeast', city: 'singapore', latitude: 1.35, longitude: 103.82 };

export async function enrolNode(centre: CentreAddress, identity: { id: string; kind: string; region: string }) {
  const { body } = await admin(centre, 'POST', '/v1/enrolment-tokens', { body: identity });
  return enrol({ url: centre.enrolUrl, token: body.token, identity, deadlineMs: 30_000 });
}

export class FakeNode {
  readonly id: string;
  readonly agent: NodeAgent;
  readonly plans: wire.Plan[] = [];
  readonly refusals: string[] = [];
  readonly drains: boolean[] = [];
  readonly leases: wire.RoomLease.$Properties[] = [];
  readonly echoKeys: wire.EchoKey.$Properties[][] = [];
  rooms: wire.RoomHeld.$Properties[];
  load: wire.Load.$Properties = { cpu: 0.1 };
  /** Overrides the reported number of sessions, for nodes that lie. */
  claimedSessions: number | undefined;
  link: Link | undefined;
  #dialer: LinkDialer | undefined;
  #centres: CentreSearch | undefined;
  #options: NodeOptions;
  #onLink: ((link: Link) => void) | undefined;

  constructor(options: NodeOptions) {
    this.#options = options;
    this.id = options.id;
    this.rooms = options.rooms ?? [];
    this.agent = new NodeAgent({
      centres: { leaderIs: (url, newEpoch) => this.#centres?.leaderIs(url, newEpoch) ?? false },
      describe: () => this.description(),
      load: () => ({ ...this.load, sessions: this.claimedSessions ?? this.sessionIds().length }),
      rooms: () => this.rooms,
      onPlan: (plan) => {
        this.plans.push(plan);
        if (this.plans.length > (this.#options.plansMax ?? 500)) this.plans.shift();
      },
      onDrain: (on) => this.drains.push(on),
      ...(options.wallMs !== undefined && { wallMs: () => options.wallMs?.() ?? Number.NaN }),
      every: (periodMs, fn) => clock.every(Math.min(periodMs, this.#options.reportEveryMs ?? periodMs), fn),
    });
  }

  static async start(
    centre: CentreAddress,
    options: NodeOptions,
    credentials?: Credentials,
    onLink?: (link: Link) => void,
  ): Promise<FakeNode> {
    const node = new FakeNode(options);
    node.#onLink = onLink;
    const identity = { id: options.id, kind: options.kind ?? 'sfu', region: options.region ?? frankfurt.region };
    const own = credentials ?? (await enrolNode(centre, identity));
    node.dial(centre, own);
    await until(
      `${options.id} is serving`,
      () => node.agent.state === 'serving' || node.agent.state === 'draining' || undefined,
    );
    return node;
  }

  dial(centre: CentreAddress, credentials: Credentials): void {
    const centres = new CentreSearch(centre.centreUrl, () => clock.nowMs());
    this.#centres = centres;
    this.#dialer = new LinkDialer({
      url: () => centres.next(),
      limits: limits.centreLink,
      credentials: () => credentials,
      log,
      clock,
      rng,
      expect: (remote) => remote.kind === 'scheduler',
      backoffMs: this.#options.backoffMs ?? { first: 20, max: 100 },
      onLink: (link) => {
        this.link = link;
        this.agent.attach(link);
        this.#onLink?.(link);
        onNote(link, note.echoKeys, ({ keys }) => {
          if (this.echoKeys.length < 100) this.echoKeys.push(keys);
        });
        onNote(link, note.leases, ({ leases }) => {
          this.leases.push(...leases);
          this.leases.splice(0, Math.max(0, this.leases.length - 500));
        });
        this.agent.register().catch((error: { code?: string }) => {
          this.refusals.push(error.code ?? String(error));
          link.close('refused');
        });
      },
      onDown: () => {
        this.link = undefined;
        this.agent.lost();
      },
    });
  }

  description(): wire.NodeDescription.$Properties {
    const w = this.#options;
    return {
      nodeId: w.id,
      kind: w.kind ?? 'sfu',
      region: w.region ?? frankfurt.region,
      city: w.city ?? frankfurt.city,
      hostId: w.hostId ?? `host-${w.id}`,
      latitude: w.latitude ?? frankfurt.latitude,
      longitude: w.longitude ?? frankfurt.longitude,
      incarnation: w.incarnation ?? 'inc-1',
      capacity: { sessions: w.sessions ?? 100, cpuCores: 1, bandwidthBps: 1e9, consumers: 1000 },
      versions: { software: 'test', protocol: 1, router: routerConstant.version },
      addresses: [
        { purpose: 'pipe', protocol: 'udp', ip: '127.0.0.1', port: 7920 },
        { purpose: 'control', protocol: 'tcp', ip: '127.0.0.1', port: 7910 },
      ],
      ...w.describe,
    };
  }

  sessionIds(): string[] {
    return this.rooms.flatMap((room) => room.sessionIds ?? []);
  }

  /** Attaches a session: the room's list grows and the decision is confirmed with the next report. */
  attach(o: { roomKey: string; sessionId: string; decisionId: string; ownerId: string; epoch: number }): void {
    const room = this.rooms.find((held) => held.roomKey === o.roomKey);
    const sessionIds = [...(room?.sessionIds ?? []), o.sessionId];
    const decisionIds = [...(room?.decisionIds ?? []), o.decisionId];
    const held = { roomKey: o.roomKey, ownerId: o.ownerId, epoch: o.epoch, sessionIds, decisionIds };
    this.rooms = [...this.rooms.filter((other) => other.roomKey !== o.roomKey), held];
    this.agent.confirm(o.decisionId);
  }

  /** Removes a session, with its decision when it is named. */
  detach(o: { roomKey: string; sessionId: string }): void {
    this.rooms = this.rooms.flatMap((room) => {
      if (room.roomKey !== o.roomKey) return [room];
      const at = (room.sessionIds ?? []).indexOf(o.sessionId);
      if (at < 0) return [room];
      const sessionIds = (room.sessionIds ?? []).toSpliced(at, 1);
      const decisionIds = (room.decisionIds ?? []).toSpliced(at, 1);
      return sessionIds.length === 0 ? [] : [{ ...room, sessionIds, decisionIds }];
    });
  }

  openLink(): Link {
    if (this.link === undefined) throw new Error(`${this.id} has no link`);
    return this.link;
  }

  async place(ask: wire.PlaceRequest.$Properties): Promise<wire.PlaceReply> {
    const request = { roomKey: 't/room', sessionId: newSession(), ...ask };
    return call(this.openLink(), rpc.place, request, { deadlineMs: 30_000 });
  }

  async explain(decisionId: string, sessionId: string): Promise<wire.DecisionExplained> {
    return call(this.openLink(), rpc.explainDecision, { decisionId, sessionId }, { deadlineMs: 30_000 });
  }

  async release(decisionId: string): Promise<void> {
    await call(this.openLink(), rpc.releaseDecision, { decisionId }, { deadlineMs: 30_000 });
  }

  close(): void {
    this.agent.lost();
    this.#dialer?.close('test over');
  }
}

export function newSession(): string {
  return newId('PA_', (count) => rng.bytes(count));
}

/** Returns the code with which a promise rejects; fails when it resolves. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return String((error as { code?: unknown }).code);
  }
  throw new Error('resolved, but a refusal was awaited');
}
