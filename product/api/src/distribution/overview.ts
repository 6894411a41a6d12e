import { priorities } from '@meridian/distribution';
import type { NoticePort } from '@meridian/distribution/streams';
import type { Clock } from '@meridian/runtime';
import { type Static, Type } from 'typebox';
import { enumOf } from '../events/item-body.ts';
import { Time, timeText } from '../http/time.ts';
import type { Database } from '../store/store.ts';
import { priorityAt } from './receivers.ts';
import { type DeliveryState, deliveryStates } from './rows.ts';

const HOUR_MS = 3_600_000;
/** If the last hour has more deliveries, percentiles cover the newest. */
const TIMES_MAX = 20_000;

const counts = Type.Object(
  Object.fromEntries(deliveryStates.map((state) => [state, Type.Integer()])) as Record<
    DeliveryState,
    ReturnType<typeof Type.Integer>
  >,
  { title: 'DeliveryCounts' },
);
const ofRegion = Type.Object(
  { region: Type.String(), open: Type.Integer(), late: Type.Integer(), failed: Type.Integer() },
  { title: 'DistributionOfRegion' },
);
const ofPriority = Type.Object(
  {
    priority: enumOf(priorities),
    open: Type.Integer(),
    done: Type.Integer({ description: 'Deliveries that were done in the last hour.' }),
    p50Ms: Type.Optional(Type.Integer({ description: 'Time from order to receipt.' })),
    p99Ms: Type.Optional(Type.Integer()),
  },
  { title: 'DistributionOfPriority' },
);
export const channel = Type.Object(
  {
    name: Type.String(),
    up: Type.Boolean(),
    waiting: Type.Integer({ description: 'Receipts that have not been processed yet.' }),
  },
  { title: 'DistributionChannel' },
);
export const overviewSchema = Type.Object(
  {
    deliveries: Type.Object(counts.properties, {
      title: 'DeliveriesByState',
      description: 'Deliveries that are open or failed, and those that were done or cancelled in the last hour.',
    }),
    late: Type.Integer({ description: 'Open deliveries that missed their deadline.' }),
    oldestWaitingAt: Type.Optional(Time),
    byRegion: Type.Array(ofRegion),
    byPriority: Type.Array(ofPriority),
    receivers: Type.Object(
      { online: Type.Integer(), away: Type.Integer(), disabled: Type.Integer() },
      { title: 'ReceiverCounts' },
    ),
    channels: Type.Array(channel),
  },
  { title: 'DistributionOverview' },
);

interface OverviewDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly distribution: { readonly port: NoticePort | undefined };
}

export async function overviewOf(o: OverviewDeps, tenant: string): Promise<Static<typeof overviewSchema>> {
  const { db, clock, distribution } = o;
  const sinceMs = clock.wallMs() - HOUR_MS;
  const rows = [...(await openRows(db, tenant)), ...(await endedRows(db, tenant, sinceMs))];
  const sum = (list: typeof rows): number => list.reduce((all, { count }) => all + Number(count), 0);
  const isOpen = ({ state }: { readonly state: string }): boolean => state === 'waiting' || state === 'noticed';
  const oldest = await oldestWaiting(db, tenant);
  const times = await timesOf(db, tenant, sinceMs);
  const channels = (await distribution.port?.states()) ?? [];
  const regions = [...new Set(rows.map(({ region }) => region))].sort();
  const overview: Static<typeof overviewSchema> = {
    deliveries: Object.fromEntries(
      deliveryStates.map((state) => [state, sum(rows.filter((row) => row.state === state))]),
    ) as Static<typeof counts>,
    late: sum(rows.filter((row) => isOpen(row) && row.late === 1)),
    byRegion: regions.map((region) => {
      const own = rows.filter((row) => row.region === region);
      const open = own.filter(isOpen);
      const failed = sum(own.filter(({ state }) => state === 'failed'));
      return { region, open: sum(open), late: sum(open.filter(({ late }) => late === 1)), failed };
    }),
    byPriority: priorities.map((priority, place) => {
      const own = rows.filter((row) => row.priority === place);
      const done = sum(own.filter(({ state }) => state === 'done'));
      return Object.assign({ priority, open: sum(own.filter(isOpen)), done }, percentiles(times.get(priority) ?? []));
    }),
    receivers: await receiverCounts(o, tenant),
    channels: channels.map(({ name, isUp, waiting }) => ({ name, up: isUp, waiting })),
  };
  return oldest === undefined ? overview : Object.assign(overview, { oldestWaitingAt: timeText(oldest) });
}

const grouped = (db: Database, tenant: string) =>
  db
    .selectFrom('distribution_deliveries')
    .select(['state', 'priority', 'region', 'late'])
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('tenant', '=', tenant)
    .groupBy(['state', 'priority', 'region', 'late']);

const openRows = (db: Database, tenant: string) =>
  grouped(db, tenant).where('state', 'in', ['waiting', 'noticed', 'failed']).execute();

/** Selects deliveries that ended since `sinceMs`, whenever they were ordered. */
const endedRows = (db: Database, tenant: string, sinceMs: number) =>
  grouped(db, tenant).where('state', 'in', ['done', 'cancelled']).where('ended_ms', '>=', sinceMs).execute();

async function oldestWaiting(db: Database, tenant: string): Promise<number | undefined> {
  const { oldest } = await db
    .selectFrom('distribution_deliveries')
    .select((eb) => eb.fn.min('created_ms').as('oldest'))
    .where('tenant', '=', tenant)
    .where('state', '=', 'waiting')
    .executeTakeFirstOrThrow();
  return oldest === null ? undefined : Number(oldest);
}

/** Returns sorted milliseconds from order to receipt, by priority. */
async function timesOf(db: Database, tenant: string, sinceMs: number): Promise<Map<string, number[]>> {
  const rows = await db
    .selectFrom('distribution_deliveries')
    .select(['priority', 'created_ms', 'ended_ms'])
    .where('tenant', '=', tenant)
    .where('state', '=', 'done')
    .where('ended_ms', '>=', sinceMs)
    .orderBy('ended_ms', 'desc')
    .limit(TIMES_MAX)
    .execute();
  const times = new Map<string, number[]>();
  for (const { priority, created_ms, ended_ms } of rows) {
    const list = times.get(priorityAt(priority)) ?? [];
    list.push(Math.max(0, Number(ended_ms) - Number(created_ms)));
    times.set(priorityAt(priority), list);
  }
  for (const list of times.values()) list.sort((a, b) => a - b);
  return times;
}

function percentiles(sorted: readonly number[]): { p50Ms?: number; p99Ms?: number } {
  const at = (share: number): number | undefined =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  const [p50Ms, p99Ms] = [at(0.5), at(0.99)];
  return p50Ms === undefined || p99Ms === undefined ? {} : { p50Ms, p99Ms };
}

async function receiverCounts({ db, distribution }: OverviewDeps, tenant: string) {
  const rows = await db
    .selectFrom('distribution_receivers')
    .select(['id', 'state'])
    .where('tenant', '=', tenant)
    .execute();
  const enabled = rows.filter(({ state }) => state === 'enabled').map(({ id: receiver }) => ({ tenant, receiver }));
  const presences = (await distribution.port?.presences(enabled)) ?? [];
  const online = presences.filter((one) => one !== undefined).length;
  return { online, away: enabled.length - online, disabled: rows.length - enabled.length };
}
