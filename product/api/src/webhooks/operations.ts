import { type Static, type TProperties, Type } from 'typebox';
import { eventBody } from '../events/body.ts';
import { type ItemEventType, itemEventTypes } from '../events/core/item-events.ts';
import { type MeetingEventType, meetingEventTypes } from '../events/core/meeting-story.ts';
import { type OrderEventType, orderEventTypes } from '../events/core/order-events.ts';
import { type RecordingEventType, recordingEventTypes } from '../events/core/recording-story.ts';
import { eventTypes } from '../events/core/story.ts';
import { itemEventBody } from '../events/item-body.ts';
import { meetingEventBody } from '../events/meeting-body.ts';
import { orderEventBody } from '../events/order-body.ts';
import { recordingEventBody } from '../events/recording-body.ts';
import { operation, operations } from '../http/operation.ts';
import { newestFirst, pageOf, pageQuery } from '../http/page.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import { timeText } from '../http/time.ts';
import type { Database } from '../store/store.ts';
import type { Deliveries } from './deliveries.ts';
import { ENDPOINTS_MAX, type Endpoint, type Endpoints } from './endpoints.ts';

const tag = 'Webhooks';
const scope = 'webhooks:admin';
const time = Type.String({ format: 'date-time' });
const sentTypes = [
  ...eventTypes,
  ...meetingEventTypes,
  ...recordingEventTypes,
  ...itemEventTypes,
  ...orderEventTypes,
] as const;
const eventNames = Type.Array(Type.Unsafe<(typeof sentTypes)[number]>({ type: 'string', enum: [...sentTypes] }), {
  maxItems: sentTypes.length,
  uniqueItems: true,
  description: 'Types of events that are sent; an empty list sends all.',
});
const fields = {
  url: Type.String({
    maxLength: 2048,
    description:
      'Must be a public address or in a network that the operator allows (`egressAllow`). Redirects are not followed.',
  }),
  description: Type.String({ maxLength: 256 }),
  events: eventNames,
  format: Type.Union([Type.Literal('standard'), Type.Literal('livekit')], {
    description:
      'standard: Standard Webhooks. livekit: body and Authorization as LiveKit sends them, in addition to the headers of Standard Webhooks; not for meetings and items. Recordings appear as its egresses.',
  }),
  signer: Type.String({ maxLength: 128, description: 'For the format livekit: API key that signs the requests.' }),
  enabled: Type.Boolean(),
};
const delivery = Type.Object(
  {
    id: Type.String(),
    eventId: Type.String({ description: 'Id of the event, sent as the `webhook-id` header of its requests.' }),
    event: Type.String(),
    sequence: Type.Integer(),
    state: Type.String({ description: 'pending, delivered, failed or cancelled' }),
    attempts: Type.Integer(),
    createdAt: time,
    nextAt: Type.Optional(time),
    doneAt: Type.Optional(time),
    lastStatus: Type.Optional(
      Type.Integer({ description: 'HTTP status of the last answer; 0 means that no answer came.' }),
    ),
    lastError: Type.Optional(Type.String()),
    lastTookMs: Type.Optional(Type.Integer()),
  },
  { title: 'WebhookDelivery' },
);
const deliveryWithBody = Type.Object(
  {
    ...delivery.properties,
    body: Type.Optional(
      Type.String({
        description: 'Body of the requests, in the receiver’s present format; absent if the event is no longer stored.',
      }),
    ),
  },
  { title: 'WebhookDeliveryWithBody' },
);
const webhook = Type.Object(
  {
    id: Type.String(),
    ...fields,
    disabledReason: Type.Optional(
      Type.String({ description: 'request: disabled over REST; gone: the receiver answered 410' }),
    ),
    lastDelivery: Type.Optional(delivery),
    createdAt: time,
    updatedAt: time,
  },
  { title: 'Webhook' },
);
const withSecret = Type.Object(
  {
    ...webhook.properties,
    secret: Type.String({ description: 'Signing secret, whsec_…, shown only in this answer.' }),
  },
  { title: 'WebhookWithSecret' },
);
const attempt = Type.Object(
  {
    delivered: Type.Boolean(),
    status: Type.Integer({ description: 'HTTP status of the answer; 0 means that no answer came.' }),
    error: Type.Optional(Type.String({ description: 'TIMEOUT, TARGET_REFUSED, REDIRECT, ECONNREFUSED, …' })),
    tookMs: Type.Integer(),
  },
  { title: 'WebhookAttempt' },
);
const id = Type.String({ maxLength: 64 });
const params = Type.Object({ webhook: id });
const changes = Type.Partial(Type.Object(fields));

