// Instances of the api's distribution (notices, receipts, late marks, sweeps) on a test database, with rows of orders
// and the events that companies receive.
import { createHash } from 'node:crypto';
import type { OwnedReceipt } from '@meridian/distribution';
import { createLogger, ManualClock, seededRng } from '@meridian/runtime';
import { DescribedContents } from '../../../src/distribution/described-contents.ts';
import { DeliveryEnding } from '../../../src/distribution/ending.ts';
import { OrderEvents } from '../../../src/distribution/events.ts';
import { Heating } from '../../../src/distribution/heating.ts';
import { LateMarker } from '../../../src/distribution/late.ts';
import { NoticeSending } from '../../../src/distribution/notifying.ts';
import { Receipts } from '../../../src/distribution/receipts.ts';
import { Restating } from '../../../src/distribution/restating.ts';
import type { DeliveryRow, OrderRow, ReceiverRow } from '../../../src/distribution/rows.ts';
import { Sweep } from '../../../src/distribution/sweep.ts';
import type { Store } from '../../../src/store/store.ts';
import { ScriptedNoticePort } from '../../support/notice-port.ts';

export const DAY_MS = 86_400_000;
export const SHA = 'a'.repeat(64);
const BLOCK = 'b'.repeat(64);
export const blocksSha256 = createHash('sha256').update(Buffer.from(BLOCK, 'hex')).digest('hex');
const log = createLogger({ name: 'api', level: 'fatal' });
export type TestDistribution = Awaited<ReturnType<typeof makeDistribution>>;

export async function makeDistribution(store: Store) {
  const clock = new ManualClock();
  for (const id of ['acme', 'globex'])
    await store.db.insertInto('tenants').values({ id, name: id, limits: '{}', created_ms: 0 }).execute();
  const world = {
    store,
    clock,
    port: new ScriptedNoticePort(),
    fence: '',
    origins: ['https://lib-1.example'],
    /** Nodes that do not have the content. */
    away: new Set<string>(),
    /** Time that passes when a node in `away` is asked for the content. */
    awayMs: 0,
    ended: [] as string[],
    releasedContents: [] as string[],
    open: { waiting: 0, late: 0 },
    woken: 0,
    reportedEvents: [] as string[],
  };
  return Object.assign(world, makeInstance(world), { another: () => makeInstance(world), close: () => store.close() });
}

function makeInstance(world: {
  readonly store: Store;
  readonly clock: ManualClock;
  readonly port: ScriptedNoticePort;
  readonly fence: string;
  readonly origins: string[];
  readonly away: ReadonlySet<string>;
  readonly awayMs: number;
  readonly ended: string[];
  readonly releasedContents: string[];
  readonly reportedEvents: string[];
  open: { waiting: number; late: number };
  woken: number;
}) {
  const { store, clock, port } = world;
  const { db } = store;
  const keys = {
    signing: async (tenant: string) => ({
      id: `key-${tenant}`,
      secret: 's'.repeat(32),
      tenant,
      scopes: [],
      regions: world.fence,
      purpose: 'guests' as const,
      limits: {},
      limitsVersion: 1,
    }),
  };
  const deliveries = {
    add: async (_: unknown, events: readonly { type: string; sequence: number }[]) => {
      world.reportedEvents.push(...events.map(({ type, sequence }) => `${sequence} ${type}`));
    },
  };
  const counters = {
    ended: (code: string, priority: string, afterS: number) => world.ended.push(`${code} ${priority} ${afterS}`),
    open: (o: typeof world.open) => {
      world.open = o;
    },
  };
  const nodes = {
    having: ({ node }: { readonly node: string }) => {
      if (world.away.has(node)) clock.advance(world.awayMs);
      const origins = world.away.has(node) ? [] : world.origins;
      return origins.map((publicUrl) => ({ nodeId: 'n', region: 'eu', publicUrl, isLinked: true, facts: undefined }));
    },
  };
  const events = new OrderEvents({
    clock,
    rng: seededRng('events'.concat(String(world.reportedEvents.length))),
    deliveries,
  });
  const released = async (_: unknown, __: string, content: string) => {
    world.releasedContents.push(content);
  };
  const ending = new DeliveryEnding({ clock, log, events, port, counters, released });
  const described = new DescribedContents({ db, clock, port, nodes, sealSecret: 's'.repeat(32) });
  const notifying = new NoticeSending({ store, clock, log, port, keys: keys as never, described, ending });
  const wake = (): void => {
    world.woken++;
  };
  const receipts = new Receipts({ store, clock, log, port, ending, consumer: 'api-1', wake });
  const sweep = new Sweep({ db, clock, log, port, ending, wake });
  const heating = new Heating({ db, clock, log, wakeRestating: wake });
  const late = new LateMarker({ db, clock, log, ending, counters });
  const restating = new Restating({ db, clock, log, port });
  return { ending, notifying, receipts, sweep, heating, late, restating };
}

