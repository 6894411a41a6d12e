// Makes join tokens for callers without a JWT library; with one, they sign the same token with their key.
import { createSecretKey } from 'node:crypto';
import { accessOf, limits } from '@meridian/protocol';
import type { Clock, Rng } from '@meridian/runtime';
import { SignJWT } from 'jose';
import { Type } from 'typebox';
import type { ApiKeys } from '../access/keys.ts';
import { operation } from '../http/operation.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import { needsPolicy } from '../meetings/core/policy.ts';
import type { Meetings } from '../meetings/meetings.ts';
import { ofRoom } from './operations.ts';
import type { Rooms } from './rooms.ts';
import { attributesSchema, identity, publishSourcesSchema } from './schemas.ts';

const TTL_S_MAX = 24 * 3600;
/** LiveKit's default. */
const TTL_S_USUAL = 6 * 3600;

export const createToken = operation({
  id: 'createToken',
  method: 'POST',
  path: '/rooms/{room}/tokens',
  tag: 'Rooms',
  summary: 'Create a token with which a participant joins the room.',
  description:
    'The token is signed with the caller’s API key; with a JWT library, you can sign such tokens yourself. It is revoked by its `jti`, and by the source of the caller’s own token (`via`). `roomAdmin` and `hidden` also need `rooms:admin`.',
  scope: 'rooms:join',
  idempotent: true,
  makes: 'jti',
  ...ofRoom,
  body: Type.Object({
    identity: identity(),
    name: Type.Optional(Type.String({ maxLength: limits.nameLengthMax })),
    metadata: Type.Optional(Type.String({ maxLength: limits.metadataBytesMax })),
    attributes: Type.Optional(attributesSchema()),
    grants: Type.Optional(
      Type.Object(
        {
          canPublish: Type.Optional(Type.Boolean()),
          canPublishSources: Type.Optional(publishSourcesSchema()),
          canSubscribe: Type.Optional(Type.Boolean()),
          canPublishData: Type.Optional(Type.Boolean()),
          canUpdateOwnMetadata: Type.Optional(Type.Boolean()),
          roomAdmin: Type.Optional(Type.Boolean()),
          hidden: Type.Optional(Type.Boolean()),
        },
        { description: 'Grants as in LiveKit; the right to join the room is always included.' },
      ),
    ),
    lobby: Type.Optional(Type.Boolean({ description: 'The participant waits until a host admits it.' })),
    ttlS: Type.Optional(Type.Integer({ minimum: 1, maximum: TTL_S_MAX, default: TTL_S_USUAL })),
  }),
  answers: {
    201: Type.Object(
      { token: Type.String(), jti: Type.String(), expiresAt: Type.String({ format: 'date-time' }) },
      { title: 'RoomToken' },
    ),
  },
});

export interface TokenDeps {
  readonly rooms: Rooms;
  readonly meetings: Pick<Meetings, 'ofRoom'>;
  readonly keys: Pick<ApiKeys, 'find'>;
  readonly clock: Clock;
  readonly rng: Rng;
}

export function addTokenOperations(routes: Routes, { rooms, meetings, keys, clock, rng }: TokenDeps): void {
  routes.add(createToken, async ({ principal, params, body }) => {
    const key = principal.kind === 'key' ? await keys.find(principal.id) : undefined;
    if (key === undefined) throw new Problem('NOT_PERMITTED', 'this needs an API key, which signs the token');
    const { name: room } = await rooms.get(principal.tenant, params.room);
    const booked = await meetings.ofRoom(principal.tenant, room);
    const { regions = [] } = booked?.meeting.settings ?? {};
    const { identity: sub, grants, ttlS = TTL_S_USUAL, ...otherClaims } = body;
    const nowS = Math.floor(clock.wallMs() / 1000);
    const claims = {
      iss: key.id,
      sub,
      iat: nowS,
      nbf: nowS,
      exp: nowS + ttlS,
      ...(principal.via !== undefined && { via: principal.via }),
      jti: `TK_${Buffer.from(rng.bytes(15)).toString('base64url')}`,
      ...otherClaims,
      ...(booked && needsPolicy(booked.meeting, sub)),
      video: { ...grants, room, roomJoin: true, ...(regions.length > 0 && { regions }) },
    };
    // Refuses tokens that no node would accept, and rights that the caller lacks.
    const access = accessOf(claims, { tenant: principal.tenant, scopes: [...principal.scopes] });
    if (!access.ok && access.code === 'NOT_PERMITTED') throw new Problem('NOT_PERMITTED', access.message);
    if (!access.ok)
      throw new Problem('REQUEST_INVALID', `no participant could join with this: ${access.code}: ${access.message}`);
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .sign(createSecretKey(Buffer.from(key.secret)));
    return { body: { token, jti: claims.jti, expiresAt: new Date(claims.exp * 1000).toISOString() } };
  });
}
