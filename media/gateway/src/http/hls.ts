// HLS of a programme, at /hls/KEY/index.m3u8. Lower layers of the picture have folders of their own.

import { type Edges, isFromEdge } from '@meridian/node-shell';
import { MeridianError } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { StreamKeys } from '../adapters/stream-keys.ts';
import { MEDIA_NAME } from '../core/hls/playlist.ts';
import type { Reload } from '../core/hls/window.ts';
import type { HlsStreams } from '../room/hls-stream.ts';
import type { Asker, HlsVariant } from '../room/hls-variant.ts';
import type { Programmes } from '../room/programmes.ts';
import type { Arrivals } from './arrivals.ts';
import { type Near, redirectToOrigin } from './nearest.ts';
import { refuse } from './server.ts';

export interface HlsOptions {
  readonly keys: StreamKeys;
  readonly programmes: Programmes;
  readonly streams: HlsStreams;
  readonly clock: Clock;
  readonly near: Near;
  /** Caches that ask for many viewers, if any. */
  readonly edges?: Pick<Edges, 'isEdge'>;
  /** Limits how fast each address begins programmes; absent: no limit. */
  readonly arrivals?: Pick<Arrivals, 'waitMs'>;
}

const MULTIVARIANT_NAME = 'index.m3u8';
/** Time limit of an answer; a slower player is cut off, because its segment stays in memory. */
const ANSWER_MS_MAX = 30_000;
const PLAYLIST_TYPE = { type: 'application/vnd.apple.mpegurl', cache: 'public, max-age=1' } as const;
/**
 * Cache headers for edges. While an edge fetches a newer playlist, it serves its copy for some seconds. A playlist
 * after a blocking reload is final and serves late requests too.
 */
const EDGE_CACHE = {
  present: 'public, max-age=1, stale-while-revalidate=12',
  awaited: 'public, max-age=10',
} as const;
/** Time for which an edge keeps the answer that nothing is published, on behalf of all its viewers. */
const EDGE_ABSENCE_CACHE_S = 1;
/** Segments may be cached for long, because a number is never reused. */
const MEDIA_TYPE = { type: 'video/mp4', cache: 'public, max-age=3600, immutable' } as const;

type Answer = Uint8Array | string | undefined;
interface ResponseType {
  readonly type: string;
  readonly cache: string;
}
interface FileRequest {
  readonly variant: HlsVariant;
  readonly query: Readonly<Record<string, unknown>>;
  readonly asker: Asker;
}

const FILES: readonly {
  readonly name: RegExp;
  readonly as: ResponseType;
  readonly answer: (asked: FileRequest, ...numbers: number[]) => Answer | Promise<Answer>;
}[] = [
  {
    name: new RegExp(`^${MEDIA_NAME.replace('.', '\\.')}$`),
    as: PLAYLIST_TYPE,
    answer: ({ variant, query, asker }) => variant.media(reloadOf(query), asker),
  },
  { name: /^init-(\d{1,15})\.mp4$/, as: MEDIA_TYPE, answer: ({ variant }, number = 0) => variant.init(number) },
  { name: /^seg-(\d{1,15})\.m4s$/, as: MEDIA_TYPE, answer: ({ variant }, number = 0) => variant.segment(number) },
  {
    name: /^part-(\d{1,15})\.(\d{1,6})\.m4s$/,
    as: MEDIA_TYPE,
    answer: ({ variant, asker }, number = 0, index = 0) => variant.part(number, index, asker),
  },
];

/** Adds the routes. Each request verifies the key. Players are redirected to the stream's origin (`Placing.origin`). */
export function addHls(app: FastifyInstance, o: HlsOptions): void {
  app.get('/hls/:key/:file', (request: HlsRequest, reply) => answer(o, request, reply, undefined));
  app.get('/hls/:key/:rung/:file', async (request: HlsRequest, reply) => {
    const { rung = '' } = request.params;
    return /^\d$/.test(rung) ? answer(o, request, reply, Number(rung)) : notFound(reply);
  });
  app.addHook('preClose', async () => o.streams.close());
}

interface Parameters {
  readonly key: string;
  readonly rung?: string;
  readonly file: string;
}
type HlsRequest = FastifyRequest<{ Params: Parameters; Querystring: Record<string, unknown> }>;

