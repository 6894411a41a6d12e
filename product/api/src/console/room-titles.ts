// Titles of booked rooms for the console, whose pages know rooms by name only.
import { roomKeyOf } from '@meridian/protocol';
import { Type } from 'typebox';
import { operation } from '../http/operation.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import type { Database } from '../store/store.ts';

/** A page of a list has at most 200 rows. */
const ROOMS_MAX = 200;
/** Names may have 64 and 128 characters, and are percent-encoded. */
const ROOMS_CHARACTERS_MAX = 80_000;

const listConsoleRoomTitles = operation({
  method: 'GET',
  tag: 'Console',
  scope: 'operator',
  id: 'listConsoleRoomTitles',
  path: '/console/room-titles',
  summary: 'Get the titles of rooms that are booked meetings.',
  description: 'Rooms without a meeting, and unknown rooms, are left out.',
  query: Type.Object({
    rooms: Type.String({
      minLength: 1,
      maxLength: ROOMS_CHARACTERS_MAX,
      description: `TENANT/ROOM, at most ${ROOMS_MAX}, separated by commas; percent-encode each name, and then the whole value again.`,
    }),
  }),
  answers: {
    200: Type.Object(
      {
        titles: Type.Array(Type.Object({ tenant: Type.String(), room: Type.String(), title: Type.String() })),
      },
      { title: 'ConsoleRoomTitles' },
    ),
  },
});

interface RoomName {
  readonly tenant: string;
  readonly room: string;
}

export function addRoomTitleOperations(routes: Routes, { db }: { readonly db: Database }): void {
  routes.add(listConsoleRoomTitles, async ({ query }) => {
    const names = roomNamesIn(query.rooms, ROOMS_MAX);
    const rows = await db
      .selectFrom('meetings')
      .select(['tenant', 'room', 'title'])
      .where(
        'id',
        'in',
        names.map(({ room }) => room),
      )
      .execute();
    const isAsked = (row: RoomName): boolean =>
      names.some(({ tenant, room }) => tenant === row.tenant && room === row.room);
    return { body: { titles: rows.filter(isAsked) } };
  });
}

/** Returns each named room once. Throws REQUEST_INVALID. */
export function roomNamesIn(text: string, roomsMax: number): RoomName[] {
  const names = new Map<string, RoomName>();
  for (const part of text.split(',')) {
    const [tenant = '', room = '', ...more] = part.split('/').map(decodedPart);
    const key = roomKeyOf(tenant, room);
    if (more.length > 0 || key === undefined) throw roomsProblem('contains an entry that is not TENANT/ROOM');
    names.set(key, { tenant, room });
  }
  if (names.size > roomsMax) throw roomsProblem(`may name at most ${roomsMax} rooms`);
  return [...names.values()];
}

function decodedPart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

const roomsProblem = (detail: string): Problem =>
  new Problem('REQUEST_INVALID', undefined, { fields: [{ pointer: '?rooms', detail }] });
