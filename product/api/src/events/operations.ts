import { type Static, Type } from 'typebox';
import type { Principal } from '../access/core/scopes.ts';
import { csvOf } from '../http/core/csv.ts';
import { operations } from '../http/operation.ts';
import { newestFirst, Paging, pageOf, pageQuery } from '../http/page.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import { Time, timeMs, timeText } from '../http/time.ts';
import { isOfRoomNamed, SEARCH_CHARACTERS_MAX } from '../store/search.ts';
import type { Database } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { eventBody } from './body.ts';
import { itemEventBody, itemSidOf } from './item-body.ts';
import { keptBody } from './kept-body.ts';
import { life, livesShown } from './lives.ts';
import { meetingEventBody } from './meeting-body.ts';
import { orderEventBody, orderSidOf } from './order-body.ts';
import { flatQuality, qualitiesOf, quality, shownQuality } from './quality.ts';
import { eventSidOf, recordingEventBody } from './recording-body.ts';

const tag = 'Events';
const scope = 'reports:read';
const time = Type.String({ format: 'date-time' });
const name = Type.String({ maxLength: 128 });
const sid = Type.String({ maxLength: 70 });
const event = Type.Object(
  {
    id: Type.String(),
    event: Type.String(),
    createdAt: Type.String({ format: 'date-time', description: 'Time at which it happened.' }),
    storedAt: time,
    sequence: Type.Integer({
      description:
        'Number of the event within its room’s life (`room.sid`), recording, item or order, without gaps, from 1. For a meeting: its version.',
    }),
    ...Type.Partial(
      Type.Object({ ...eventBody, ...meetingEventBody, ...recordingEventBody, ...itemEventBody, ...orderEventBody }),
    ).properties,
  },
  { title: 'Event' },
);
const stay = Type.Object(
  {
    id: Type.String(),
    sid: Type.String(),
    participantSid: Type.String(),
    identity: Type.String(),
    name: Type.String(),
    kind: Type.String(),
    protocol: Type.String(),
    region: Type.String(),
    nodeId: Type.String(),
    joinedAt: time,
    leftAt: Type.Optional(
      Type.String({ format: 'date-time', description: 'Absent while the participant is still there.' }),
    ),
    leftReason: Type.Optional(Type.String()),
    estimated: Type.Boolean({ description: '`leftAt` is estimated.' }),
    quality: Type.Optional(quality),
  },
  { title: 'RoomStay' },
);

const reading = operations({ tag, scope });
const listEvents = reading('listEvents', 'GET /events', {
  summary: 'List events of rooms, meetings, recordings and items of the library, newest first.',
  query: Type.Object({
    ...pageQuery.properties,
    room: Type.Optional(name),
    sid: Type.Optional({ ...sid, description: 'Id of a room’s life, or of a meeting, recording or item.' }),
    event: Type.Optional(name),
  }),
  answers: { 200: pageOf(event, 'EventPage') },
});
const listRoomLives = reading('listRoomLives', 'GET /room-lives', {
  summary: 'List lives of rooms, newest first: each lasts from its first participant to its end.',
  query: Type.Object({
    ...pageQuery.properties,
    room: Type.Optional(name),
    search: Type.Optional(
      Type.String({
        maxLength: SEARCH_CHARACTERS_MAX,
        description: 'Part of the room’s name or of its meeting’s title.',
      }),
    ),
    from: Type.Optional({ ...Time, description: 'Only lives that began at this time or later.' }),
    to: Type.Optional({ ...Time, description: 'Only lives that began before this time.' }),
  }),
  answers: { 200: pageOf(life, 'RoomLifePage') },
});
const getRoomLife = reading('getRoomLife', 'GET /room-lives/{sid}', {
  params: Type.Object({ sid }),
  summary: 'Get one life of a room.',
  answers: { 200: life },
  problems: ['NOT_FOUND'],
});
const listRoomStays = reading('listRoomStays', 'GET /room-lives/{sid}/stays', {
  params: Type.Object({ sid }),
  summary: 'List the stays of participants in a life, in order of joining.',
  query: pageQuery,
  answers: { 200: pageOf(stay, 'RoomStayPage') },
  problems: ['NOT_FOUND'],
});
const exportRoomStays = reading('exportRoomStays', 'GET /room-lives/{sid}/stays.csv', {
  params: Type.Object({ sid }),
  summary: 'Export the stays as CSV (text/csv; RFC 4180) with a header line; at most 50,000 stays.',
  contentType: 'text/csv',
  answers: { 200: Type.String() },
  problems: ['NOT_FOUND'],
});

const STAYS_MAX = 50_000;
const byStart = new Paging(
  [
    { column: 'started_ms', type: 'number' },
    { column: 'sid', type: 'string' },
  ],
  'descending',
);
const byJoining = new Paging(
  [
    { column: 'joined_ms', type: 'number' },
    { column: 'id', type: 'string' },
  ],
  'ascending',
);

