// REST operations for break-out rooms (docs/rooms.md); without an owner they wait for the room's next life.
import {
  type BreakOut,
  breakOutRoomOf,
  breakOutsFault,
  breakOutToWire,
  isBreakOutOpen,
  isPostText,
  limits,
} from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import { type Static, Type } from 'typebox';
import { etagOf, expectedVersion } from '../http/etag.ts';
import { operations } from '../http/operation.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import { timeText } from '../http/time.ts';
import { actorOf, ofRoom } from './operations.ts';
import type { Rooms } from './rooms.ts';
import { identity } from './schemas.ts';

const endsAt = () =>
  Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
    description: 'It closes by itself then; null: it does not.',
  });
const identities = () =>
  Type.Array(identity(), {
    maxItems: limits.breakOutIdentitiesMax,
    description: 'Those that belong there. Hosts and cohosts enter all.',
  });

const breakOutSchema = Type.Object(
  {
    id: Type.String(),
    room: Type.String({
      description: 'The room that it is: it has participants, recordings and a history of its own.',
    }),
    name: Type.String(),
    identities: identities(),
    endsAt: endsAt(),
  },
  { title: 'BreakOut' },
);
const breakOutsSchema = Type.Object(
  {
    data: Type.Array(breakOutSchema),
    version: Type.Integer({ minimum: 0, description: 'Of the policy of the room. In If-Match, with quotes.' }),
  },
  { title: 'BreakOuts' },
);

const inRoom = operations({ ...ofRoom, tag: 'Break-out rooms', scope: 'rooms:admin' });
export const listBreakOuts = inRoom('listBreakOuts', 'GET /rooms/{room}/break-outs', {
  summary: 'Break-out rooms of a room that are open.',
  answers: { 200: breakOutsSchema },
  problems: ['ROOM_UNREACHABLE'],
});

export const setBreakOuts = inRoom('setBreakOuts', 'PUT /rooms/{room}/break-outs', {
  summary: 'Divide a room into break-out rooms.',
  description:
    'These take the place of those before: one that is not among them is closed; one with the `id` or the name of one that is open is that one, under its new name and with its new people. A room without participants begins with them. With If-Match (`version` in quotes), only if the room was not changed since. An announcement (`POST /rooms/{room}/posts`) reaches the people of all of them.',
  body: Type.Object({
    breakOuts: Type.Array(
      Type.Object({
        id: Type.Optional(Type.String({ pattern: '^BO_[A-Za-z0-9]{12}$', maxLength: 15 })),
        name: Type.String({ minLength: 1, maxLength: 2 * limits.breakOutNameLengthMax }),
        identities: Type.Optional(identities()),
        endsAt: Type.Optional(endsAt()),
      }),
      { maxItems: limits.breakOutsMax },
    ),
    message: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 2 * limits.postLengthMax,
        description: 'An announcement with it, to all in the room and its break-out rooms. An empty room takes none.',
      }),
    ),
  }),
  answers: { 200: breakOutsSchema },
  problems: ['VERSION_CONFLICT', 'ROOM_UNREACHABLE'],
});

export const closeBreakOuts = inRoom('closeBreakOuts', 'DELETE /rooms/{room}/break-outs', {
  summary: 'Close all break-out rooms of a room.',
  answers: { 204: Type.Null() },
  problems: ['ROOM_UNREACHABLE'],
});

type Wanted = Static<(typeof setBreakOuts)['body']>;

/** Throws REQUEST_INVALID with the faults, as an owner would. */
function listOf({ breakOuts, message }: Wanted, nowWallMs: number): BreakOut[] {
  const list = breakOuts.map((one) => ({
    breakOutId: one.id ?? '',
    name: one.name,
    identities: one.identities ?? [],
    endsWallMs: one.endsAt ? Date.parse(one.endsAt) : 0,
  }));
  const fields = list.flatMap((one, at) =>
    isBreakOutOpen(one, nowWallMs) ? [] : [{ pointer: `/breakOuts/${at}/endsAt`, detail: 'is over' }],
  );
  const fault = breakOutsFault(list);
  if (fault !== undefined) fields.push({ pointer: '/breakOuts', detail: fault });
  if (message !== undefined && !isPostText(message, limits.postLengthMax, true))
    fields.push({ pointer: '/message', detail: 'is too long, or shows nothing' });
  if (fields.length > 0) throw new Problem('REQUEST_INVALID', undefined, { fields });
  return list;
}

export function addBreakOutOperations(
  routes: Routes,
  { rooms, clock }: { readonly rooms: Rooms; readonly clock: Clock },
): void {
  const shown = (room: string, list: readonly BreakOut[], version: number): Static<typeof breakOutsSchema> => ({
    data: list
      .filter((one) => isBreakOutOpen(one, clock.wallMs()))
      .map((one) => ({
        id: one.breakOutId,
        room: breakOutRoomOf(room, one.breakOutId) ?? '',
        name: one.name,
        identities: [...one.identities],
        endsAt: one.endsWallMs === 0 ? null : timeText(one.endsWallMs),
      })),
    version,
  });

  routes.add(listBreakOuts, async ({ principal, params: { room } }) => {
    const { policy } = await rooms.get(principal.tenant, room);
    return { body: shown(room, policy.breakOuts, policy.version) };
  });

  routes.add(setBreakOuts, async ({ principal, params: { room }, body, request }) => {
    const { tenant } = principal;
    const list = listOf(body, clock.wallMs()).map(breakOutToWire);
    const act = { breakOuts: { set: true, breakOuts: list, message: body.message ?? '' } };
    const { info, policy } = await rooms.act(tenant, room, {
      actor: actorOf(principal),
      acts: [act],
      expectedVersion: await expectedVersion(request.headers, () => rooms.version(tenant, room)),
    });
    return { body: shown(room, info.breakOuts, policy.version), headers: { etag: etagOf(policy.version) } };
  });

  routes.add(closeBreakOuts, async ({ principal, params: { room } }) => {
    const acts = [{ breakOuts: { set: true } }] as const;
    await rooms.act(principal.tenant, room, { actor: actorOf(principal), acts });
  });
}
