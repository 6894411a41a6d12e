// A whole centre on a manual clock: media nodes that report, a signaling node that owns every room, moves sessions and
// lets clients time sites. The test sets each client's true distance from every site; the database puts a client at its
// signaling node.
import { digestOf, newId } from '@meridian/protocol';
import { createLogger, createMetrics, ManualClock, seededRng } from '@meridian/runtime';
import { centreMetrics } from '../../../src/base/metrics.ts';
import { Centre } from '../../../src/centre/centre.ts';
import { Learning } from '../../../src/centre/learning.ts';
import type { CentreOptions } from '../../../src/centre/options.ts';
import { Copy } from '../../../src/copying/copy.ts';
import type { NodeDescription, RoomHeld } from '../../../src/fleet/core/node.ts';
import { Locator } from '../../../src/locating/locate.ts';
import type { MoveOrder } from '../../../src/moving/mover.ts';
import { description, noLoad, report } from '../fixtures.ts';

export interface Person {
  readonly sessionId: string;
  readonly person: string;
  readonly roomKey: string;
  readonly ip: string;
  readonly rttMs: Readonly<Record<string, number>>;
}

const log = createLogger({ name: 'test', level: 'silent' });
const STEP_MS = 250;

export const places = {
  frankfurt: { latitude: 50.11, longitude: 8.68 },
  paris: { latitude: 48.86, longitude: 2.35 },
  stockholm: { latitude: 59.33, longitude: 18.07 },
} as const;
export type City = keyof typeof places;
export const OWNER = 'sig-frankfurt';

export class RoomWorld {
  readonly clock = new ManualClock();
  readonly metrics = createMetrics({ service: 'scheduler' });
  readonly orders: MoveOrder[] = [];
  readonly asked: { sessionId: string; signalingIds: readonly string[] }[] = [];
  /** Returns the code that refuses an order; undefined: it is carried out. */
  refuse: (order: MoveOrder) => string | undefined = () => undefined;
  /** Runs at the owner before it answers that a session has moved. */
  answering: (order: MoveOrder) => Promise<void> = async () => undefined;
  readonly fences = new Map<string, string>();
  /** Media nodes that are too old to know fences, so that they report no fence. */
  readonly fenceless = new Set<string>();
  /** Nodes that are away: they report nothing, and do not come back to another centre. */
  readonly silent = new Set<string>();
  /** Nodes that report that their process is to end. */
  readonly leaving = new Set<string>();
  /** Whether clients report their round trips to their nodes, every two seconds. */
  tellsNodeTimes = true;
  /** Whether the link to the signaling node is full, so that no client can be asked to time sites. */
  isLinkFull = false;
  centre: Centre;
  readonly #store = new Map<string, string>();
  readonly #people = new Map<string, Person>();
  readonly #placements = new Map<string, { nodeId: string; decisionId: string }>(); // by session
  readonly #nodes: NodeDescription[];
  readonly #rng = seededRng('rooms');
  readonly #o: Partial<CentreOptions>;
  #steps = 0;
  #terms = 0;

  private constructor(nodes: NodeDescription[], o: Partial<CentreOptions>) {
    this.#nodes = nodes;
    this.#o = o;
    this.centre = this.#newCentre();
  }

  /** `hosts`: media nodes by city, one host each. */
  static async start(
    hosts: Partial<Record<City, number>>,
    { regionsOf, ...o }: Partial<CentreOptions> & { regionsOf?: Partial<Record<City, string>> } = {},
  ): Promise<RoomWorld> {
    const nodes = (Object.keys(places) as City[]).flatMap((city) => {
      const pipe = { purpose: 'pipe', protocol: 'udp', ip: '127.0.0.1', announced: '', port: 7920 };
      const at = { region: regionsOf?.[city] ?? 'eu', city, ...places[city], addresses: [pipe] };
      const media = Array.from({ length: hosts[city] ?? 0 }, (_, index) =>
        description({ nodeId: `sfu-${city}-${index + 1}`, ...at }),
      );
      return [...media, description({ nodeId: `sig-${city}`, kind: 'signaling', ...at })];
    });
    const world = new RoomWorld(nodes, o);
    await world.#open();
    return world;
  }

