import { limits } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import { type Static, Type } from 'typebox';
import { operation, operations } from '../http/operation.ts';
import type { Routes } from '../http/routes.ts';
import { Time, timeMs, timeText } from '../http/time.ts';
import type { Meetings } from '../meetings/meetings.ts';
import { ofRoom, roomParams } from '../rooms/operations.ts';
import type { Rooms } from '../rooms/rooms.ts';
import { identity, roomName } from '../rooms/schemas.ts';
import { checkNames, roomOf, wrong } from './checks.ts';
import { ORDER_SCOPE, type RoomStream, type RoomStreams, type StreamKind } from './room-streams.ts';
import { pictureSchema } from './schemas.ts';

const DAY_MS = 86_400_000;
const LIFE_MS_MAX = 7 * DAY_MS;

const url = () =>
  Type.String({
    minLength: 1,
    maxLength: 2048,
    pattern: '^rtmps?://',
    description: '`rtmp://HOST[:PORT]/APP/KEY[?QUERY]`, or `rtmps://…`. `KEY?QUERY` is secret: answers have `***`.',
    examples: ['rtmp://live.example.com/app/KEY'],
  });
const endsAt = () =>
  Type.Optional({ ...Time, description: 'When it ends; absent: in 24 hours; in seven days at most.' });
const parts = {
  id: Type.String({ examples: ['RS_8Zr2mQkL0vXw5TgYb1Nc'] }),
  room: roomName(),
  url: Type.String({ examples: ['rtmp://live.example.com/app/***'] }),
  state: Type.Union(
    [Type.Literal('connecting'), Type.Literal('live'), Type.Literal('waiting'), Type.Literal('unknown')],
    {
      description:
        '`live`: a push is accepted, media of a pull arrive. `waiting`: for the next attempt. `unknown`: its gateway does not answer, or it is given to another one.',
    },
  ),
  since: Type.Optional({ ...Time, description: 'Of the state.' }),
  attempts: Type.Integer({ minimum: 0, description: 'Connections that its present gateway has tried.' }),
  bitrateKbps: Type.Number({ minimum: 0, description: 'Over the last five seconds.' }),
  lastError: Type.Optional(
    Type.Object(
      { code: Type.String({ examples: ['REFUSED'] }), reason: Type.String() },
      { description: 'Why the last connection ended, or did not come about.' },
    ),
  ),
  gateway: Type.String({ description: 'Which has it.' }),
  createdBy: Type.String({ examples: ['key:acmekey'] }),
  createdAt: Time,
  endsAt: Time,
};
const pushSchema = Type.Object(
  {
    ...parts,
    picture: pictureSchema(),
    droppedPictures: Type.Integer({ minimum: 0, description: 'The connection took less than the programme.' }),
  },
  { title: 'Push' },
);
const pullSchema = Type.Object({ ...parts, identity: identity(), name: Type.String() }, { title: 'Pull' });

const common = { tag: 'Live', scope: ORDER_SCOPE, ...ofRoom } as const;
const making = {
  method: 'POST',
  idempotent: true,
  problems: ['CONFLICT', 'ALREADY_EXISTS', 'QUOTA_EXCEEDED', 'ROOM_UNREACHABLE'],
} as const;
const outlasts =
  'It outlasts gateways, and ends at `endsAt`, when it is deleted, or with the API key by which it was made: the caller’s, of others the tenant’s newest.';

export const createPush = operation({
  ...common,
  ...making,
  id: 'createPush',
  path: '/rooms/{room}/pushes',
  summary: 'Push a room’s programme to a foreign RTMP server.',
  description: outlasts,
  body: Type.Object({ url: url(), picture: pictureSchema(), endsAt: endsAt() }),
  answers: { 201: pushSchema },
});

export const createPull = operation({
  ...common,
  ...making,
  id: 'createPull',
  path: '/rooms/{room}/pulls',
  summary: 'Let a stream of a foreign RTMP server take part in a room.',
  description: `${outlasts} It ends too when its participant is removed, or an encoder publishes with its identity.`,
  body: Type.Object({
    url: url(),
    identity: { ...identity(), description: 'Of the participant.', examples: ['main-stage'] },
    name: Type.Optional(Type.String({ maxLength: limits.nameLengthMax, description: 'Absent: the identity.' })),
    endsAt: endsAt(),
  }),
  answers: { 201: pullSchema },
});

const inRoom = operations(common);
export const listPushes = inRoom('listPushes', 'GET /rooms/{room}/pushes', {
  summary: 'Pushes of a room, the oldest first.',
  answers: { 200: Type.Object({ data: Type.Array(pushSchema) }, { title: 'Pushes' }) },
});

export const listPulls = inRoom('listPulls', 'GET /rooms/{room}/pulls', {
  summary: 'Pulls of a room, the oldest first.',
  answers: { 200: Type.Object({ data: Type.Array(pullSchema) }, { title: 'Pulls' }) },
});

