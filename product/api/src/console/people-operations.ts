import { limits, type Strength } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import { type RawBuilder, sql } from 'kysely';
import { Type } from 'typebox';
import { operation } from '../http/operation.ts';
import { Paging, pageOf, pageQuery } from '../http/page.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import type { QualityParts } from '../quality/quality.ts';
import { contains } from '../store/search.ts';
import type { Database } from '../store/store.ts';
import { keysCrossing, livePeople, liveRooms } from './people.ts';
import type { CentrePaths } from './ports.ts';
import { ConsolePerson, ConsoleRoom, SessionTimeline, StrengthSchema } from './schemas.ts';
import { requestedSpan, sessionBy, TIMELINE_DESCRIPTION, timelineOf, timelineQuery } from './timeline.ts';

const common = { method: 'GET', tag: 'Console', scope: 'operator' } as const;
const rooms = Type.Object({ rooms: Type.Array(ConsoleRoom) }, { title: 'ConsoleRooms' });
const people = Type.Object({ people: Type.Array(ConsolePerson) }, { title: 'ConsolePeople' });
const site = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 160, description }));

/** A longer list is not readable. */
const PEOPLE_MAX = 1000;
const PEOPLE_USUAL = 100;
const ROOMS_MAX = 500;

const listConsoleRooms = operation({
  ...common,
  id: 'listConsoleRooms',
  path: '/console/rooms',
  summary: 'List rooms with people in them now, of all tenants, by name.',
  query: Type.Object({
    ...pageQuery.properties,
    tenant: Type.Optional(Type.String({ maxLength: 64, description: 'Only rooms of this tenant.' })),
    search: Type.Optional(Type.String({ maxLength: 128, description: 'Part of the room’s name, or its whole `sid`.' })),
  }),
  answers: { 200: pageOf(ConsoleRoom, 'ConsoleRoomPage') },
});
const listConsoleNodeRooms = operation({
  ...common,
  id: 'listConsoleNodeRooms',
  path: '/console/nodes/{node}/rooms',
  params: Type.Object({ node: Type.String({ maxLength: 64, description: 'Id of the media node.' }) }),
  summary: 'List rooms with people at this media node now, the largest first.',
  description: 'At most 500 rooms. Numbers count the whole room, not only this node.',
  answers: { 200: rooms },
});
const listConsoleRoomPeople = operation({
  ...common,
  id: 'listConsoleRoomPeople',
  path: '/console/rooms/{tenant}/{room}/people',
  params: Type.Object({
    tenant: Type.String({ maxLength: 64 }),
    room: Type.String({ maxLength: limits.nameLengthMax }),
  }),
  summary: 'List people in a room now, those with the weakest connection first.',
  description: 'At most 1000 people.',
  answers: { 200: people },
  problems: ['NOT_FOUND'],
});
const listConsolePeople = operation({
  ...common,
  id: 'listConsolePeople',
  path: '/console/people',
  summary: 'List people at a site, of a place, or on both ends of a link, those with the weakest connection first.',
  description: 'Give exactly one of: `site`; `place`; `fromSite` with `toSite`.',
  query: Type.Object({
    site: site('Site of their media node.'),
    place: site('Place of their address, as in `WorldPlace.place`.'),
    fromSite: site(
      'One end of the link: their media node is at one of the two sites, and they receive from one at the other.',
    ),
    toSite: site('See `fromSite`.'),
    strength: Type.Optional(StrengthSchema),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: PEOPLE_MAX, default: PEOPLE_USUAL })),
  }),
  answers: { 200: people },
});
const getConsoleSession = operation({
  ...common,
  id: 'getConsoleSession',
  path: '/console/sessions/{session}',
  params: Type.Object({ session: Type.String({ maxLength: 64 }) }),
  query: timelineQuery,
  summary: 'Get the timeline of one session: its quality, its events, and why it was placed where it was.',
  description: TIMELINE_DESCRIPTION,
  answers: { 200: SessionTimeline },
  problems: ['NOT_FOUND'],
});

const byName = new Paging(
  [
    { column: 'tenant', type: 'string' },
    { column: 'room', type: 'string' },
  ],
  'ascending',
);

export interface PeopleDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly quality: Pick<QualityParts, 'live' | 'stories'>;
  readonly paths: CentrePaths;
}

