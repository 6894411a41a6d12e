import { limits, shownReason } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import { type Static, Type } from 'typebox';
import { operation, operations } from '../http/operation.ts';
import type { Routes } from '../http/routes.ts';
import { Time, timeMs, timeText } from '../http/time.ts';
import type { Meetings } from '../meetings/meetings.ts';
import { ofRoom, roomParams } from '../rooms/operations.ts';
import type { Rooms } from '../rooms/rooms.ts';
import { identity, roomName } from '../rooms/schemas.ts';
import { checkStreamNames, fieldProblem, roomOf } from './checks.ts';
import { ORDER_SCOPE, type RoomStream, type RoomStreams, type StreamKind } from './room-streams.ts';
import { pictureSchema } from './schemas.ts';

const DAY_MS = 86_400_000;
const LIFE_MS_MAX = 7 * DAY_MS;

const url = () =>
  Type.String({
    minLength: 1,
    maxLength: 2048,
    pattern: '^rtmps?://',
    description:
      '`rtmp://HOST[:PORT]/APP/KEY[?QUERY]`, or `rtmps://…`. `KEY?QUERY` is secret: answers show `***` instead.',
    examples: ['rtmp://live.example.com/app/KEY'],
  });
const endsAt = () =>
  Type.Optional({ ...Time, description: 'Time at which it ends, within seven days; default: in 24 hours.' });
const bodyParts = {
  id: Type.String({ examples: ['RS_8Zr2mQkL0vXw5TgYb1Nc'] }),
  room: roomName(),
  url: Type.String({ examples: ['rtmp://live.example.com/app/***'] }),
  state: Type.Union(
    [Type.Literal('connecting'), Type.Literal('live'), Type.Literal('waiting'), Type.Literal('unknown')],
    {
      description:
        '`live`: the server accepts the push, or media of the pull arrives. `waiting`: the next attempt has not begun. `unknown`: its gateway does not answer, or another gateway is taking over.',
    },
  ),
  since: Type.Optional({ ...Time, description: 'Start of the present state.' }),
  attempts: Type.Integer({ minimum: 0, description: 'Connection attempts of its present gateway.' }),
  bitrateKbps: Type.Number({ minimum: 0, description: 'Mean over the last five seconds.' }),
  lastError: Type.Optional(
    Type.Object(
      { code: Type.String({ examples: ['REFUSED'] }), reason: Type.String() },
      { description: 'Why the last connection ended or failed.' },
    ),
  ),
  gateway: Type.String({ description: 'Gateway that runs the push or pull.' }),
  createdBy: Type.String({ examples: ['key:acmekey'] }),
  createdAt: Time,
  endsAt: Time,
};
const pushSchema = Type.Object(
  {
    ...bodyParts,
    picture: pictureSchema(),
    droppedPictures: Type.Integer({
      minimum: 0,
      description: 'Pictures dropped because the connection was too slow for the programme.',
    }),
  },
  { title: 'Push' },
);
const pullSchema = Type.Object({ ...bodyParts, identity: identity(), name: Type.String() }, { title: 'Pull' });

const common = { tag: 'Live', scope: ORDER_SCOPE, ...ofRoom } as const;
const startOperation = {
  method: 'POST',
  idempotent: true,
  problems: ['CONFLICT', 'ALREADY_EXISTS', 'QUOTA_EXCEEDED', 'ROOM_UNREACHABLE'],
} as const;
const outlasts =
  'It survives the loss of a gateway. It ends at `endsAt`, when it is deleted, or when its key is revoked (the caller’s API key, or for other callers the tenant’s signing key).';

export const createPush = operation({
  ...common,
  ...startOperation,
  id: 'createPush',
  path: '/rooms/{room}/pushes',
  summary: 'Push a room’s programme to an external RTMP server.',
  description: outlasts,
  body: Type.Object({ url: url(), picture: pictureSchema(), endsAt: endsAt() }),
  answers: { 201: pushSchema },
});

export const createPull = operation({
  ...common,
  ...startOperation,
  id: 'createPull',
  path: '/rooms/{room}/pulls',
  summary: 'Pull a stream of an external RTMP server into a room, as a participant.',
  description: `${outlasts} It also ends when its participant is removed, or when an encoder publishes with the same identity.`,
  body: Type.Object({
    url: url(),
    identity: { ...identity(), description: 'Identity of the participant.', examples: ['main-stage'] },
    name: Type.Optional(
      Type.String({ maxLength: limits.nameLengthMax, description: 'Name of the participant; default: the identity.' }),
    ),
    endsAt: endsAt(),
  }),
  answers: { 201: pullSchema },
});

const inRoom = operations(common);
export const listPushes = inRoom('listPushes', 'GET /rooms/{room}/pushes', {
  summary: 'List pushes of a room, the oldest first.',
  answers: { 200: Type.Object({ data: Type.Array(pushSchema) }, { title: 'Pushes' }) },
});

export const listPulls = inRoom('listPulls', 'GET /rooms/{room}/pulls', {
  summary: 'List pulls of a room, the oldest first.',
  answers: { 200: Type.Object({ data: Type.Array(pullSchema) }, { title: 'Pulls' }) },
});

const id = (streamNoun: string) => Type.String({ maxLength: 64, description: `Id of the ${streamNoun}.` });

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
      throw fieldProblem('/endsAt', 'must be in the future, within seven days');
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
    checkStreamNames(body);
    const newPush = { ...body, kind: 'push', room, endsMs: endsMsOf(body.endsAt) } as const;
    const { regions } = await roomOf(principal.tenant, room, { rooms, meetings });
    const started = await roomStreams.start(principal, { ...newPush, regions });
    return orUndone(started, () =>
      atomically(async (db) => {
        await started.save(db);
        return { body: shownPush(started.stream) };
      }),
    );
  });
  routes.add(createPull, async ({ principal, params: { room }, body, atomically }) => {
    checkStreamNames(body);
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

function shownStream({ row, state }: RoomStream): Shown {
  const { id, room, shown_url, gateway, created_by, created_ms, ends_ms } = row;
  return {
    id,
    room,
    url: shown_url,
    state: STATES.find((one) => one === state?.state) ?? 'unknown',
    ...(state && { since: timeText(state.sinceWallMs) }),
    attempts: state?.attempts ?? 0,
    bitrateKbps: state?.bitrateKbps ?? 0,
    ...(state !== undefined &&
      state.code !== '' && {
        lastError: { code: state.code, reason: shownReason(state.reason) },
      }),
    gateway,
    createdBy: created_by,
    createdAt: timeText(created_ms),
    endsAt: timeText(ends_ms),
  };
}

const shownPush = (one: RoomStream): Static<typeof pushSchema> => ({
  ...shownStream(one),
  ...(one.row.picture !== '' && { picture: one.row.picture }),
  droppedPictures: one.state?.droppedPictures ?? 0,
});

const shownPull = (one: RoomStream): Static<typeof pullSchema> => ({
  ...shownStream(one),
  identity: one.row.identity,
  name: one.row.name || one.row.identity,
});
