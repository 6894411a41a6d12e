import { isRoomName } from '@meridian/protocol';
import { Type } from 'typebox';
import type { Principal } from '../access/core/scopes.ts';
import { etagOf, expectedVersion } from '../http/etag.ts';
import { operation, operations } from '../http/operation.ts';
import { Paging, pageOf, pageQuery } from '../http/page.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import type { Actor } from '../nodes/room-owners.ts';
import { nameKeyOf } from './room-policies.ts';
import type { Rooms } from './rooms.ts';
import { roomName, roomSchema, settingsOf, settingsSchema, shownRoom, shownWaiter, waiterSchema } from './schemas.ts';

const IDLE_S_USUAL = 30 * 24 * 3600;
const IDLE_S_MAX = 3650 * 24 * 3600;

export const roomParams = Type.Object({ room: roomName() });
/** Common fields of operations on a room. With `room`, a token for another room is refused. */
export const ofRoom = { params: roomParams, room: 'room' } as const;

export const actorOf = ({ kind, id }: Principal): Actor => ({ kind, id });

export const createRoom = operation({
  id: 'createRoom',
  method: 'POST',
  path: '/rooms',
  tag: 'Rooms',
  summary: 'Create a room.',
  description:
    'Not needed before people join: a room opens with its first participant. For a room that exists, the answer is 200, after the given settings have been changed.',
  scope: 'rooms:create',
  idempotent: true,
  makes: 'name',
  body: Type.Object({
    name: roomName(),
    ...settingsSchema,
    idleTimeoutS: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: IDLE_S_MAX,
        default: IDLE_S_USUAL,
        description: 'The room is deleted after it was empty and unchanged for this many seconds; 0: never.',
      }),
    ),
  }),
  answers: { 200: roomSchema, 201: roomSchema },
  problems: ['ROOM_UNREACHABLE'],
});

export const listRooms = operation({
  id: 'listRooms',
  method: 'GET',
  path: '/rooms',
  tag: 'Rooms',
  summary: 'List rooms that were created or that have participants, by name.',
  scope: 'rooms:list',
  query: Type.Object({
    ...pageQuery.properties,
    name: Type.Optional(Type.String({ maxLength: 128, description: 'Only rooms whose names begin with this text.' })),
    active: Type.Optional(Type.Boolean({ description: 'true: only rooms that have participants.' })),
  }),
  answers: {
    200: Type.Object(
      {
        ...pageOf(roomSchema, 'RoomPage').properties,
        missing: Type.Array(Type.String(), {
          description:
            'Signaling nodes that did not answer; rooms with participants may be missing. `unknown`: the api has just started and does not know the signaling nodes yet.',
        }),
      },
      { title: 'RoomPage' },
    ),
  },
});

const inRoom = operations({ ...ofRoom, tag: 'Rooms', scope: 'rooms:admin' });
export const getRoom = inRoom('getRoom', 'GET /rooms/{room}', {
  summary: 'Get the current state of a room.',
  answers: { 200: roomSchema },
  problems: ['ROOM_UNREACHABLE'],
});

export const updateRoom = inRoom('updateRoom', 'PATCH /rooms/{room}', {
  summary: 'Change the settings of a room.',
  description: 'With If-Match (`version` in quotation marks), only if the room has not changed since.',
  body: Type.Object(settingsSchema, { minProperties: 1 }),
  answers: { 200: roomSchema },
  problems: ['VERSION_CONFLICT', 'ROOM_UNREACHABLE'],
});

export const endRoom = operation({
  id: 'endRoom',
  method: 'DELETE',
  path: '/rooms/{room}',
  tag: 'Rooms',
  summary: 'End a room for all participants, and delete it.',
  scope: 'rooms:create',
  ...ofRoom,
  answers: { 204: Type.Null() },
  problems: ['ROOM_UNREACHABLE'],
});

export const listWaiting = inRoom('listWaiting', 'GET /rooms/{room}/waiting', {
  summary: 'List participants that wait to enter a room, the longest wait first.',
  answers: {
    200: Type.Object(
      {
        data: Type.Array(waiterSchema),
        more: Type.Integer({ description: 'Number of waiting participants that are not listed.' }),
      },
      { title: 'Waiting' },
    ),
  },
  problems: ['ROOM_UNREACHABLE'],
});

const byName = new Paging([{ column: 'name_key', type: 'string' }], 'ascending');

export function addRoomOperations(routes: Routes, { rooms }: { readonly rooms: Rooms }): void {
  routes.add(createRoom, async ({ principal, body }) => {
    const { name, idleTimeoutS = IDLE_S_USUAL, ...settings } = body;
    if (!isRoomName(name))
      throw new Problem('REQUEST_INVALID', undefined, {
        fields: [
          { pointer: '/name', detail: 'is not a valid room name: no control characters, "/" or surrounding blanks' },
        ],
      });
    if (principal.room !== undefined && principal.room !== name) throw new Problem('NOT_PERMITTED');
    const { room, isNew } = await rooms.create(principal.tenant, name, {
      actor: actorOf(principal),
      settings: settingsOf(settings),
      idleMsMax: idleTimeoutS * 1000,
    });
    return { status: isNew ? 201 : 200, body: shownRoom(room) };
  });

  routes.add(listRooms, async ({ principal, query }) => {
    const { tenant, room: tokenRoom } = principal;
    if (tokenRoom !== undefined) {
      const ownRoom = await rooms.byNames(tenant, tokenRoom.startsWith(query.name ?? '') ? [tokenRoom] : []);
      const matching = ownRoom.rooms.filter(({ isLive }) => isLive || query.active !== true);
      return { body: { data: matching.map(shownRoom), missing: [...ownRoom.silent] } };
    }
    const after = byName.last(query)?.[0];
    const { rooms: found, silent } = await rooms.list(tenant, {
      rows: byName.rowLimit(query),
      prefix: query.name ?? '',
      isLive: query.active === true,
      ...(typeof after === 'string' && { after }),
    });
    const rows = found.map((room) => ({ name_key: nameKeyOf(room.name), room }));
    return { body: { ...byName.page(query, rows, ({ room }) => shownRoom(room)), missing: [...silent] } };
  });

  routes.add(getRoom, async ({ principal, params }) => ({
    body: shownRoom(await rooms.get(principal.tenant, params.room)),
  }));

  routes.add(updateRoom, async ({ principal, params, body, request }) => {
    const { tenant } = principal;
    const room = await rooms.update(tenant, params.room, {
      actor: actorOf(principal),
      settings: settingsOf(body),
      expectedVersion: await expectedVersion(request.headers, () => rooms.version(tenant, params.room)),
    });
    return { body: shownRoom(room), headers: { etag: etagOf(room.policy.version) } };
  });

  routes.add(endRoom, ({ principal, params }) => rooms.end(principal.tenant, params.room, actorOf(principal)));

  routes.add(listWaiting, async ({ principal, params }) => {
    const view = await rooms.view(principal.tenant, params.room);
    return { body: { data: (view?.waiters ?? []).map(shownWaiter), more: view?.moreWaiters ?? 0 } };
  });
}