export function addEventOperations(routes: Routes, { db }: { readonly db: Database }): void {
  routes.add(listEvents, async ({ principal, query }) => {
    let found = db
      .selectFrom('events')
      .selectAll()
      .where('tenant', '=', principal.tenant)
      .$call(newestFirst.ofPage(query));
    for (const room of [query.room, principal.room]) if (room !== undefined) found = found.where('room', '=', room);
    const { tenant } = principal;
    const { sid: of } = query;
    if (of !== undefined)
      found = found.where('sid', 'in', [of, eventSidOf(tenant, of), itemSidOf(tenant, of), orderSidOf(tenant, of)]);
    if (query.event !== undefined) found = found.where('type', '=', query.event);
    return { body: newestFirst.page(query, await found.execute(), shownEvent) };
  });
  routes.add(listRoomLives, async ({ principal, query }) => {
    let found = db
      .selectFrom('room_lives')
      .selectAll()
      .where('tenant', '=', principal.tenant)
      .$call(byStart.ofPage(query));
    for (const room of [query.room, principal.room]) if (room !== undefined) found = found.where('room', '=', room);
    if (query.search !== undefined) found = found.where(isOfRoomNamed('room_lives', query.search));
    if (query.from !== undefined) found = found.where('started_ms', '>=', timeMs(query.from));
    if (query.to !== undefined) found = found.where('started_ms', '<', timeMs(query.to));
    const rows = await found.execute();
    return { body: byStart.page(query, rows, await livesShown(db, principal, rows)) };
  });
  routes.add(getRoomLife, async ({ principal, params }) => {
    const row = await lifeOf(db, principal, params.sid);
    return { body: (await livesShown(db, principal, [row]))(row) };
  });
  routes.add(listRoomStays, async ({ principal, params, query }) => {
    await lifeOf(db, principal, params.sid);
    const rows = await db
      .selectFrom('room_stays')
      .selectAll()
      .where('sid', '=', params.sid)
      .$call(byJoining.ofPage(query))
      .execute();
    return { body: byJoining.page(query, rows, await staysShown(db, principal, rows)) };
  });
  routes.add(exportRoomStays, async ({ principal, params }) => {
    await lifeOf(db, principal, params.sid);
    const rows = await db
      .selectFrom('room_stays')
      .selectAll()
      .where('sid', '=', params.sid)
      .orderBy('joined_ms')
      .orderBy('id')
      .limit(STAYS_MAX)
      .execute();
    const shownStays = rows.map(await staysShown(db, principal, rows));
    const { quality: _, ...stayColumns } = stay.properties;
    const names = [...Object.keys(stayColumns), ...Object.keys(quality.properties)] as (keyof (typeof lines)[number])[];
    const lines = shownStays.map(({ quality: each, ...rest }) => ({ ...rest, ...flatQuality(each) }));
    const body = csvOf(names, lines);
    return { body, headers: { 'content-type': 'text/csv; charset=utf-8; header=present' } };
  });
}

async function lifeOf(db: Database, { tenant, room }: Principal, sid: string): Promise<LifeRow> {
  const row = await db
    .selectFrom('room_lives')
    .selectAll()
    .where('sid', '=', sid)
    .where('tenant', '=', tenant)
    .executeTakeFirst();
  if (row === undefined || (room !== undefined && row.room !== room)) throw new Problem('NOT_FOUND');
  return row;
}

async function staysShown(db: Database, { tenant }: Principal, rows: readonly Tables['room_stays'][]) {
  const known = await qualitiesOf(db, tenant, [...new Set(rows.map(({ session_id }) => session_id))]);
  return (row: Tables['room_stays']): Static<typeof stay> => {
    const felt = known.get(row.session_id);
    return { ...shownStay(row), ...(felt && { quality: shownQuality(felt) }) };
  };
}

type LifeRow = Tables['room_lives'];

function shownEvent(row: Tables['events']): Static<typeof event> {
  const { id, type, sequence } = row;
  const times = { createdAt: timeText(row.at_ms), storedAt: timeText(row.created_ms) };
  return { id, event: type, ...times, sequence, ...keptBody(row.body) };
}

const shownStay = (row: Tables['room_stays']): Static<typeof stay> => ({
  id: row.id,
  sid: row.sid,
  participantSid: row.session_id,
  identity: row.identity,
  name: row.name,
  kind: row.kind,
  protocol: row.protocol,
  region: row.region,
  nodeId: row.node_id,
  joinedAt: timeText(row.joined_ms),
  ...(row.left_ms !== null && { leftAt: timeText(row.left_ms), leftReason: row.left_reason }),
  estimated: row.estimated === 1,
});
