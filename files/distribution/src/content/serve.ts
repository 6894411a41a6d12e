// Serves contents of a folder to other receivers: `PREFIX/contents/CONTENT/file` and `…/blocks`.
import { contentRange, etagOf, rangeAnswerOf } from '@meridian/object-store';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ContentFolder } from './types.ts';

export interface ServeOptions {
  readonly folder: ContentFolder;
  readonly prefix: string;
  /** Bound of concurrent answers. */
  readonly streamsMax: number;
  /** Returns 204 to allow the read. */
  mayRead(request: FastifyRequest, content: string): Promise<204 | 401 | 403 | 404>;
  onBytes?(bytes: number): void;
}

interface ContentRoute {
  Params: { readonly content: string };
}

const BINARY = 'application/octet-stream';
const RETRY_AFTER_S = 2;
/** A client that takes nothing for this long is dropped, as in answers from stores. */
const SILENT_MS = 60_000;

/** Bounds the concurrent answers from a folder; drops clients that take nothing. */
export class AnswerPlaces {
  readonly #max: number;
  #taken = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /**
   * Returns a signal that fires when the answer ends or the client leaves. Undefined when there is no place or no
   * client.
   */
  take({ raw: reply }: FastifyReply): AbortSignal | undefined {
    // A client that has left, or an answer that waits behind another on its connection (it has no socket yet), would
    // emit no 'close' to free its place.
    if (reply.destroyed || reply.socket === null || this.#taken >= this.#max) return undefined;
    this.#taken += 1;
    const end = new AbortController();
    reply.once('close', () => {
      this.#taken -= 1;
      end.abort();
    });
    reply.setTimeout(SILENT_MS, () => reply.destroy());
    return end.signal;
  }
}

/** Serves complete contents only; clients fetch incomplete ones elsewhere. */
export function serveContents(app: FastifyInstance, o: ServeOptions): void {
  const places = new AnswerPlaces(o.streamsMax);
  const refuse = (reply: FastifyReply, status: number): FastifyReply =>
    reply.code(status).header('cache-control', 'no-store').send();
  app.route<ContentRoute>({
    method: ['GET', 'HEAD'],
    url: `${o.prefix}/contents/:content/file`,
    handler: async (request, reply) => {
      const { content } = request.params;
      const may = await o.mayRead(request, content);
      const found = o.folder.find(content);
      if (may !== 204 || found?.isWhole !== true) return refuse(reply, may === 204 ? 404 : may);
      const answered = rangeAnswerOf(request.headers, { bytes: found.bytes, etag: etagOf(content) });
      if (answered.status === 304) return refuse(reply, 304);
      if (answered.status === 416) return refuse(reply.header('content-range', `bytes */${found.bytes}`), 416);
      const { status, range } = answered;
      reply.code(status).type(BINARY).headers({ 'accept-ranges': 'bytes', 'content-length': range.bytes });
      if (status === 206) reply.header('content-range', contentRange(range, found.bytes));
      if (request.method === 'HEAD' || range.bytes === 0) return reply.send();
      const signal = places.take(reply);
      if (signal === undefined) return refuse(reply.header('retry-after', RETRY_AFTER_S), 503);
      const stream = await o.folder.read(content, range, { signal });
      if (stream === undefined) return refuse(reply, 404);
      stream.on('data', (piece: Uint8Array) => o.onBytes?.(piece.byteLength));
      return reply.send(stream);
    },
  });
  app.get<ContentRoute>(`${o.prefix}/contents/:content/blocks`, async (request, reply) => {
    const { content } = request.params;
    const may = await o.mayRead(request, content);
    const hashes = may === 204 ? await o.folder.blocks(content) : undefined;
    return hashes === undefined ? refuse(reply, may === 204 ? 404 : may) : reply.type(BINARY).send(Buffer.from(hashes));
  });
}
