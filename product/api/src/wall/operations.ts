import { roomKeyOf } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import type { FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Principal } from '../access/core/scopes.ts';
import { roomNamesIn } from '../console/room-titles.ts';
import { operations } from '../http/operation.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import { timeText } from '../http/time.ts';
import type { Database } from '../store/store.ts';
import { dropRoom, KEPT_ROOMS_MAX, type KeptRoom, keepRoom, keptRooms } from './kept-rooms.ts';
import { keyOf, type RoomFacts } from './room-facts.ts';
import { KeptWallRoom, WallRoom } from './schemas.ts';
import type { Wall } from './wall.ts';
import { ROOMS_PER_STREAM_MAX } from './wall-feed.ts';

const params = Type.Object({
  tenant: Type.String({ minLength: 1, maxLength: 64 }),
  room: Type.String({ minLength: 1, maxLength: 128 }),
});
/** Names may have 64 and 128 characters, and are percent-encoded. */
const ROOMS_CHARACTERS_MAX = 16_384;

const wallOperation = operations({ tag: 'Wall', scope: 'wall' });
export const listWallRooms = wallOperation('listWallRooms', 'GET /wall/rooms', {
  summary: 'List the rooms that are watched all the time while they are live, by name.',
  description: `At most ${KEPT_ROOMS_MAX} rooms. Other rooms are watched only while an operator views them.`,
  answers: { 200: Type.Object({ rooms: Type.Array(KeptWallRoom) }, { title: 'KeptWallRooms' }) },
});
export const keepWallRoom = wallOperation('keepWallRoom', 'PUT /wall/rooms/{tenant}/{room}', {
  params,
  summary: 'Watch a room all the time while it is live.',
  description:
    'No pictures are sent until an operator views the room; alarms report its faults. The tenant’s audit log records it.',
  answers: { 200: KeptWallRoom },
  problems: ['NOT_FOUND', 'WALL_REFUSED', 'QUOTA_EXCEEDED'],
});
export const dropWallRoom = wallOperation('dropWallRoom', 'DELETE /wall/rooms/{tenant}/{room}', {
  params,
  summary: 'Stop watching a room, except while an operator views it.',
  answers: { 204: Type.Null() },
});
export const lookAtRooms = wallOperation('lookAtRooms', 'GET /wall/stream', {
  summary:
    'Stream small pictures of live rooms, about two per second, with sound levels and faults, as server-sent events.',
  description: `Each \`event: room\` has a WallRoom as \`data\`. Each view is recorded in the audit log of the room’s tenant as \`lookAtRooms\`, with \`phase\` \`began\` before the first picture, and \`ended\`. A reader that leaves 256 KiB unread gets no pictures until it has read them; one that leaves 1 MiB unread, or reads nothing for 10 s, is disconnected. The stream ends with the caller’s right.`,
  query: Type.Object({
    rooms: Type.String({
      minLength: 1,
      maxLength: ROOMS_CHARACTERS_MAX,
      description: `TENANT/ROOM, at most ${ROOMS_PER_STREAM_MAX}, separated by commas; percent-encode each name, and then the whole value again.`,
    }),
  }),
  answers: { 200: WallRoom },
  contentType: 'text/event-stream',
});

export interface WallDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly wall: Wall;
  authenticate(request: FastifyRequest): Promise<Principal>;
}

export function addWallOperations(routes: Routes, { db, clock, wall, authenticate }: WallDeps): void {
  routes.add(listWallRooms, async () => {
    const kept = await keptRooms(db);
    const facts = await wall.facts.factsOf(kept);
    return { body: { rooms: kept.map((room) => shownKeptRoom(room, facts.get(keyOf(room)))) } };
  });
  routes.add(keepWallRoom, ({ principal, params: name, atomically }) => {
    if (roomKeyOf(name.tenant, name.room) === undefined) throw new Problem('NOT_FOUND');
    return atomically(async (trx) => {
      const kept = await keepRoom(trx, name, { by: principal.id, clock });
      return { body: shownKeptRoom(kept, { isAllowed: true, sessions: 0 }) };
    });
  });
  routes.add(dropWallRoom, ({ params: name, atomically }) => atomically((trx) => dropRoom(trx, name)));
  routes.add(lookAtRooms, async ({ principal, query, clientIp, request, reply }) => {
    const { body } = await wall.feed.watch({
      rooms: roomNamesIn(query.rooms, ROOMS_PER_STREAM_MAX),
      sink: reply.raw,
      mayWatch: async () => (await authenticate(request)).scopes.has('wall'),
      entryFor: (tenant) => ({
        tenant,
        // Uses the same form as other acts of operators on a tenant.
        by: tenant === principal.tenant ? principal : { kind: 'operator', id: principal.id },
        address: clientIp,
        operation: lookAtRooms.id,
        status: 200,
        requestId: request.id,
      }),
    });
    // nginx would hold events back until its buffer is full; other proxies must not compress them.
    const headers = {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    };
    return { body: body as unknown as Static<typeof WallRoom>, headers };
  });
}

const shownKeptRoom = (
  { tenant, room, addedBy, addedMs }: KeptRoom,
  facts: Pick<RoomFacts, 'isAllowed' | 'sessions'> | undefined,
): Static<typeof KeptWallRoom> => ({
  tenant,
  room,
  addedBy,
  addedAt: timeText(addedMs),
  isAllowed: facts?.isAllowed === true,
  sessions: facts?.sessions ?? 0,
});
