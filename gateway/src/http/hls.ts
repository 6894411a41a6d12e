// HLS of a programme, at /hls/KEY/index.m3u8: playlists, their segments and parts.

import { MeridianError } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { StreamKeys } from '../adapters/stream-keys.ts';
import { MEDIA_NAME } from '../core/hls/playlist.ts';
import type { Reload } from '../core/hls/window.ts';
import type { HlsStream, HlsStreams } from '../room/hls-stream.ts';
import type { Programmes } from '../room/programmes.ts';
import { type Near, redirectToOrigin } from './nearest.ts';
import { refuse } from './server.ts';

export interface HlsOptions {
  readonly keys: StreamKeys;
  readonly programmes: Programmes;
  readonly streams: HlsStreams;
  readonly clock: Clock;
  readonly near: Near;
}

const BEGINNING = 'index.m3u8';
/** A player that takes longer for one segment is cut off: what it holds is kept in memory for it. */
const ANSWER_MS_MAX = 30_000;
const PLAYLIST = { type: 'application/vnd.apple.mpegurl', cache: 'public, max-age=1' } as const;
/** A number is never given twice. */
const MEDIA = { type: 'video/mp4', cache: 'public, max-age=3600, immutable' } as const;

type Answer = Uint8Array | string | undefined;
interface Asked {
  readonly stream: HlsStream;
  readonly query: Readonly<Record<string, unknown>>;
  readonly gone: AbortSignal;
}

/** Files by name; what is in parentheses are numbers. */
const FILES: readonly {
  readonly name: RegExp;
  readonly as: typeof PLAYLIST | typeof MEDIA;
  readonly answer: (asked: Asked, ...numbers: number[]) => Answer | Promise<Answer>;
}[] = [
  { name: /^index\.m3u8$/, as: PLAYLIST, answer: ({ stream, gone }) => stream.multivariant(gone) },
  {
    name: new RegExp(`^${MEDIA_NAME.replace('.', '\\.')}$`),
    as: PLAYLIST,
    answer: ({ stream, query, gone }) => stream.media(reloadOf(query), gone),
  },
  { name: /^init-(\d{1,15})\.mp4$/, as: MEDIA, answer: ({ stream }, number = 0) => stream.init(number) },
  { name: /^seg-(\d{1,15})\.m4s$/, as: MEDIA, answer: ({ stream }, number = 0) => stream.segment(number) },
  {
    name: /^part-(\d{1,15})\.(\d{1,6})\.m4s$/,
    as: MEDIA,
    answer: ({ stream, gone }, number = 0, index = 0) => stream.part(number, index, gone),
  },
];

/**
 * Adds it to the server. The key is looked at with every request. One gateway makes a stream, others send players there
 * (`Placing.origin`).
 */
export function addHls(app: FastifyInstance, o: HlsOptions): void {
  app.get<{ Params: { key: string; file: string }; Querystring: Record<string, unknown> }>(
    '/hls/:key/:file',
    async (request, reply) => {
      const { key, file } = request.params;
      const found = FILES.find(({ name }) => name.test(file));
      if (found === undefined) return refuse(reply, 404, 'NOT_FOUND', 'There is no such file.');
      const opened = o.keys.open(key);
      // Who plays here already goes on to do so. Caches ask any gateway for any name.
      const running = file === BEGINNING ? undefined : await o.programmes.find(opened);
      const isNew = running === undefined || !o.streams.has(running);
      // Nor for ever: a gateway that drains sends them on.
      const isSent = file === MEDIA_NAME && o.near.placing.sendsAway(`${request.ip} ${request.socket.remotePort}`);
      if ((isNew || isSent) && (await redirectToOrigin(o.near, request, reply, opened))) return reply;
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      const stream = o.streams.enter(await o.programmes.open(opened));
      try {
        const numbers = (found.name.exec(file)?.slice(1) ?? []).map(Number);
        const body = await found.answer({ stream, query: request.query, gone: gone.signal }, ...numbers);
        if (body === undefined) return refuse(reply, 404, 'NOT_FOUND', 'This is not there now.');
        reply.header('content-type', found.as.type).header('cache-control', found.as.cache);
        if (typeof body === 'string') return reply.send(body);
        endLate(reply, o.clock);
        return reply.send(Buffer.from(body.buffer, body.byteOffset, body.byteLength));
      } finally {
        stream.leave();
      }
    },
  );
  app.addHook('preClose', async () => o.streams.close());
}

function endLate({ raw }: FastifyReply, clock: Clock): void {
  if (raw.destroyed) return;
  const timer = clock.after(ANSWER_MS_MAX, () => raw.destroy());
  raw.once('close', () => timer.cancel());
}

/** The playlist that a player waits for. Throws REQUEST_INVALID for what is none. */
function reloadOf({ _HLS_msn, _HLS_part }: Readonly<Record<string, unknown>>): Reload | undefined {
  if (_HLS_msn === undefined && _HLS_part === undefined) return undefined;
  const msn = wholeOf(_HLS_msn, '_HLS_msn');
  return _HLS_part === undefined ? { msn } : { msn, part: wholeOf(_HLS_part, '_HLS_part') };
}

function wholeOf(text: unknown, name: string): number {
  if (typeof text === 'string' && /^\d{1,15}$/.test(text)) return Number(text);
  throw new MeridianError('REQUEST_INVALID', `${name} is a whole number`);
}
