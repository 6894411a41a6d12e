// REST calls about the media that this gateway carries into and out of a room, and its HLS viewers.
import { type Edges, isFromEdge, type Tokens } from '@meridian/node-shell';
import { MeridianError } from '@meridian/protocol';
import type { FastifyInstance } from 'fastify';
import type { StreamKeys } from '../adapters/stream-keys.ts';
import type { LiveRooms } from '../live/live-rooms.ts';
import type { PollingViewers } from '../live/polling-viewers.ts';
import { bearerOf } from './server.ts';

/** Adds `GET /v1/addresses`, for a token that may watch or administer the room. */
export function addLive(
  app: FastifyInstance,
  { tokens, live }: { readonly tokens: Tokens; readonly live: LiveRooms },
): void {
  app.get('/v1/addresses', async (request, reply) => {
    const { access } = await tokens.verify(bearerOf(request), { allowExpired: false });
    const { canSubscribe, admin } = access.rights;
    if (!canSubscribe && !admin) throw new MeridianError('NOT_PERMITTED', 'this needs canSubscribe or roomAdmin');
    return reply.header('cache-control', 'no-store').send({ room: access.room, ...live.of(access.roomKey) });
  });
}

/** Length of a key's end that distinguishes it: the end of its seal. */
const KEY_END = 24;
const AGENT_MAX = 128;

/** Counts HLS viewers by key, address and user agent; `addEdge` counts viewers at edges. */
export function countHls(
  app: FastifyInstance,
  { keys, viewers, edges }: { keys: StreamKeys; viewers: PollingViewers; edges?: Pick<Edges, 'isEdge'> },
): void {
  app.addHook('onResponse', async (request, reply) => {
    if (isFromEdge(edges, request)) return;
    if (reply.statusCode !== 200 || !request.routeOptions.url?.startsWith('/hls/:key/')) return;
    const { key = '' } = request.params as { readonly key?: string };
    const agent = (request.headers['user-agent'] ?? '').slice(0, AGENT_MAX);
    const viewer = JSON.stringify([key.slice(-KEY_END), request.ip, agent]);
    const bytes = Number(reply.getHeader('content-length') ?? 0);
    viewers.asked(await keys.open(key), { protocol: 'hls', viewer, bytes });
  });
}