  async restart(): Promise<void> {
    this.centre.end();
    this.centre = this.#newCentre();
    await this.#open();
  }

  comeBack(nodeId: string): { isDraining: boolean } {
    this.silent.delete(nodeId);
    const node = this.#nodes.find((one) => one.nodeId === nodeId);
    if (node === undefined) throw new Error(`there is no ${nodeId}`);
    return this.centre.register({ description: node, rooms: this.#rooms(nodeId), load: noLoad });
  }

  /** Registers a node as another process. */
  startAnew(nodeId: string): { isDraining: boolean } {
    const at = this.#nodes.findIndex((one) => one.nodeId === nodeId);
    this.#nodes.splice(at, 1, { ...(this.#nodes[at] as NodeDescription), incarnation: 'another' });
    return this.comeBack(nodeId);
  }

  /** Registers a media node of another city, near no client. */
  register(nodeId: string, city: string): void {
    const node = description({ nodeId, region: 'eu', city, latitude: -50, longitude: -70 });
    this.#nodes.push(node);
    this.centre.register({ description: node, rooms: [], load: noLoad });
  }

  /** Joins a client that has timed these cities. `person`: name of a person that rejoins; absent: a new person. */
  async join(
    roomKey: string,
    rttMs: Person['rttMs'],
    timed: readonly City[] = ['frankfurt'],
    person = '',
  ): Promise<Person> {
    const sessionId = newId('PA_', (count) => this.#rng.bytes(count));
    const ip = `203.${this.#people.size >> 8}.${this.#people.size & 255}.7`;
    const echoTimes = timed.map((city) => ({ signalingId: `sig-${city}`, rttMs: rttMs[city] ?? Number.NaN }));
    const ask = { roomKey, sessionId, person, clientIp: ip, fromCity: '', avoidNodeIds: [], regionPin: '', echoTimes };
    const { record } = await this.centre.place(ask, OWNER);
    if (!record.decision.ok) throw new Error(`refused: ${record.decision.code}`);
    const joined: Person = { sessionId, person, roomKey, ip, rttMs };
    this.#people.set(sessionId, joined);
    this.#placements.set(sessionId, { nodeId: record.decision.nodeId, decisionId: record.decisionId });
    this.#report();
    return joined;
  }

  leave({ sessionId }: Person): void {
    this.#people.delete(sessionId);
    this.#placements.delete(sessionId);
    this.#report();
  }

  nodeOf({ sessionId }: Person): string | undefined {
    return this.#placements.get(sessionId)?.nodeId;
  }

  /** Lets time pass: reports every second, the centre's timers four times a second. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= STEP_MS) {
      this.clock.advance(STEP_MS);
      this.#steps += 1;
      if (this.#steps % 4 === 0) this.#report();
      if (this.#steps % 8 === 0 && this.tellsNodeTimes) this.#tellNodeTimes();
      this.centre.tick();
      this.centre.tickMoves();
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }

  #newCentre(): Centre {
    const { clock } = this;
    const store = {
      load: async () => [...this.#store],
      put: async (key: string, value: string) => void this.#store.set(key, value),
      remove: async (key: string) => void this.#store.delete(key),
      close: async () => undefined,
    };
    const copy = new Copy({ store, clock, log, onFailure: () => undefined });
    const locator = new Locator({ geo: { locate: () => undefined }, developmentCities: true });
    const registry = createMetrics({ service: 'scheduler' });
    const mover = {
      move: async (_owner: string, order: MoveOrder) => this.#move(order),
      requestEchoes: (_signalingId: string, o: { sessionId: string; signalingIds: readonly string[] }) => {
        if (this.isLinkFull) return false;
        this.asked.push(o);
        this.#time(o);
        return true;
      },
    };
    this.#terms += 1;
    const rng = seededRng(`centre ${this.#terms}`);
    return new Centre({ clock, rng, log, metrics: centreMetrics(registry), copy, locator, mover, ...this.#o });
  }

  async #open(): Promise<void> {
    await this.centre.restore();
    for (const { nodeId } of this.#nodes) if (!this.silent.has(nodeId)) this.comeBack(nodeId);
    this.centre.listening();
    this.#report();
    await this.pass(2000);
  }

  #rooms(nodeId: string): RoomHeld[] {
    const rooms = new Map<string, { sessionIds: string[]; decisionIds: string[] }>();
    for (const [sessionId, at] of this.#placements) {
      if (at.nodeId !== nodeId) continue;
      const { roomKey = '' } = this.#people.get(sessionId) ?? {};
      const held = rooms.get(roomKey) ?? { sessionIds: [], decisionIds: [] };
      held.sessionIds.push(sessionId);
      held.decisionIds.push(at.decisionId);
      rooms.set(roomKey, held);
    }
    return [...rooms].map(([roomKey, held]) => {
      const fence = this.fences.get(roomKey) ?? '';
      return { roomKey, epoch: 1, ownerId: OWNER, ...(this.fenceless.has(nodeId) ? {} : { fence }), ...held };
    });
  }

  #report(): void {
    for (const { nodeId, kind, incarnation } of this.#nodes) {
      if (this.silent.has(nodeId)) continue;
      const rooms = kind === 'sfu' ? this.#rooms(nodeId) : [];
      const sessions = rooms.reduce((sum, { sessionIds }) => sum + sessionIds.length, 0);
      this.centre.fullReport(nodeId, { incarnation, rooms, load: { ...noLoad, sessions } });
      if (!this.leaving.has(nodeId)) continue;
      const ids = rooms.flatMap(({ sessionIds }) => sessionIds);
      const digest = { sessionCount: ids.length, sessionHash: digestOf(ids) };
      const leaving = { state: 'draining', isLeaving: true, load: { ...noLoad, sessions } };
      this.centre.report(nodeId, report({ incarnation, ...digest, ...leaving }), []);
    }
    // The owner releases a room that all members have left.
    const { leases, ownership } = this.centre;
    const alive = new Set([...this.#people.values()].map(({ roomKey }) => roomKey));
    for (const { roomKey, epoch } of leases.list())
      if (alive.has(roomKey)) ownership.renewAll([{ roomKey, epoch }], OWNER);
      else void ownership.release(roomKey, epoch, OWNER);
  }

  #tellNodeTimes(): void {
    for (const [sessionId, { nodeId }] of this.#placements) {
      const person = this.#people.get(sessionId);
      const city = this.#nodes.find((node) => node.nodeId === nodeId)?.city ?? '';
      if (person !== undefined) this.#learn(person, [{ nodeId, rttMs: person.rttMs[city] ?? 50 }]);
    }
  }

  #time({ sessionId, signalingIds }: { sessionId: string; signalingIds: readonly string[] }): void {
    const person = this.#people.get(sessionId);
    if (person === undefined) return;
    const times = signalingIds.map((signalingId) => ({
      signalingId,
      rttMs: person.rttMs[signalingId.replace('sig-', '')] ?? 50,
    }));
    this.clock.after(1500, () => this.#learn(person, times));
  }

  #learn({ sessionId, person, roomKey, ip }: Person, times: Parameters<Learning['timed']>[0]['times']): void {
    new Learning(() => this.centre).timed({
      signalingId: OWNER,
      clientIp: ip,
      fromCity: '',
      sessionId,
      person,
      roomKey,
      times,
    });
  }

  async #move(order: MoveOrder): Promise<void> {
    this.orders.push(order);
    const code = this.refuse(order);
    if (code !== undefined) throw Object.assign(new Error(code), { code });
    this.#placements.set(order.sessionId, { nodeId: order.toNodeId, decisionId: order.decisionId });
    await this.answering(order);
  }
}
