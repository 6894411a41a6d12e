import { failureCodes, type Proof, priorities } from '@meridian/distribution';
import type { NoticePort } from '@meridian/distribution/streams';
import type { Clock } from '@meridian/runtime';
import { type Static, Type } from 'typebox';
import { enumOf } from '../events/item-body.ts';
import { order, orderStates } from '../events/order-body.ts';
import { operations } from '../http/operation.ts';
import { newestFirst, type PageRequest, pageOf, pageQuery } from '../http/page.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import { Time, timeMs, timeText } from '../http/time.ts';
import type { Reason } from '../jobs/core/rank.ts';
import { visibleItem } from '../library/item-rows.ts';
import type { Database } from '../store/store.ts';
import { transact } from '../store/transaction.ts';
import { checkConfigured, checkMay } from './checks.ts';
import { deliveryRank } from './core/delivery-rank.ts';
import { shownOrder } from './events.ts';
import type { OrderChange, OrderChanges } from './order-changes.ts';
import type { Orders } from './orders.ts';
import { overviewOf, overviewSchema } from './overview.ts';
import { priorityAt } from './receivers.ts';
import { type DeliveryRow, deliveryStates, type OrderRow } from './rows.ts';

const tag = 'Distribution';
const reasonCodes = ['deadline', 'hot'] as const satisfies readonly Reason['code'][];
const givenProofs = ['read', 'checksum', 'size', 'claim'] as const satisfies readonly Proof[];
const scope = 'library:write';
const id = Type.String({ minLength: 1, maxLength: 64 });
const ofOrder = Type.Object({ order: Type.String({ minLength: 1, maxLength: 64, description: 'Id of the order.' }) });
const names = (description: string) =>
  Type.Optional(Type.Array(id, { minItems: 1, maxItems: 1000, uniqueItems: true, description }));
const targets = Type.Object(
  {
    receivers: names('Ids of receivers.'),
    groups: names('Receivers in any of these groups.'),
    regions: names('Receivers in any of these regions.'),
    all: Type.Optional(Type.Boolean({ description: 'All receivers of the tenant.' })),
  },
  { title: 'NewOrderTargets' },
);
export const delivery = Type.Object(
  {
    id: Type.String(),
    order: Type.String(),
    receiver: Type.String(),
    region: Type.String(),
    item: Type.String(),
    bytes: Type.Integer(),
    priority: enumOf(priorities),
    deadlineAt: Type.Optional(Time),
    state: enumOf(
      deliveryStates,
      '`waiting`: its notice has not been sent; `noticed`: the receiver has the notice, or will fetch it.',
    ),
    late: Type.Boolean({ description: 'The delivery missed its deadline.' }),
    paused: Type.Boolean({ description: 'The delivery waits until its order goes on.' }),
    reasons: Type.Array(Type.Object({ code: enumOf(reasonCodes), ms: Type.Integer() }, { title: 'DeliveryReason' }), {
      description:
        'Reasons for the place among deliveries of its priority: `ms` is the time by which each lets it precede others of the same age.',
    }),
    failure: Type.Optional(
      Type.Object({ code: enumOf(failureCodes), detail: Type.String() }, { title: 'DeliveryFailure' }),
    ),
    attempts: Type.Integer(),
    tookMs: Type.Integer({ description: 'Time from the first byte to the last, as reported by the receiver.' }),
    neighbourBytes: Type.Integer({ description: 'Bytes that came from other receivers.' }),
    proof: Type.Optional(
      enumOf(
        givenProofs,
        'What the receipt is founded on. `read`: the hash of the bytes read back from the target; `checksum`: SHA-256 checksums of the target; `size`: the length of the file there; `claim`: the third party’s word.',
      ),
    ),
    createdAt: Time,
    noticedAt: Type.Optional(Time),
    endedAt: Type.Optional(Time),
  },
  { title: 'Delivery' },
);

