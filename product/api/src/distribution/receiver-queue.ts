// Open deliveries of a receiver in the order in which it fetches them, with when each may be there.
import type { SeenPresence } from '@meridian/distribution';
import type { NoticePort } from '@meridian/distribution/streams';
import type { Clock } from '@meridian/runtime';
import { sql } from 'kysely';
import { type Static, Type } from 'typebox';
import { operation } from '../http/operation.ts';
import type { Routes } from '../http/routes.ts';
import { Time, timeText } from '../http/time.ts';
import type { Database } from '../store/store.ts';
import { checkMay } from './checks.ts';
import { expectedTimes } from './core/expected-times.ts';
import { delivery, shownDelivery } from './order-operations.ts';
import { params } from './receiver-operations.ts';
import type { Receivers } from './receivers.ts';
import type { DeliveryRow, ReceiverRow } from './rows.ts';

const SHOWN_MAX = 100;
/** Done deliveries whose bytes and times give the receiver's rate. */
const RATED = 20;

const rate = Type.Number({ description: 'Bytes in a second.' });
const queued = Type.Object(
  {
    ...delivery.properties,
    position: Type.Optional(Type.Integer({ description: '1 for the next one; absent for a paused delivery.' })),
    expectedAt: Type.Optional(Time),
    progress: Type.Optional(
      Type.Object(
        { doneBytes: Type.Integer(), bytesPerS: rate },
        { title: 'DeliveryProgress', description: 'Present while the receiver fetches the file.' },
      ),
    ),
  },
  { title: 'QueuedDelivery' },
);
const queue = Type.Object(
  {
    open: Type.Integer({ description: 'Deliveries that have not ended.' }),
    openBytes: Type.Integer(),
    bytesPerS: Type.Optional(Type.Number({ description: `Mean rate of the last ${RATED} deliveries.` })),
    emptyAt: Type.Optional(Time),
    deliveries: Type.Array(queued, { description: `The first ${SHOWN_MAX}; paused ones follow the others.` }),
  },
  { title: 'ReceiverQueue' },
);

export const getReceiverQueue = operation({
  id: 'getReceiverQueue',
  method: 'GET',
  path: '/distribution/receivers/{receiver}/queue',
  tag: 'Distribution',
  scope: 'library:write',
  summary: 'Get a receiver’s queue: its open deliveries in the order in which it fetches them.',
  params,
  answers: { 200: queue },
});

export interface ReceiverQueueDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly distribution: { readonly port: NoticePort | undefined; readonly receivers: Receivers };
}

export function addReceiverQueueOperation(routes: Routes, { db, clock, distribution }: ReceiverQueueDeps): void {
  routes.add(getReceiverQueue, async ({ principal, params: { receiver: id } }) => {
    checkMay(principal);
    const { port, receivers } = distribution;
    const receiver = await receivers.get(db, principal.tenant, id);
    const [presence] = (await port?.presences([{ tenant: receiver.tenant, receiver: id }])) ?? [];
    return { body: await queueOf(db, { receiver, presence, nowMs: clock.wallMs() }) };
  });
}

async function queueOf(
  db: Database,
  o: { readonly receiver: ReceiverRow; readonly presence: SeenPresence | undefined; readonly nowMs: number },
): Promise<Static<typeof queue>> {
  const { receiver, presence, nowMs } = o;
  const rows = await openOf(db, receiver)
    .selectAll()
    .orderBy('paused')
    .orderBy('priority')
    .orderBy('rank_ms')
    .orderBy('id')
    .limit(SHOWN_MAX)
    .execute();
  const { count, bytes, going } = await openOf(db, receiver)
    .select((eb) => [
      eb.fn.countAll<number>().as('count'),
      eb.fn.sum<number | null>('bytes').as('bytes'),
      sql<number | null>`sum(case when paused = 0 then bytes else 0 end)`.as('going'),
    ])
    .executeTakeFirstOrThrow();
  const transfers = new Map((presence?.transfers ?? []).map((transfer) => [transfer.content, transfer]));
  const leftBytes = ({ bytes: all, content }: DeliveryRow): number =>
    Math.max(0, all - (transfers.get(content)?.doneBytes ?? 0));
  const bytesPerS = await rateOf(db, receiver);
  const waiting = rows.filter(({ paused }) => paused === 0);
  const expectedMs = expectedTimes(waiting.map(leftBytes), { bytesPerS, nowMs });
  const shown = (row: DeliveryRow, at: number): Static<typeof queued> => {
    const one: Static<typeof queued> = shownDelivery(row);
    const transfer = transfers.get(row.content);
    if (transfer !== undefined) one.progress = { doneBytes: transfer.doneBytes, bytesPerS: transfer.bytesPerS };
    if (row.paused === 1) return one;
    const ms = expectedMs[at];
    return Object.assign(one, { position: at + 1 }, ms !== undefined && { expectedAt: timeText(ms) });
  };
  const [emptyMs] = expectedTimes([Number(going ?? 0)], { bytesPerS, nowMs });
  return Object.assign(
    { open: Number(count), openBytes: Number(bytes ?? 0), deliveries: rows.map(shown) },
    bytesPerS !== undefined && { bytesPerS },
    emptyMs !== undefined && { emptyAt: timeText(emptyMs) },
  );
}

const openOf = (db: Database, { tenant, id }: ReceiverRow) =>
  db
    .selectFrom('distribution_deliveries')
    .where((eb) => eb.and({ tenant, receiver: id }))
    .where('state', 'in', [sql.lit('waiting' as const), sql.lit('noticed' as const)]);

/** Returns undefined if the receiver has no done delivery yet that took time. */
async function rateOf(db: Database, { tenant, id }: ReceiverRow): Promise<number | undefined> {
  const rows = await db
    .selectFrom('distribution_deliveries')
    .select(['bytes', 'took_ms'])
    .where((eb) => eb.and({ tenant, receiver: id, state: 'done' }))
    .orderBy('created_ms', 'desc')
    .orderBy('id', 'desc')
    .limit(RATED)
    .execute();
  const tookMs = rows.reduce((sum, { took_ms }) => sum + took_ms, 0);
  const bytes = rows.reduce((sum, row) => sum + row.bytes, 0);
  return tookMs > 0 && bytes > 0 ? (bytes / tookMs) * 1000 : undefined;
}