export async function notify({ another }: TestDistribution): Promise<void> {
  const { notifying } = another();
  notifying.start();
  await notifying.settled();
  await notifying.close();
}

export async function addContent(
  { store: { db } }: TestDistribution,
  id = 'content-1',
  tenant = 'acme',
  node = 'n',
): Promise<void> {
  const contentFields = { tenant, id, sha256: SHA, bytes: 1000, node, store: 's', type: 'video/mp4', kind: 'video' };
  const row = Object.assign({ media: '{}', has_cover: 0, state: 'stored' as const, created_ms: 0 }, contentFields);
  await db.insertInto('library_contents').values(row).execute();
  await db.insertInto('library_blocks').values({ tenant, content: id, number: 0, sha256: BLOCK }).execute();
}

export async function addReceivers(
  { store: { db } }: TestDistribution,
  count: number,
  o: Partial<ReceiverRow> = {},
  first = 1,
): Promise<void> {
  const defaultReceiver: Omit<ReceiverRow, 'id'> = {
    tenant: 'acme',
    name: 'r',
    kind: 'agent',
    region: 'eu',
    site: '',
    groups: '[]',
    settings: '{}',
    sealed_settings: '',
    credential_hash: '',
    version: 1,
    state: 'enabled',
    created_ms: 0,
    changed_ms: 0,
    rates: '{}',
  };
  const rows = Array.from({ length: count }, (_, at) => Object.assign({ id: `RC_${first + at}` }, defaultReceiver, o));
  for (let at = 0; at < count; at += 500)
    await db
      .insertInto('distribution_receivers')
      .values(rows.slice(at, at + 500))
      .execute();
}

/** Adds an order with a delivery to each of the first receivers: DL_<order>_1, … */
export async function addOrder(
  { store: { db }, clock }: TestDistribution,
  id: string,
  count: number,
  o: Partial<OrderRow> & { readonly rank?: number } = {},
): Promise<void> {
  const { rank = clock.wallMs(), ...columns } = o;
  const order: OrderRow = {
    tenant: 'acme',
    id,
    item: 'LI_1',
    title: 'Lesson',
    content: 'content-1',
    name: 'a.mp4',
    bytes: 1000,
    priority: 'normal',
    deadline_ms: null,
    targets: '{"all":true}',
    made_by: 'ann',
    state: 'running',
    total: count,
    done: 0,
    failed: 0,
    cancelled: 0,
    late: 0,
    sequence: 0,
    created_ms: clock.wallMs(),
    ended_ms: null,
    paused: 0,
    heat: 0,
    ...columns,
  };
  await db.insertInto('distribution_orders').values(order).execute();
  const rows = Array.from({ length: count }, (_, at) => deliveryOf(order, at + 1, rank));
  for (let at = 0; at < count; at += 500)
    await db
      .insertInto('distribution_deliveries')
      .values(rows.slice(at, at + 500))
      .execute();
}

function deliveryOf(order: OrderRow, number: number, rank: number): DeliveryRow {
  const { tenant, id, item, content, bytes, priority, deadline_ms, created_ms } = order;
  return {
    tenant,
    id: `DL_${id}_${number}`,
    order_id: id,
    receiver: `RC_${number}`,
    region: 'eu',
    item,
    content,
    bytes,
    priority: ['urgent', 'normal', 'bulk'].indexOf(priority),
    rank_ms: rank,
    deadline_ms,
    state: 'waiting',
    place: '',
    noticed_ms: null,
    token_ends_ms: 0,
    lease_ms: 0,
    attempts: 0,
    code: '',
    detail: '',
    late: 0,
    took_ms: 0,
    neighbour_bytes: 0,
    created_ms,
    ended_ms: null,
    heat: 0,
    paused: 0,
    proof: '',
    revision: 0,
    sent_revision: 0,
  };
}

export const receipt = (delivery: string, o: Partial<OwnedReceipt> = {}): OwnedReceipt => ({
  tenant: 'acme',
  receiver: `RC_${delivery.split('_').at(-1)}`,
  delivery,
  code: '',
  detail: '',
  sha256: SHA,
  bytes: 1000,
  atMs: 0,
  attempts: 1,
  tookMs: 500,
  neighbourBytes: 10,
  ...o,
});

export const delivery = ({ store: { db } }: TestDistribution, id: string): Promise<DeliveryRow> =>
  db.selectFrom('distribution_deliveries').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
export const order = ({ store: { db } }: TestDistribution, id: string): Promise<OrderRow> =>
  db.selectFrom('distribution_orders').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