const writing = operations({ tag, scope });
export const createOrder = writing('createOrder', 'POST /distribution/orders', {
  summary: 'Create an order, which delivers the file of an item to receivers.',
  body: Type.Object(
    {
      item: id,
      to: targets,
      priority: Type.Optional(
        Type.Unsafe<(typeof priorities)[number]>({ type: 'string', enum: [...priorities], default: 'normal' }),
      ),
      deadlineAt: Type.Optional(Time),
    },
    { title: 'NewOrder' },
  ),
  answers: { 201: order },
  problems: ['CONFLICT'],
  idempotent: true,
});
export const listOrders = writing('listOrders', 'GET /distribution/orders', {
  summary: 'List orders, the newest first.',
  query: Type.Object({
    ...pageQuery.properties,
    state: Type.Optional(enumOf(orderStates)),
    item: Type.Optional(id),
  }),
  answers: { 200: pageOf(order, 'DistributionOrderPage') },
});
export const getOrder = writing('getOrder', 'GET /distribution/orders/{order}', {
  summary: 'Get an order.',
  params: ofOrder,
  answers: { 200: order },
});
export const changeOrder = writing('changeOrder', 'PATCH /distribution/orders/{order}', {
  summary: 'Change a running order.',
  description:
    'Receivers hear of the change within seconds: what runs is ordered anew and loses nothing. With `addTo` a completed order runs again.',
  params: ofOrder,
  body: Type.Object(
    {
      priority: Type.Optional(Type.Unsafe<(typeof priorities)[number]>({ type: 'string', enum: [...priorities] })),
      deadlineAt: Type.Optional(Type.Union([Time, Type.Null()], { description: 'null removes the deadline.' })),
      paused: Type.Optional(Type.Boolean({ description: 'Open deliveries pause at their next block.' })),
      addTo: Type.Optional(targets),
      removeFrom: names('Receivers whose open deliveries are cancelled, before others are added.'),
    },
    { title: 'OrderChange' },
  ),
  answers: { 200: order },
  problems: ['CONFLICT'],
});
export const cancelOrder = writing('cancelOrder', 'DELETE /distribution/orders/{order}', {
  summary: 'Cancel an order: its deliveries that have not ended.',
  description: 'Receivers keep files that they already have.',
  params: ofOrder,
  answers: { 204: Type.Null() },
});
const deliveryFilter = {
  order: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: 'Only deliveries of this order.' })),
  receiver: Type.Optional(id),
  state: Type.Optional(enumOf(deliveryStates)),
  priority: Type.Optional(enumOf(priorities, 'Only deliveries of this priority.')),
  late: Type.Optional(Type.Boolean({ description: 'Only deliveries that missed, or did not miss, their deadline.' })),
};
export const listDeliveries = writing('listDeliveries', 'GET /distribution/deliveries', {
  summary: 'List deliveries, the newest first.',
  query: Type.Object({ ...pageQuery.properties, ...deliveryFilter }),
  answers: { 200: pageOf(delivery, 'DeliveryPage') },
});
export const getDelivery = writing('getDelivery', 'GET /distribution/deliveries/{delivery}', {
  summary: 'Get a delivery.',
  params: Type.Object({ delivery: id }),
  answers: { 200: delivery },
});
export const retryDelivery = writing('retryDelivery', 'POST /distribution/deliveries/{delivery}/retry', {
  summary: 'Retry a failed delivery.',
  params: Type.Object({ delivery: id }),
  answers: { 200: delivery },
  problems: ['CONFLICT'],
});
export const getOverview = writing('getDistributionOverview', 'GET /distribution/overview', {
  summary: 'Get an overview of deliveries and receivers.',
  answers: { 200: overviewSchema },
});

export interface OrderDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly distribution: {
    readonly port: NoticePort | undefined;
    readonly orders: Orders;
    readonly changes: OrderChanges;
  };
}

export function addOrderOperations(routes: Routes, o: OrderDeps): void {
  const { db, distribution } = o;
  const { port, orders } = distribution;
  routes.add(createOrder, ({ principal, body, atomically }) =>
    atomically(async (trx) => {
      checkConfigured(port);
      checkMay(principal);
      const { to, priority = 'normal', deadlineAt } = body;
      const item = await visibleItem(trx, principal, body.item);
      const deadlineMs = deadlineAt === undefined ? undefined : deadlineFrom(deadlineAt);
      const row = await orders.create(trx, item, { to, priority, deadlineMs, createdBy: principal.id });
      return { body: shownOrder(row) };
    }),
  );
  routes.add(listOrders, async ({ principal, query }) => {
    checkMay(principal);
    return { body: await listedOrders(db, principal.tenant, query) };
  });
  routes.add(getOrder, async ({ principal, params }) => {
    checkMay(principal);
    return { body: shownOrder(await orderOf(db, principal.tenant, params.order)) };
  });
  routes.add(changeOrder, ({ principal, params, body, atomically }) =>
    atomically(async (trx) => {
      checkConfigured(port);
      checkMay(principal);
      const { deadlineAt, ...others } = body;
      const change: OrderChange =
        deadlineAt === undefined
          ? others
          : Object.assign({ deadlineMs: deadlineAt === null ? null : deadlineFrom(deadlineAt) }, others);
      const named = { tenant: principal.tenant, id: params.order };
      return { body: shownOrder(await distribution.changes.change(trx, named, change)) };
    }),
  );
  routes.add(cancelOrder, async ({ principal, params }) => {
    checkMay(principal);
    const row = await orderOf(db, principal.tenant, params.order);
    for (let more = true; more; ) more = await transact(db, (trx) => orders.cancel(trx, row));
  });
  routes.add(listDeliveries, async ({ principal, query }) => {
    checkMay(principal);
    return { body: await listedDeliveries(db, principal.tenant, query) };
  });
  routes.add(getDelivery, async ({ principal, params }) => {
    checkMay(principal);
    const row = await db
      .selectFrom('distribution_deliveries')
      .selectAll()
      .where((eb) => eb.and({ tenant: principal.tenant, id: params.delivery }))
      .executeTakeFirst();
    if (row === undefined) throw new Problem('NOT_FOUND');
    return { body: shownDelivery(row) };
  });
  routes.add(retryDelivery, async ({ principal, params }) => {
    checkConfigured(port);
    checkMay(principal);
    const named = { tenant: principal.tenant, id: params.delivery };
    return { body: shownDelivery(await transact(db, (trx) => orders.retry(trx, named))) };
  });
  routes.add(getOverview, async ({ principal }) => {
    checkMay(principal);
    return { body: await overviewOf(o, principal.tenant) };
  });
}

