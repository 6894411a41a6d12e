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
    description: 'Time at which it closes by itself; null: it stays open.',
  });
const identities = () =>
  Type.Array(identity(), {
    maxItems: limits.breakOutIdentitiesMax,
    description: 'Identities that belong there. Hosts and cohosts may enter every break-out room.',
  });

const breakOutSchema = Type.Object(
  {
    id: Type.String(),
    room: Type.String({
      description: 'Name of its room, which has its own participants, recordings and history.',
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
    version: Type.Integer({
      minimum: 0,
      description: 'Version of the room’s policy; send it in `If-Match`, in quotation marks.',
    }),
  },
  { title: 'BreakOuts' },
);

const inRoom = operations({ ...ofRoom, tag: 'Break-out rooms', scope: 'rooms:admin' });
export const listBreakOuts = inRoom('listBreakOuts', 'GET /rooms/{room}/break-outs', {
  summary: 'List open break-out rooms of a room.',
  answers: { 200: breakOutsSchema },
  problems: ['ROOM_UNREACHABLE'],
});

export const setBreakOuts = inRoom('setBreakOuts', 'PUT /rooms/{room}/break-outs', {
  summary: 'Divide a room into break-out rooms.',
  description:
    'The list replaces the previous one: a break-out room that is missing is closed; an entry with the `id` or name of an open one changes its name and people. In a room without participants, the break-out rooms open with the room. With If-Match (`version` in quotation marks), only if the room has not changed since. An announcement (`POST /rooms/{room}/posts`) reaches the people of all break-out rooms.',
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
        description: 'Announcement sent with the change to the room and its break-out rooms. An empty room refuses it.',
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

type BreakOutsBody = Static<(typeof setBreakOuts)['body']>;

/** Throws REQUEST_INVALID with the faults, as an owner would. */
function listOf({ breakOuts, message }: BreakOutsBody, nowWallMs: number): BreakOut[] {
  const list = breakOuts.map((one) => ({
    breakOutId: one.id ?? '',
    name: one.name,
    identities: one.identities ?? [],
    endsWallMs: one.endsAt ? Date.parse(one.endsAt) : 0,
  }));
  const fields = list.flatMap((one, at) =>
    isBreakOutOpen(one, nowWallMs) ? [] : [{ pointer: `/breakOuts/${at}/endsAt`, detail: 'must be in the future' }],
  );
  const fault = breakOutsFault(list);
  if (fault !== undefined) fields.push({ pointer: '/breakOuts', detail: fault });
  if (message !== undefined && !isPostText(message, limits.postLengthMax, true))
    fields.push({ pointer: '/message', detail: 'is too long or invisible' });
  if (fields.length > 0) throw new Problem('REQUEST_INVALID', undefined, { fields });
  return list;
}

export function addBreakOutOperations(
  routes: Routes,
  { rooms, clock }: { readonly rooms: Rooms; readonly clock: Clock },
): void {
  const shownBreakOuts = (
    room: string,
    list: readonly BreakOut[],
    version: number,
  ): Static<typeof breakOutsSchema> => ({
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
    return { body: shownBreakOuts(room, policy.breakOuts, policy.version) };
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
    return { body: shownBreakOuts(room, info.breakOuts, policy.version), headers: { etag: etagOf(policy.version) } };
  });

  routes.add(closeBreakOuts, async ({ principal, params: { room } }) => {
    const acts = [{ breakOuts: { set: true } }] as const;
    await rooms.act(principal.tenant, room, { actor: actorOf(principal), acts });
  });
}