export function addPeopleOperations(routes: Routes, o: PeopleDeps): void {
  const { db, clock, quality } = o;
  routes.add(listConsoleRooms, async ({ query }) => {
    const { tenant, search } = query;
    const after = byName.last(query);
    const conditions = [
      ...(after === undefined ? [] : [sql`(tenant, room) > (${sql.join(after)})`]),
      ...(tenant === undefined ? [] : [sql`tenant = ${tenant}`]),
      ...(search === undefined ? [] : [sql`(${contains(['room'], search)} or sid = ${search})`]),
      sql`1 = 1`,
    ];
    const found = await liveRooms(db, {
      nowMs: clock.wallMs(),
      where: sql.join(conditions, sql` and `),
      order: sql`tenant, room`,
      limit: byName.rowLimit(query),
    });
    return { body: byName.page(query, found, (room) => room) };
  });
  routes.add(listConsoleNodeRooms, async ({ params }) => {
    const atNode = sql`select tenant, room from quality_sessions where is_live = 1 and node_id = ${params.node}`;
    const found = await liveRooms(db, {
      nowMs: clock.wallMs(),
      // The concatenation keeps the planner from an index by tenant, which leads to all sessions a tenant ever had.
      where: sql`(tenant || '', room || '') in (${atNode})`,
      order: sql`4 desc, tenant, room`,
      limit: ROOMS_MAX,
    });
    return { body: { rooms: found } };
  });
  routes.add(listConsoleRoomPeople, async ({ params: { tenant, room } }) => {
    const where = sql`tenant = ${tenant} and room = ${room}`;
    const found = await livePeople(db, { nowMs: clock.wallMs(), where, limit: PEOPLE_MAX });
    if (found.length === 0) throw new Problem('NOT_FOUND');
    return { body: { people: found } };
  });
  routes.add(listConsolePeople, async ({ query }) => {
    const { strength, limit = PEOPLE_USUAL } = query;
    const where = await whereOf(o, { ...query, limit });
    return { body: { people: await livePeople(db, { nowMs: clock.wallMs(), where, strength, limit }) } };
  });
  routes.add(getConsoleSession, async ({ params, query }) => {
    const asked = requestedSpan(query);
    const row = await sessionBy(db, params.session);
    // A session without facts has no known tenant yet.
    if (row === undefined || row.tenant === '') throw new Problem('NOT_FOUND');
    return { body: await timelineOf({ db, clock, stories: quality.stories }, row, { asked, paths: o.paths }) };
  });
}

interface Where {
  readonly strength?: Strength;
  readonly limit?: number;
  readonly site?: string;
  readonly place?: string;
  readonly fromSite?: string;
  readonly toSite?: string;
}

/** Rejects with REQUEST_INVALID unless the query names exactly one kind of place. */
async function whereOf({ db, clock, quality, paths }: PeopleDeps, query: Where): Promise<RawBuilder<unknown>> {
  const { site, place, fromSite, toSite } = query;
  const isLink = fromSite !== undefined || toSite !== undefined;
  if (Number(site !== undefined) + Number(place !== undefined) + Number(isLink) !== 1)
    refuse('?site', 'give exactly one of: site; place; fromSite with toSite');
  if (place !== undefined) return sql`lower(place) = lower(${place})`;
  const { nodes, pairs } = await quality.live.view();
  if (site !== undefined) {
    const sites = await Promise.all([...nodes.keys()].map(async (id) => [id, await paths.siteOf(id)] as const));
    return oneOf(
      'node_id',
      sites.filter(([, at]) => at === site).map(([id]) => id),
    );
  }
  if (fromSite === undefined || toSite === undefined)
    return refuse('?fromSite', 'fromSite and toSite must be given together');
  const crosses = await paths.crossing(fromSite, toSite);
  const crossing = [...pairs.keys()]
    .map((pair) => pair.split(' ') as [string, string])
    .filter((pair) => crosses(...pair));
  return oneOf('key', await keysCrossing(db, { pairs: crossing, nowMs: clock.wallMs(), query }));
}

const oneOf = (column: string, values: readonly (string | number)[]): RawBuilder<unknown> =>
  values.length === 0 ? sql`1 = 0` : sql`${sql.ref(column)} in (${sql.join(values)})`;
function refuse(pointer: string, detail: string): never {
  throw new Problem('REQUEST_INVALID', undefined, { fields: [{ pointer, detail }] });
}
