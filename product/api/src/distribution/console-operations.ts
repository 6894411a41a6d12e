// The queue of all tenants, for operators.
import type { NoticePort } from '@meridian/distribution/streams';
import type { Clock } from '@meridian/runtime';
import { sql } from 'kysely';
import { type Static, Type } from 'typebox';
import { operations } from '../http/operation.ts';
import type { Routes } from '../http/routes.ts';
import { Time, timeText } from '../http/time.ts';
import type { Database } from '../store/store.ts';
import { channel } from './overview.ts';

const HOUR_MS = 3_600_000;
const TENANTS_MAX = 500;
const RECEIVERS_MAX = 20_000;
const PRESENCES = 1000;

const queue = {
  open: Type.Integer({ description: 'Deliveries that wait for their notice, or for their receipt.' }),
  openBytes: Type.Integer(),
  waiting: Type.Integer({ description: 'Open deliveries without a notice.' }),
  failed: Type.Integer({ description: 'Deliveries that failed and have not been retried.' }),
  late: Type.Integer({ description: 'Open deliveries that missed their deadline.' }),
  oldestWaitingAt: Type.Optional(Time),
  doneLastHour: Type.Integer(),
  bytesLastHour: Type.Integer({ description: 'Bytes of files that were done in the last hour.' }),
};
const Queues = Type.Object(
  {
    tenants: Type.Array(Type.Object({ tenant: Type.String(), ...queue }, { title: 'DistributionOfTenant' }), {
      description: `Tenants with deliveries, the most open bytes first; ${TENANTS_MAX} at most.`,
    }),
    complete: Type.Boolean({ description: 'False if tenants are left out.' }),
    regions: Type.Array(
      Type.Object(
        {
          region: Type.String(),
          ...queue,
          online: Type.Integer({ description: 'Enabled receivers that were seen in the last minute.' }),
          away: Type.Integer({ description: 'Enabled receivers that were not.' }),
        },
        { title: 'DistributionQueueOfRegion' },
      ),
    ),
    channels: Type.Array(channel),
  },
  { title: 'DistributionQueues' },
);

const ofOperator = operations({ tag: 'Distribution', scope: 'operator' });
const listDistributionTenants = ofOperator('listDistributionTenants', 'GET /distribution/tenants', {
  summary: 'Get the queues of deliveries of all tenants, by tenant and by region.',
  answers: { 200: Queues },
});

export interface DistributionConsoleDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly distribution: { readonly port: NoticePort | undefined };
}

export function addDistributionConsole(routes: Routes, o: DistributionConsoleDeps): void {
  routes.add(listDistributionTenants, async () => ({ body: await queuesOf(o) }));
}

async function queuesOf({
  db,
  clock,
  distribution: { port },
}: DistributionConsoleDeps): Promise<Static<typeof Queues>> {
  const rows = await sumsOf(db, clock.wallMs() - HOUR_MS);
  const tenants = [...Map.groupBy(rows, ({ tenant }) => tenant)]
    .map(([tenant, own]) => Object.assign({ tenant }, queueOf(own)))
    .sort((a, b) => b.openBytes - a.openBytes || b.bytesLastHour - a.bytesLastHour || (a.tenant < b.tenant ? -1 : 1));
  const receivers = await receiversByRegion(db, port);
  const regions = new Set([...rows.map(({ region }) => region), ...receivers.keys()]);
  const channels = (await port?.states()) ?? [];
  return {
    tenants: tenants.slice(0, TENANTS_MAX),
    complete: tenants.length <= TENANTS_MAX,
    regions: [...regions].sort().map((region) => ({
      region,
      ...queueOf(rows.filter((row) => row.region === region)),
      ...(receivers.get(region) ?? { online: 0, away: 0 }),
    })),
    channels: channels.map(({ name, isUp, waiting }) => ({ name, up: isUp, waiting })),
  };
}

interface Sum {
  readonly tenant: string;
  readonly region: string;
  readonly state: string;
  readonly count: number;
  readonly bytes: number;
  readonly late: number;
  readonly oldestMs: number;
}

/** Returns sums of open and failed deliveries, and of those that are done since `sinceMs`. */
async function sumsOf(db: Database, sinceMs: number): Promise<Sum[]> {
  const { rows } = await sql<Record<'count' | 'bytes' | 'late' | 'oldest_ms', number | string> & Sum>`
    select tenant, region, state, count(*) as count, sum(cast(bytes as double precision)) as bytes, sum(late) as late,
      min(created_ms) as oldest_ms
    from distribution_deliveries where state in ('waiting', 'noticed', 'failed') group by tenant, region, state
    union all
    select tenant, region, state, count(*), sum(cast(bytes as double precision)), 0, 0 from distribution_deliveries
    where tenant in (select tenant from distribution_receivers) and ended_ms >= ${sinceMs} and state = 'done'
    group by tenant, region, state`.execute(db);
  return rows.map(({ tenant, region, state, count, bytes, late, oldest_ms }) => ({
    tenant,
    region,
    state,
    count: Number(count),
    bytes: Number(bytes),
    late: Number(late),
    oldestMs: Number(oldest_ms),
  }));
}

function queueOf(rows: readonly Sum[]) {
  const sum = (states: readonly string[], figure: 'count' | 'bytes' | 'late'): number =>
    rows.reduce((all, row) => (states.includes(row.state) ? all + row[figure] : all), 0);
  const open = ['waiting', 'noticed'];
  const waiting = rows.filter(({ state }) => state === 'waiting');
  return {
    open: sum(open, 'count'),
    openBytes: sum(open, 'bytes'),
    waiting: sum(['waiting'], 'count'),
    failed: sum(['failed'], 'count'),
    late: sum(open, 'late'),
    ...(waiting.length > 0 && { oldestWaitingAt: timeText(Math.min(...waiting.map(({ oldestMs }) => oldestMs))) }),
    doneLastHour: sum(['done'], 'count'),
    bytesLastHour: sum(['done'], 'bytes'),
  };
}

async function receiversByRegion(db: Database, port: NoticePort | undefined) {
  const rows = await db
    .selectFrom('distribution_receivers')
    .select(['tenant', 'id', 'region'])
    .where('state', '=', 'enabled')
    .orderBy('region')
    .orderBy('id')
    .limit(RECEIVERS_MAX)
    .execute();
  const regions = new Map<string, { online: number; away: number }>();
  for (let at = 0; at < rows.length; at += PRESENCES) {
    const some = rows.slice(at, at + PRESENCES);
    const presences = (await port?.presences(some.map(({ tenant, id: receiver }) => ({ tenant, receiver })))) ?? [];
    for (const [place, { region }] of some.entries()) {
      const counts = regions.get(region) ?? { online: 0, away: 0 };
      counts[presences[place] === undefined ? 'away' : 'online'] += 1;
      regions.set(region, counts);
    }
  }
  return regions;
}