async function answer(
  o: HlsOptions,
  request: HlsRequest,
  reply: FastifyReply,
  rung: number | undefined,
): Promise<FastifyReply> {
  const { key, file } = request.params;
  const isAtEdge = isFromEdge(o.edges, request);
  const isMultivariant = file === MULTIVARIANT_NAME && rung === undefined;
  const found = FILES.find(({ name }) => name.test(file));
  if (found === undefined && !isMultivariant) return notFound(reply);
  const opened = await o.keys.open(key);
  // A player that already plays here continues. Caches may ask any gateway for any name.
  const running = await o.programmes.find(opened);
  const isNew = isMultivariant || running === undefined || !o.streams.has(running);
  // A draining gateway redirects even these players in the end.
  const isSentAway = file === MEDIA_NAME && o.near.placing.redirectsAway(`${request.ip} ${request.socket.remotePort}`);
  // Viewers at an edge are redirected by its checks (`addEdge`), because this answer is cached and shared.
  if (!isAtEdge && (isNew || isSentAway) && (await redirectToOrigin(o.near, request, reply, opened))) return reply;
  const retryAfterMs = running === undefined ? (o.arrivals?.waitMs(request.ip) ?? 0) : 0;
  if (retryAfterMs > 0) throw new MeridianError('RATE_LIMITED', undefined, { retryAfterMs });
  const controller = new AbortController();
  reply.raw.once('close', () => controller.abort());
  const asker = { address: request.ip, gone: controller.signal };
  const stream = o.streams.enter(await o.programmes.open(opened, 'aac', isAtEdge ? '' : request.ip));
  try {
    if (found === undefined) {
      const text = await stream.multivariant(asker);
      return isAtEdge
        ? sendToEdge(o, reply, { as: PLAYLIST_TYPE, isAwaited: false }, text)
        : send(o, reply, PLAYLIST_TYPE, text);
    }
    const numbers = (found.name.exec(file)?.slice(1) ?? []).map(Number);
    const { query } = request;
    let isAwaited = false;
    const body = await stream.use(rung, async (variant) => {
      const given = await found.answer({ variant, query, asker }, ...numbers);
      isAwaited = found.as === PLAYLIST_TYPE && variant.has(reloadOf(query));
      return given;
    });
    return isAtEdge ? sendToEdge(o, reply, { as: found.as, isAwaited }, body) : send(o, reply, found.as, body);
  } finally {
    stream.leave();
  }
}

function sendToEdge(
  o: HlsOptions,
  reply: FastifyReply,
  { as, isAwaited }: { readonly as: ResponseType; readonly isAwaited: boolean },
  body: Answer,
): FastifyReply {
  if (as !== PLAYLIST_TYPE) return send(o, reply, as, body);
  if (body === undefined) reply.header('x-accel-expires', EDGE_ABSENCE_CACHE_S);
  return send(o, reply, { type: as.type, cache: isAwaited ? EDGE_CACHE.awaited : EDGE_CACHE.present }, body);
}

function send({ clock }: HlsOptions, reply: FastifyReply, as: ResponseType, body: Answer): FastifyReply {
  if (body === undefined) return refuse(reply, 404, 'NOT_FOUND', 'There is no such file now.');
  reply.header('content-type', as.type).header('cache-control', as.cache);
  if (typeof body === 'string') return reply.send(body);
  cutSlowPlayer(reply, clock);
  return reply.send(Buffer.from(body.buffer, body.byteOffset, body.byteLength));
}

const notFound = (reply: FastifyReply): FastifyReply => refuse(reply, 404, 'NOT_FOUND', 'There is no such file.');

function cutSlowPlayer({ raw }: FastifyReply, clock: Clock): void {
  if (raw.destroyed) return;
  const timer = clock.after(ANSWER_MS_MAX, () => raw.destroy());
  raw.once('close', () => timer.cancel());
}

/** Parses the playlist request. Throws REQUEST_INVALID for malformed numbers. */
function reloadOf({ _HLS_msn, _HLS_part }: Readonly<Record<string, unknown>>): Reload | undefined {
  if (_HLS_msn === undefined && _HLS_part === undefined) return undefined;
  const msn = wholeOf(_HLS_msn, '_HLS_msn');
  return _HLS_part === undefined ? { msn } : { msn, part: wholeOf(_HLS_part, '_HLS_part') };
}

function wholeOf(text: unknown, name: string): number {
  if (typeof text === 'string' && /^\d{1,15}$/.test(text)) return Number(text);
  throw new MeridianError('REQUEST_INVALID', `${name} is a whole number`);
}