const webhooksOperation = operations({ tag, scope });
const createWebhook = webhooksOperation('createWebhook', 'POST /webhooks', {
  idempotent: true,
  summary: 'Create a webhook, which receives events of rooms, meetings, recordings and items of the library.',
  body: Type.Object({ ...changes.properties, url: fields.url }, { title: 'NewWebhook' }),
  answers: { 201: withSecret },
  problems: ['QUOTA_EXCEEDED', 'TARGET_REFUSED'],
});
const listWebhooks = webhooksOperation('listWebhooks', 'GET /webhooks', {
  summary: `List all webhooks; a tenant has at most ${ENDPOINTS_MAX}.`,
  query: pageQuery,
  answers: { 200: pageOf(webhook, 'WebhookPage') },
});
const adminOfWebhook = operations({ tag, scope, params, problems: ['NOT_FOUND'] });
const getWebhook = adminOfWebhook('getWebhook', 'GET /webhooks/{webhook}', {
  summary: 'Get a webhook.',
  answers: { 200: webhook },
});
const changeWebhook = operation({
  id: 'changeWebhook',
  method: 'PATCH',
  path: '/webhooks/{webhook}',
  tag,
  scope,
  params,
  summary: 'Change a webhook.',
  body: Type.Object(changes.properties, { title: 'WebhookChange' }),
  answers: { 200: webhook },
  problems: ['NOT_FOUND', 'TARGET_REFUSED'],
});
const deleteWebhook = adminOfWebhook('deleteWebhook', 'DELETE /webhooks/{webhook}', {
  summary: 'Delete a webhook and its log.',
  answers: { 204: Type.Null() },
});
const rotateWebhookSecret = adminOfWebhook('rotateWebhookSecret', 'POST /webhooks/{webhook}/rotate-secret', {
  summary: 'Create a new secret; for a day, requests are also signed with the previous one.',
  idempotent: true,
  answers: { 200: withSecret },
});
const testWebhook = adminOfWebhook('testWebhook', 'POST /webhooks/{webhook}/test', {
  summary: 'Send the event webhook.tested now.',
  answers: { 200: attempt },
});
const listWebhookDeliveries = adminOfWebhook('listWebhookDeliveries', 'GET /webhooks/{webhook}/deliveries', {
  summary: 'List deliveries, newest first. Retention limits how long they are kept, by default 30 days.',
  query: Type.Object({ ...pageQuery.properties, state: Type.Optional(Type.String({ maxLength: 16 })) }),
  answers: { 200: pageOf(delivery, 'WebhookDeliveryPage') },
});
const ofDelivery = Type.Object({ webhook: id, delivery: id });
const getWebhookDelivery = webhooksOperation('getWebhookDelivery', 'GET /webhooks/{webhook}/deliveries/{delivery}', {
  params: ofDelivery,
  summary: 'Get one delivery, with the body that is sent.',
  answers: { 200: deliveryWithBody },
  problems: ['NOT_FOUND'],
});
const replayWebhookDelivery = webhooksOperation(
  'replayWebhookDelivery',
  'POST /webhooks/{webhook}/deliveries/{delivery}/replay',
  {
    idempotent: true,
    params: ofDelivery,
    summary: 'Send an event again, with its original id.',
    answers: { 202: delivery },
    problems: ['NOT_FOUND'],
  },
);

const bodyOf = <B extends TProperties>(sequence: string, body: B, title: string) =>
  Type.Object(
    {
      id: Type.String({ description: 'Id of the event; a repeated delivery has the same id.' }),
      event: Type.String(),
      createdAt: Type.String({ format: 'date-time', description: 'Time at which it happened.' }),
      sequence: Type.Integer({ description: sequence }),
      ...body,
    },
    { title },
  );
export const webhookBody = bodyOf(
  'Number of the event within the room’s life (room.sid), without gaps, from 1.',
  eventBody,
  'WebhookBody',
);
const summaries: Readonly<Record<(typeof eventTypes)[number], string>> = {
  room_started: 'The first participant has joined.',
  room_finished: 'The room has ended.',
  participant_joined: 'A participant has joined.',
  participant_left: 'A participant has left.',
  track_published: 'A participant has published a track.',
  track_unpublished: 'A track has ended. Tracks of a participant that left unexpectedly may end without this event.',
  'room.changed': 'Title, metadata, lobby, lock, spotlight or the booked end has changed.',
};

