import { limits } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import { Type } from 'typebox';
import { operation, operations } from '../http/operation.ts';
import { pageOf, pageQuery } from '../http/page.ts';
import type { Routes } from '../http/routes.ts';
import { Time, timeMs } from '../http/time.ts';
import type { Meetings } from '../meetings/meetings.ts';
import { ofRoom, roomParams } from '../rooms/operations.ts';
import type { Rooms } from '../rooms/rooms.ts';
import { identity } from '../rooms/schemas.ts';
import { checkStreamNames, fieldProblem, roomOf } from './checks.ts';
import type { Gateways } from './gateways.ts';
import { liveRoomOf } from './live-rooms.ts';
import {
  liveRoomSchema,
  newStreamKeySchema,
  pictureSchema,
  shownNewKey,
  shownPublisher,
  shownStreamKey,
  streamKeySchema,
  useSchema,
} from './schemas.ts';
import type { StreamKeys } from './stream-keys.ts';
import { addStreamOperations, type StreamDeps } from './stream-operations.ts';

const DAY_MS = 86_400_000;
/** Encoders in meeting rooms are set up once a year, so a key may last that long. */
const KEY_MS_MAX = 366 * DAY_MS;

const inRoom = operations({ ...ofRoom, tag: 'Live', scope: 'live:admin' });
export const createStreamKey = inRoom('createStreamKey', 'POST /rooms/{room}/stream-keys', {
  summary: 'Create a stream key, with the URLs by which it publishes and plays.',
  description:
    'The URLs are shown only in this answer. They lead to the gateway near `clientIp`. The key is sealed with the caller’s API key (for other callers, with the tenant’s signing key) and is revoked with it.',
  idempotent: true,
  body: Type.Object({
    use: Type.Optional(useSchema()),
    client: Type.Optional(
      Type.Union([Type.Literal('encoder'), Type.Literal('miniprogram'), Type.Literal('h5')], {
        default: 'encoder',
        description:
          'Kind of publisher. A publisher of kind `miniprogram` or `h5` is left out of the programme that it plays.',
      }),
    ),
    identity: Type.Optional({
      ...identity(),
      description: 'Identity of the participant that publishes; default: the id of the key.',
      examples: ['main-stage'],
    }),
    name: Type.Optional(
      Type.String({ maxLength: limits.nameLengthMax, description: 'Name of the participant; default: the identity.' }),
    ),
    picture: pictureSchema(),
    expiresAt: Type.Optional({
      ...Time,
      description:
        'Expiry of the key, within a year; default: in 24 hours. Publishers and players that are connected then stay connected.',
    }),
    clientIp: Type.Optional(
      Type.String({
        anyOf: [{ format: 'ipv4' }, { format: 'ipv6' }],
        description: 'Address of the publisher or player.',
      }),
    ),
  }),
  answers: { 201: newStreamKeySchema },
  problems: ['CONFLICT', 'QUOTA_EXCEEDED', 'ROOM_UNREACHABLE'],
});

export const listStreamKeys = inRoom('listStreamKeys', 'GET /rooms/{room}/stream-keys', {
  summary: 'List valid stream keys of a room, the newest first.',
  query: pageQuery,
  answers: { 200: pageOf(streamKeySchema, 'StreamKeyPage') },
});

export const revokeStreamKey = operation({
  id: 'revokeStreamKey',
  method: 'DELETE',
  path: '/rooms/{room}/stream-keys/{streamKey}',
  tag: 'Live',
  summary: 'Revoke a stream key.',
  description: 'The key becomes invalid, and its publishers and players are disconnected within a second.',
  scope: 'live:admin',
  params: Type.Object({
    ...roomParams.properties,
    streamKey: Type.String({ maxLength: 64, description: 'Id of the stream key.' }),
  }),
  room: 'room',
  answers: { 204: Type.Null() },
});

export const getLiveRoom = inRoom('getLiveRoom', 'GET /rooms/{room}/live', {
  summary: 'List the streams that enter and leave a room through gateways now.',
  answers: { 200: liveRoomSchema },
  problems: ['ROOM_UNREACHABLE'],
});

export interface LiveDeps {
  readonly rooms: Pick<Rooms, 'get'>;
  readonly meetings: Pick<Meetings, 'ofRoom'>;
  readonly clock: Clock;
  readonly live: { readonly gateways: Gateways; readonly streamKeys: StreamKeys } & StreamDeps['live'];
}

export function addLiveOperations(routes: Routes, { rooms, meetings, clock, live }: LiveDeps): void {
  addStreamOperations(routes, { rooms, meetings, clock, live });
  const { gateways, streamKeys } = live;

  routes.add(createStreamKey, async ({ principal, params: { room }, body, atomically }) => {
    const { expiresAt, use = 'both', client = 'encoder', ...names } = body;
    checkStreamNames(names);
    const nowMs = clock.wallMs();
    const expiresMs = expiresAt === undefined ? nowMs + DAY_MS : timeMs(expiresAt);
    if (expiresMs <= nowMs || expiresMs > nowMs + KEY_MS_MAX)
      throw fieldProblem('/expiresAt', 'must be in the future, within a year');
    const { regions } = await roomOf(principal.tenant, room, { rooms, meetings });
    const made = await streamKeys.make(principal, { ...names, room, use, client, expiresMs, regions });
    return atomically(async (db) => {
      await made.save(db);
      return { body: shownNewKey(made.key, made.ways) };
    });
  });

  routes.add(listStreamKeys, async ({ principal: { tenant }, params: { room }, query }) => {
    const { data, ...page } = await streamKeys.list(tenant, room, query);
    if (data.length === 0) await rooms.get(tenant, room);
    return { body: { data: data.map(shownStreamKey), ...page } };
  });

  routes.add(revokeStreamKey, ({ principal: { tenant }, params: { room, streamKey } }) =>
    streamKeys.revoke(tenant, room, streamKey),
  );

  routes.add(getLiveRoom, async ({ principal: { tenant }, params: { room } }) => {
    const [, { publishers, outputs, silent }] = await Promise.all([
      rooms.get(tenant, room),
      liveRoomOf(gateways, `${tenant}/${room}`),
    ]);
    return {
      body: { publishers: publishers.map(shownPublisher), outputs: [...outputs], gatewaysSilent: [...silent] },
    };
  });
}
