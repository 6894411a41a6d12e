// Answers an edge's check of an HLS viewer, at /hls/KEY/viewer, before the edge serves a cached playlist: whether the
// key is valid, and where the stream is made. The edge keeps the answer for some seconds, so a revoked key plays that
// much longer. The check also counts viewers at edges.
import { EDGE_LOCATION_HEADER, type Edges, isFromEdge } from '@meridian/node-shell';
import { MeridianError } from '@meridian/protocol';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { StreamKey, StreamKeys } from '../adapters/stream-keys.ts';
import { MEDIA_NAME } from '../core/hls/playlist.ts';
import type { PollingViewers } from '../live/polling-viewers.ts';
import { hlsBaseUrl } from '../placing/edges.ts';
import type { Placing } from '../placing/placing.ts';
import type { HlsStreams } from '../room/hls-stream.ts';
import type { Programmes } from '../room/programmes.ts';
import { refuse } from './server.ts';

/** Bounds of the time between checks of a viewer; a check costs the edge as much as some segments. */
const ALLOWED_CACHE_S = { min: 5, max: 30 } as const;
/** Checks a second up to which the time is shorter than `ALLOWED_CACHE_S.max`: a small part of a gateway's core. */
const CHECKS_PER_S = 300;
/** Time that an edge keeps a refusal; without one it would go on using the previous answer. */
const REFUSED_CACHE_S = 5;
/** Time that an edge keeps a redirect of one file: long enough to replace the previous answer. */
const MOVED_CACHE_S = 1;
const GONE_MS = 70_000;
const VIEWER_MAX = 256;

export interface EdgeOptions {
  readonly keys: StreamKeys;
  readonly programmes: Pick<Programmes, 'find'>;
  readonly streams: Pick<HlsStreams, 'has'>;
  readonly placing: Placing;
  readonly edges: Edges;
  readonly viewers: Pick<PollingViewers, 'asked' | 'size'>;
  /** Time for which an edge keeps a positive answer; absent: `allowedCacheS` of the number of viewers. */
  readonly keptS?: number;
}

interface ViewerCheckRoute {
  readonly Params: { readonly key: string };
  readonly Querystring: { readonly address?: string; readonly file?: string };
}

/**
 * Adds the check, and the list of edges at /v1/edges for the page's server. 204 means continue; 401 with
 * `meridian-location` means go there. Other callers get 404.
 */
export function addEdge(app: FastifyInstance, o: EdgeOptions): void {
  app.get('/v1/edges', async (_request, reply) =>
    reply
      .header('cache-control', 'no-store')
      .send({ urls: o.edges.states.map(({ edge }) => new URL(edge.url).origin) }),
  );
  app.get<ViewerCheckRoute>('/hls/:key/viewer', async (request, reply) => {
    if (!isFromEdge(o.edges, request)) return refuse(reply, 404, 'NOT_FOUND', 'There is no such file.');
    const { address = '', file = MEDIA_NAME } = request.query;
    const key = await openToPlay(o.keys, request.params.key);
    if (typeof key === 'number') return reply.code(key).header('cache-control', `max-age=${REFUSED_CACHE_S}`).send();
    const location = await otherLocation(o, request.params.key, key, { address, file });
    if (location !== undefined) return redirectEdge(reply, location);
    const agent = request.headers['user-agent'] ?? '';
    const viewer = JSON.stringify([request.params.key.slice(-24), address, agent]).slice(0, VIEWER_MAX);
    o.viewers.asked(key, { protocol: 'hls', viewer, bytes: 0, goneMs: GONE_MS });
    return reply
      .code(204)
      .header('cache-control', `max-age=${o.keptS ?? allowedCacheS(o.viewers.size)}`)
      .send();
  });
}

/** Returns the time between checks: the more viewers, the longer. A revoked key plays for this time at an edge. */
function allowedCacheS(viewerCount: number): number {
  const { min, max } = ALLOWED_CACHE_S;
  return Math.min(max, Math.max(min, Math.ceil(viewerCount / CHECKS_PER_S)));
}

const redirectEdge = (reply: FastifyReply, location: string): FastifyReply =>
  reply
    .code(401)
    .headers({ [EDGE_LOCATION_HEADER]: location, 'cache-control': `max-age=${MOVED_CACHE_S}` })
    .send();

/** Returns the status of a refusal, as edges know only statuses. Rejects when the answer is not known now. */
async function openToPlay(keys: StreamKeys, text: string): Promise<StreamKey | 401 | 403> {
  try {
    const key = await keys.open(text);
    return key.use === 'play' ? key : 403;
  } catch (error) {
    if (!(error instanceof MeridianError) || error.retryable) throw error;
    return error.code === 'NOT_PERMITTED' ? 403 : 401;
  }
}

/** Returns the URL of the viewer's stream at another gateway; undefined if this one makes it. */
async function otherLocation(
  { programmes, streams, placing, edges }: EdgeOptions,
  streamKey: string,
  key: StreamKey,
  { address, file }: { readonly address: string; readonly file: string },
): Promise<string | undefined> {
  const origin = placing.origin(key);
  if (origin.nodeId === placing.selfId) return undefined;
  const running = await programmes.find(key);
  const isHere = running !== undefined && streams.has(running);
  if (isHere && !placing.redirectsAway(`${streamKey} ${address}`)) return undefined;
  const { expiresWallMs } = key;
  const base = await hlsBaseUrl({ placing, edges }, key, { streamKey, expiresWallMs }, { clientIp: address, from: '' });
  return `${base}/${file}`;
}