const meetingWebhookBody = bodyOf(
  'Version of the meeting, which rises with each of its events.',
  meetingEventBody,
  'MeetingWebhookBody',
);
const meetingSummaries: Readonly<Record<MeetingEventType, string>> = {
  'meeting.created': 'A meeting was booked, over REST or on the page of signed-in users.',
  'meeting.changed': 'Time, title, people or settings of a meeting have changed.',
  'meeting.cancelled': 'A meeting was cancelled.',
  'meeting.invitee_replied': 'An invitee has replied: `invitee`.',
};

const recordingWebhookBody = bodyOf(
  'Number of the event of this recording, without gaps, from 1.',
  recordingEventBody,
  'RecordingWebhookBody',
);
const recordingSummaries: Readonly<Record<RecordingEventType, string>> = {
  'recording.started': 'A recorder has begun a recording. No event is sent when another recorder continues it.',
  'recording.ended': 'A recording was stopped, or its room has ended. Its files follow.',
  'recording.finished': 'The files of a recording are ready, or a later version of them.',
  'recording.failed': 'The files of a recording could not be made: `failure`.',
  'recording.deleted': 'A recording was deleted, with its files.',
};

const itemWebhookBody = bodyOf(
  'Number of the event of this item, without gaps, from 1.',
  itemEventBody,
  'ItemWebhookBody',
);
const itemSummaries: Readonly<Record<ItemEventType, string>> = {
  'item.ready': 'The file of an item was checked, and is ready.',
  'item.refused': 'The file of an item was refused: `failure`.',
  'item.trashed': 'An item was put into the trash.',
  'item.restored': 'An item was restored from the trash.',
  'item.deleted': 'An item was deleted.',
};

const orderWebhookBody = bodyOf(
  'Number of the event of this order, without gaps, from 1.',
  orderEventBody,
  'OrderWebhookBody',
);
const orderSummaries: Readonly<Record<OrderEventType, string>> = {
  'order.completed': 'All deliveries of an order have ended.',
  'order.delayed': 'The first delivery of an order has missed the deadline.',
  'delivery.failed': 'A receiver could not get the file: `delivery`.',
};

export interface WebhookOperations {
  readonly db: Database;
  readonly endpoints: Endpoints;
  readonly deliveries: Deliveries;
}

export function addWebhookOperations(routes: Routes, { db, endpoints, deliveries }: WebhookOperations): void {
  for (const [summariesOf, body] of [
    [summaries, webhookBody],
    [meetingSummaries, meetingWebhookBody],
    [recordingSummaries, recordingWebhookBody],
    [itemSummaries, itemWebhookBody],
    [orderSummaries, orderWebhookBody],
  ] as const)
    for (const [name, summary] of Object.entries(summariesOf)) routes.describeWebhook({ name, summary, body });
  routes.describeWebhook({
    name: 'webhook.tested',
    summary: 'Sent by testWebhook only; belongs to no room.',
    body: webhookBody,
  });
  routes.add(createWebhook, async ({ principal, body }) => {
    const { row, secret } = await endpoints.create(tenantOf(principal), body);
    return { body: { ...shownWebhook(row), secret } };
  });
  routes.add(listWebhooks, async ({ principal, query }) => {
    const rows = await db
      .selectFrom('webhooks')
      .selectAll()
      .where('tenant', '=', tenantOf(principal))
      .$call(newestFirst.ofPage(query))
      .execute();
    const last = await lastDeliveries(db, rows);
    return { body: newestFirst.page(query, rows, (row) => shownWebhook(row, last.get(row.id))) };
  });
  const withLast = async (row: Endpoint) => shownWebhook(row, (await lastDeliveries(db, [row])).get(row.id));
  routes.add(getWebhook, async ({ principal, params }) => ({
    body: await withLast(await endpoints.get(tenantOf(principal), params.webhook)),
  }));
  routes.add(changeWebhook, async ({ principal, params, body }) => ({
    body: await withLast(await endpoints.change(tenantOf(principal), params.webhook, body)),
  }));
  routes.add(deleteWebhook, ({ principal, params }) => endpoints.remove(tenantOf(principal), params.webhook));
  routes.add(rotateWebhookSecret, async ({ principal, params }) => {
    const { row, secret } = await endpoints.rotate(tenantOf(principal), params.webhook);
    return { body: { ...(await withLast(row)), secret } };
  });
  routes.add(testWebhook, async ({ principal, params }) => {
    const hook = await endpoints.get(tenantOf(principal), params.webhook);
    const { status, error, tookMs } = await deliveries.test(hook);
    const delivered = status >= 200 && status < 300;
    return { body: { delivered, status, tookMs, ...(error !== '' && { error }) } };
  });
  addDeliveryOperations(routes, { db, endpoints, deliveries });
}

