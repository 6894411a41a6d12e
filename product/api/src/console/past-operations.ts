// Rooms that were live: their ended lives, and the sessions of each.
import type { Clock } from '@meridian/runtime';
import { Type } from 'typebox';
import { life, livesShown } from '../events/lives.ts';
import { operations } from '../http/operation.ts';
import { Paging, pageOf, pageQuery } from '../http/page.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import { isOfRoomNamed, SEARCH_CHARACTERS_MAX } from '../store/search.ts';
import type { Database } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { peopleOfLife } from './people.ts';
import { ConsolePerson } from './schemas.ts';

const reading = operations({ tag: 'Console', scope: 'operator' });
/** A longer list is not readable. */
const PEOPLE_MAX = 1000;

const pastRoom = Type.Object(
  { tenant: Type.String(), ...life.properties },
  { title: 'ConsolePastRoom', description: 'A life of a room that has ended.' },
);
const listConsolePastRooms = reading('listConsolePastRooms', 'GET /console/room-lives', {
  summary: 'List lives of rooms that have ended, of all tenants: those that ended last come first.',
  query: Type.Object({
    ...pageQuery.properties,
    tenant: Type.Optional(Type.String({ maxLength: 64, description: 'Only rooms of this tenant.' })),
    search: Type.Optional(
      Type.String({
        maxLength: SEARCH_CHARACTERS_MAX,
        description: 'Part of the room’s name or of its meeting’s title, or the whole `sid`.',
      }),
    ),
  }),
  answers: { 200: pageOf(pastRoom, 'ConsolePastRoomPage') },
});
const listConsolePastPeople = reading('listConsolePastPeople', 'GET /console/room-lives/{sid}/people', {
  params: Type.Object({ sid: Type.String({ maxLength: 70 }) }),
  summary: 'List sessions of a life of a room, in order of joining; they lead to their timelines.',
  description: 'At most 1000 sessions. Sessions whose records were deleted are absent.',
  answers: {
    200: Type.Object({ life: pastRoom, people: Type.Array(ConsolePerson) }, { title: 'ConsolePastPeople' }),
  },
  problems: ['NOT_FOUND'],
});

const byEnd = new Paging(
  [
    { column: 'ended_ms', type: 'number' },
    { column: 'sid', type: 'string' },
  ],
  'descending',
);

interface PastDeps {
  readonly db: Database;
  readonly clock: Clock;
}

export function addPastOperations(routes: Routes, { db, clock }: PastDeps): void {
  routes.add(listConsolePastRooms, async ({ query }) => {
    const { tenant, search } = query;
    let found = db.selectFrom('room_lives').selectAll().where('ended_ms', 'is not', null).$call(byEnd.ofPage(query));
    if (tenant !== undefined) found = found.where('tenant', '=', tenant);
    if (search !== undefined)
      found = found.where((eb) => eb.or([isOfRoomNamed('room_lives', search), eb('sid', '=', search)]));
    const rows = await found.execute();
    return { body: byEnd.page(query, rows, await pastRoomsShown(db, rows)) };
  });
  routes.add(listConsolePastPeople, async ({ params: { sid } }) => {
    const row = await db.selectFrom('room_lives').selectAll().where('sid', '=', sid).executeTakeFirst();
    if (row === undefined) throw new Problem('NOT_FOUND');
    const show = await pastRoomsShown(db, [row]);
    const people = await peopleOfLife(db, { sid, nowMs: clock.wallMs(), limit: PEOPLE_MAX });
    return { body: { life: show(row), people } };
  });
}

type LifeRow = Tables['room_lives'];

async function pastRoomsShown(db: Database, rows: readonly LifeRow[]) {
  const tenants = [...new Set(rows.map(({ tenant }) => tenant))];
  const shown = await Promise.all(
    tenants.map(async (tenant) => {
      const own = rows.filter((row) => row.tenant === tenant);
      const show = await livesShown(db, { tenant }, own);
      return own.map((row) => [row.sid, { tenant, ...show(row) }] as const);
    }),
  );
  const bySid = new Map(shown.flat());
  return ({ sid }: LifeRow) => {
    const found = bySid.get(sid);
    if (found === undefined) throw new Error(`The life ${sid} is not among the rows.`);
    return found;
  };
}