/** Throws REQUEST_INVALID for times before 1970, which notices cannot express. */
function deadlineFrom(deadlineAt: string): number {
  const deadlineMs = timeMs(deadlineAt);
  if (!(deadlineMs >= 0)) throw new Problem('REQUEST_INVALID', 'deadlineAt is before 1970');
  return deadlineMs;
}

async function orderOf(db: Database, tenant: string, orderId: string): Promise<OrderRow> {
  const row = await db
    .selectFrom('distribution_orders')
    .selectAll()
    .where((eb) => eb.and({ tenant, id: orderId }))
    .executeTakeFirst();
  if (row === undefined) throw new Problem('NOT_FOUND');
  return row;
}

async function listedOrders(
  db: Database,
  tenant: string,
  query: PageRequest & { readonly state?: OrderRow['state']; readonly item?: string },
) {
  let found = db
    .selectFrom('distribution_orders')
    .selectAll()
    .where('tenant', '=', tenant)
    .$call(newestFirst.ofPage(query));
  if (query.state !== undefined) found = found.where('state', '=', query.state);
  if (query.item !== undefined) found = found.where('item', '=', query.item);
  return newestFirst.page(query, await found.execute(), shownOrder);
}

interface DeliveryFilter extends PageRequest {
  readonly order?: string;
  readonly receiver?: string;
  readonly state?: DeliveryRow['state'];
  readonly priority?: (typeof priorities)[number];
  readonly late?: boolean;
}

async function listedDeliveries(db: Database, tenant: string, query: DeliveryFilter) {
  let found = db
    .selectFrom('distribution_deliveries')
    .selectAll()
    .where('tenant', '=', tenant)
    .$call(newestFirst.ofPage(query));
  const { order: ofWhich, receiver, state, priority, late } = query;
  if (ofWhich !== undefined) found = found.where('order_id', '=', ofWhich);
  if (receiver !== undefined) found = found.where('receiver', '=', receiver);
  if (state !== undefined) found = found.where('state', '=', state);
  if (priority !== undefined) found = found.where('priority', '=', priorities.indexOf(priority));
  if (late !== undefined) found = found.where('late', '=', Number(late));
  return newestFirst.page(query, await found.execute(), shownDelivery);
}

export function shownDelivery(row: DeliveryRow): Static<typeof delivery> {
  const shown: Static<typeof delivery> = {
    id: row.id,
    order: row.order_id,
    receiver: row.receiver,
    region: row.region,
    item: row.item,
    bytes: row.bytes,
    priority: priorityAt(row.priority),
    state: row.state,
    late: row.late === 1,
    paused: row.paused === 1,
    reasons: deliveryRank({ createdMs: row.created_ms, deadlineMs: row.deadline_ms, bytes: row.bytes, heat: row.heat })
      .reasons,
    attempts: row.attempts,
    tookMs: row.took_ms,
    neighbourBytes: row.neighbour_bytes,
    createdAt: timeText(row.created_ms),
  };
  if (row.deadline_ms !== null) shown.deadlineAt = timeText(row.deadline_ms);
  if (row.noticed_ms !== null) shown.noticedAt = timeText(row.noticed_ms);
  if (row.ended_ms !== null) shown.endedAt = timeText(row.ended_ms);
  if (row.proof !== '') shown.proof = row.proof;
  if (row.code !== '') shown.failure = { code: row.code, detail: row.detail };
  return shown;
}