function addDeliveryOperations(routes: Routes, { db, endpoints, deliveries }: WebhookOperations): void {
  routes.add(listWebhookDeliveries, async ({ principal, params, query }) => {
    const { id: webhook } = await endpoints.get(tenantOf(principal), params.webhook);
    let found = db
      .selectFrom('webhook_deliveries')
      .selectAll()
      .where('webhook', '=', webhook)
      .$call(newestFirst.ofPage(query));
    if (query.state !== undefined) found = found.where('state', '=', query.state);
    return { body: newestFirst.page(query, await found.execute(), shownDelivery) };
  });
  routes.add(getWebhookDelivery, async ({ principal, params }) => {
    const hook = await endpoints.get(tenantOf(principal), params.webhook);
    const found = await deliveries.sent(hook, params.delivery);
    if (found === undefined) throw new Problem('NOT_FOUND');
    const { row, body } = found;
    return { body: { ...shownDelivery(row), ...(body !== undefined && { body }) } };
  });
  routes.add(replayWebhookDelivery, async ({ principal, params }) => {
    const { tenant, id: webhook } = await endpoints.get(tenantOf(principal), params.webhook);
    const row = await deliveries.replay(tenant, webhook, params.delivery);
    if (row === undefined) throw new Problem('NOT_FOUND');
    return { body: shownDelivery(row) };
  });
}

/** Throws NOT_FOUND for the operator, who has no webhooks. */
function tenantOf({ tenant }: { readonly tenant: string }): string {
  if (tenant === '') throw new Problem('NOT_FOUND', 'webhooks belong to a tenant');
  return tenant;
}

/** Returns the newest delivery of each receiver, by the receiver's id. */
async function lastDeliveries(db: Database, hooks: readonly Endpoint[]): Promise<ReadonlyMap<string, DeliveryRow>> {
  if (hooks.length === 0) return new Map();
  const ids = hooks.map(({ id }) => id);
  const rows = await db
    .selectFrom('webhook_deliveries')
    .selectAll()
    .where('id', 'in', (of) =>
      of
        .selectFrom('webhooks')
        .where('webhooks.id', 'in', ids)
        .select((each) =>
          each
            .selectFrom('webhook_deliveries as one')
            .select('one.id')
            .whereRef('one.webhook', '=', 'webhooks.id')
            .orderBy('one.created_ms', 'desc')
            .orderBy('one.id', 'desc')
            .limit(1)
            .as('last'),
        ),
    )
    .execute();
  return new Map(rows.map((row) => [row.webhook, row]));
}

function shownWebhook(row: Endpoint, last?: DeliveryRow): Static<typeof webhook> {
  const { id, url, description, signer } = row;
  const format = row.format === 'livekit' ? 'livekit' : 'standard';
  const events = sentTypes.filter((name) => row.events.split(' ').includes(name));
  const enabled = row.state === 'enabled';
  const times = { createdAt: timeText(row.created_ms), updatedAt: timeText(row.updated_ms) };
  return {
    id,
    url,
    description,
    events,
    format,
    signer,
    enabled,
    ...times,
    ...(!enabled && { disabledReason: row.state_reason }),
    ...(last && { lastDelivery: shownDelivery(last) }),
  };
}

type DeliveryRow = NonNullable<Awaited<ReturnType<Deliveries['replay']>>>;
function shownDelivery(row: DeliveryRow): Static<typeof delivery> {
  const { id, event, type, sequence, state, attempts } = row;
  return {
    id,
    eventId: event,
    event: type,
    sequence,
    state,
    attempts,
    createdAt: timeText(row.created_ms),
    ...(state === 'pending' && { nextAt: timeText(row.next_ms) }),
    ...(row.done_ms !== null && { doneAt: timeText(row.done_ms) }),
    ...(row.last_status !== null && { lastStatus: row.last_status }),
    ...(row.last_error !== '' && { lastError: row.last_error }),
    ...(row.last_took_ms !== null && { lastTookMs: row.last_took_ms }),
  };
}