const id = (of: string) => Type.String({ maxLength: 64, description: `Id of the ${of}.` });

export const deletePush = inRoom('deletePush', 'DELETE /rooms/{room}/pushes/{push}', {
  summary: 'End a push.',
  params: Type.Object({ ...roomParams.properties, push: id('push') }),
  answers: { 204: Type.Null() },
});

export const deletePull = inRoom('deletePull', 'DELETE /rooms/{room}/pulls/{pull}', {
  summary: 'End a pull.',
  params: Type.Object({ ...roomParams.properties, pull: id('pull') }),
  answers: { 204: Type.Null() },
});

export interface StreamDeps {
  readonly rooms: Pick<Rooms, 'get'>;
  readonly meetings: Pick<Meetings, 'ofRoom'>;
  readonly clock: Clock;
  readonly live: { readonly roomStreams: RoomStreams };
}

export function addStreamOperations(
  routes: Routes,
  { rooms, meetings, clock, live: { roomStreams } }: StreamDeps,
): void {
  const endsMsOf = (text: string | undefined): number => {
    const nowMs = clock.wallMs();
    const endsMs = text === undefined ? nowMs + DAY_MS : timeMs(text);
    if (endsMs <= nowMs || endsMs > nowMs + LIFE_MS_MAX)
      throw wrong('/endsAt', 'is in the future, in seven days at most');
    return endsMs;
  };
  const list = async <T>(
    tenant: string,
    room: string,
    kind: StreamKind,
    show: (one: RoomStream) => T,
  ): Promise<T[]> => {
    const found = await roomStreams.list(tenant, room, kind);
    if (found.length === 0) await rooms.get(tenant, room);
    return found.map(show);
  };

  routes.add(createPush, async ({ principal, params: { room }, body, atomically }) => {
    checkNames(body);
    const wanted = { ...body, kind: 'push', room, endsMs: endsMsOf(body.endsAt) } as const;
    const { regions } = await roomOf(principal.tenant, room, { rooms, meetings });
    const started = await roomStreams.start(principal, { ...wanted, regions });
    return orUndone(started, () =>
      atomically(async (db) => {
        await started.save(db);
        return { body: shownPush(started.stream) };
      }),
    );
  });
  routes.add(createPull, async ({ principal, params: { room }, body, atomically }) => {
    checkNames(body);
    const wanted = { ...body, kind: 'pull', room, endsMs: endsMsOf(body.endsAt) } as const;
    const { regions } = await roomOf(principal.tenant, room, { rooms, meetings });
    const started = await roomStreams.start(principal, { ...wanted, regions });
    return orUndone(started, () =>
      atomically(async (db) => {
        await started.save(db);
        return { body: shownPull(started.stream) };
      }),
    );
  });
  routes.add(listPushes, async ({ principal: { tenant }, params: { room } }) => ({
    body: { data: await list(tenant, room, 'push', shownPush) },
  }));
  routes.add(listPulls, async ({ principal: { tenant }, params: { room } }) => ({
    body: { data: await list(tenant, room, 'pull', shownPull) },
  }));
  routes.add(deletePush, ({ principal: { tenant }, params: { room, push } }) =>
    roomStreams.remove(tenant, room, 'push', push),
  );
  routes.add(deletePull, ({ principal: { tenant }, params: { room, pull } }) =>
    roomStreams.remove(tenant, room, 'pull', pull),
  );
}

async function orUndone<T>({ undo }: { undo(): Promise<void> }, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await undo();
    throw error;
  }
}

type Shown = Omit<Static<typeof pushSchema>, 'picture' | 'droppedPictures'>;
const STATES = ['connecting', 'live', 'waiting'] as const;

function shown({ row, state }: RoomStream): Shown {
  const { id, room, shown_url, gateway, created_by, created_ms, ends_ms } = row;
  return {
    id,
    room,
    url: shown_url,
    state: STATES.find((one) => one === state?.state) ?? 'unknown',
    ...(state && { since: timeText(state.sinceWallMs) }),
    attempts: state?.attempts ?? 0,
    bitrateKbps: state?.bitrateKbps ?? 0,
    ...(state !== undefined && state.code !== '' && { lastError: { code: state.code, reason: state.reason } }),
    gateway,
    createdBy: created_by,
    createdAt: timeText(created_ms),
    endsAt: timeText(ends_ms),
  };
}

const shownPush = (one: RoomStream): Static<typeof pushSchema> => ({
  ...shown(one),
  ...(one.row.picture !== '' && { picture: one.row.picture }),
  droppedPictures: one.state?.droppedPictures ?? 0,
});

const shownPull = (one: RoomStream): Static<typeof pullSchema> => ({
  ...shown(one),
  identity: one.row.identity,
  name: one.row.name || one.row.identity,
});
