// A signaling node without clients: real certificate, real links to centre and api, and what it says of its sessions is
// made up. It places them by the centre, owns rooms as any signaling node, and sends quality batches to an api.
import { call, limits, MeridianError, rpc, serve, type wire } from '@meridian/protocol';
import { createLogger, type Link, LinkServer, systemClock } from '@meridian/runtime';
import type { CentreAddress } from '../../../scheduler/test/service/support/centre.ts';
import { FakeNode } from '../../../scheduler/test/service/support/fake-node.ts';
import { enrolled } from './feed-nodes.ts';
import type { FedCity } from './world.ts';

const log = createLogger({ name: 'signaling-double', level: 'silent' });
const clock = systemClock();
/** As signaling nodes do (limits: a lease lapses after 10 s). */
const RENEW_EVERY_MS = 3000;
/** What is not sent yet: of the events the oldest go. */
const EVENTS_MAX = 20_000;
const ANSWER_WITHIN_MS = 10_000;

export interface SignalingDoubleOptions {
  readonly centre: CentreAddress;
  readonly id: string;
  /** Of its process. */
  readonly incarnation: string;
  readonly city: FedCity;
  /** What an earlier process of it counted; this one goes on. */
  readonly sent?: SentCount;
  /** The centre moves a session; it is at the other node when the promise resolves. */
  onMove(move: wire.MoveSession): void;
  /** What an api is shown of a room. */
  roomView(roomKey: string): wire.RoomView.$Properties;
}

export interface SentCount {
  batches: number;
  records: number;
  failed: number;
  /** Processor time of encoding and sending, which a real signaling node spends too. */
  sendCpuUs: number;
  /** From the call to the answer, of every batch. */
  readonly answeredMs: number[];
}

export class SignalingDouble {
  readonly id: string;
  readonly city: FedCity;
  readonly sent: SentCount;
  readonly #node: FakeNode;
  readonly #server: LinkServer;
  readonly #apis: Set<Link>;
  readonly #leases = new Map<string, number>();
  readonly #renewing: { cancel(): void };
  #events: wire.SessionEvent.$Properties[] = [];

  private constructor(o: SignalingDoubleOptions, node: FakeNode, server: LinkServer, apis: Set<Link>) {
    this.id = o.id;
    this.sent = o.sent ?? { batches: 0, records: 0, failed: 0, sendCpuUs: 0, answeredMs: [] };
    this.city = o.city;
    this.#node = node;
    this.#server = server;
    this.#apis = apis;
    // One that fails is made up for by the next.
    this.#renewing = clock.every(RENEW_EVERY_MS, () => void this.#renew().catch(() => undefined));
  }

  /** Resolves when the centre has it. */
  static async start(o: SignalingDoubleOptions): Promise<SignalingDouble> {
    const { region, name, latitude, longitude } = o.city;
    const credentials = await enrolled(o.centre, { id: o.id, kind: 'signaling', region });
    const apis = new Set<Link>();
    const server = await LinkServer.listen({
      host: '127.0.0.1',
      port: 0,
      credentials,
      log,
      clock,
      limits: limits.centreLink,
      accept: ({ kind }) => kind === 'api',
      onLink: (link) => {
        apis.add(link);
        link.onClose(() => apis.delete(link));
        serve(link, rpc.roomView, ({ roomKey }) => o.roomView(roomKey));
        serve(link, rpc.roomsOwned, () => ({ rooms: [] }));
      },
    });
    const address = { purpose: 'control', protocol: 'tcp', ip: '127.0.0.1', port: server.port };
    const describe = { addresses: [address], publicUrl: `http://127.0.0.1:${server.port}` };
    const at = { region, city: name, latitude, longitude };
    const options = {
      id: o.id,
      kind: 'signaling',
      hostId: `host-${o.id}`,
      incarnation: o.incarnation,
      plansMax: 1,
      sessions: 10_000,
      ...at,
      describe,
    };
    const node = await FakeNode.start(o.centre, options, credentials, (link) =>
      serve(link, rpc.moveSession, (move) => {
        o.onMove(move);
        return {};
      }),
    );
    return new SignalingDouble(o, node, server, apis);
  }

  get hasApi(): boolean {
    return this.#apis.size > 0;
  }

  /** Asks the centre for a media node; keeps the room's lease if it is this node's. */
  async place(ask: wire.PlaceRequest.$Properties): Promise<wire.PlaceReply> {
    const reply = await this.#node.place(ask);
    const { lease } = reply;
    if (reply.ok && lease?.ownerId === this.id) this.#leases.set(ask.roomKey ?? '', lease.epoch ?? 0);
    return reply;
  }

  tell(event: wire.SessionEvent.$Properties): void {
    this.#events.push(event);
    if (this.#events.length > EVENTS_MAX) this.#events.shift();
  }

  /** Sends facts, records and the events since the last batch to one api. False: no link, or no answer in time. */
  async send(facts: wire.SessionFacts.$Properties[], records: wire.QualityRecord.$Properties[]): Promise<boolean> {
    if (!this.hasApi) return false;
    const events = this.#events;
    this.#events = [];
    const beganMs = performance.now();
    const cpu = process.threadCpuUsage();
    const answer = this.batch({ facts, records, events });
    const { user, system } = process.threadCpuUsage(cpu);
    this.sent.sendCpuUs += user + system;
    try {
      await answer;
    } catch (error) {
      log.debug({ err: error }, 'a batch was not answered');
      this.#events = [...events, ...this.#events].slice(-EVENTS_MAX);
      this.sent.failed += 1;
      return false;
    }
    this.sent.batches += 1;
    this.sent.records += records.length;
    this.sent.answeredMs.push(performance.now() - beganMs);
    return true;
  }

  /** One batch to any one api. Rejects without a link, or an answer in time. */
  batch(message: wire.QualityBatch.$Properties): Promise<unknown> {
    const [link] = this.#apis;
    if (link === undefined) return Promise.reject(new MeridianError('NODE_UNREACHABLE', 'no api'));
    return call(link, rpc.qualityBatch, message, { deadlineMs: ANSWER_WITHIN_MS });
  }

  async #renew(): Promise<void> {
    const { link } = this.#node;
    if (link === undefined || this.#leases.size === 0) return;
    const leases = [...this.#leases].map(([roomKey, epoch]) => ({ roomKey, epoch, ownerId: this.id }));
    const { lostRoomKeys } = await call(link, rpc.renewLeases, { leases }, { deadlineMs: RENEW_EVERY_MS });
    for (const roomKey of lostRoomKeys) this.#leases.delete(roomKey);
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#renewing.cancel();
    this.#node.close();
    await this.#server.close('the feed is over');
  }
}
