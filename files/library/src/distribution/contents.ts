// Serves contents to receivers and library nodes: from the store, otherwise while they arrive.
import { createHash } from 'node:crypto';
import {
  AnswerPlaces,
  type ContentFolder,
  type Described,
  HUB_PATH,
  hashesOf,
  type Supply,
} from '@meridian/distribution';
import type { Tokens } from '@meridian/node-shell';
import {
  CACHE_IMMUTABLE,
  contentRange,
  etagOf,
  rangeAnswerOf,
  refuse,
  refuseMissing,
  type Store,
  type Streams,
  serveFile,
} from '@meridian/object-store';
import { MeridianError, ORIGINAL_NAME } from '@meridian/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { contentPrefix } from '../core/names.ts';
import { type ContentToken, openContentToken } from '../serving/tokens.ts';
import { SHIELD_PATH, supplyOf } from './sources.ts';
import type { Surroundings } from './surroundings.ts';

const BINARY = 'application/octet-stream';
/** Concurrent answers from the folder; answers from the store have their own bound. */
const STREAMS_MAX = 500;
const RETRY_AFTER_S = 2;

export interface ContentsOptions {
  readonly tokens: Pick<Tokens, 'signed'>;
  readonly store: Pick<Store, 'head'>;
  readonly streams: Streams;
  readonly folder: ContentFolder;
  readonly surroundings: Surroundings;
  onBytes(bytes: number): void;
}

interface OfContent {
  Params: { readonly content: string };
}

interface ContentRequest {
  readonly opened: ContentToken;
  readonly token: string;
  readonly isShield: boolean;
}

export function contentRoutes(app: FastifyInstance, o: ContentsOptions): void {
  const server = new ContentServer(o);
  for (const path of [HUB_PATH, SHIELD_PATH]) {
    const isShield = path === SHIELD_PATH;
    app.route<OfContent>({
      method: ['GET', 'HEAD'],
      url: `${path}/contents/:content/file`,
      handler: async (request, reply) => server.file(await contentRequestOf(o, request, isShield), request, reply),
    });
    app.get<OfContent>(`${path}/contents/:content/blocks`, async (request, reply) =>
      server.blocks(await contentRequestOf(o, request, isShield), reply),
    );
  }
}

/** Throws TOKEN_INVALID for a token of another content, NOT_PERMITTED for one without `download`. */
async function contentRequestOf(
  { tokens }: ContentsOptions,
  { headers, params }: FastifyRequest<OfContent>,
  isShield: boolean,
): Promise<ContentRequest> {
  const token = bearerOf(headers.authorization);
  const opened = await openContentToken(tokens, token);
  if (opened.contentId !== params.content) throw new MeridianError('TOKEN_INVALID');
  if (opened.may !== 'download') throw new MeridianError('NOT_PERMITTED');
  return { opened, token, isShield };
}

export function bearerOf(header: string | undefined): string {
  const [, token] = /^Bearer ([\w.-]{1,4096})$/i.exec(header ?? '') ?? [];
  if (token === undefined) throw new MeridianError('TOKEN_INVALID');
  return token;
}

class ContentServer {
  readonly #o: ContentsOptions;
  readonly #places = new AnswerPlaces(STREAMS_MAX);

  constructor(o: ContentsOptions) {
    this.#o = o;
  }

  async file(contentRequest: ContentRequest, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { opened, token } = contentRequest;
    const { store, streams } = this.#o;
    const key = `${contentPrefix(opened.tenant, opened.contentId)}${ORIGINAL_NAME}`;
    const info = await store.head(key);
    if (info !== undefined) {
      const name = 'file.bin'; // receivers know the type
      const shown = { key, name, info, token, origin: opened.origin, cache: CACHE_IMMUTABLE, isDownload: false };
      return serveFile(streams, request, reply, Object.assign(shown, { type: BINARY, isForMany: true }));
    }
    const described = await this.#described(opened);
    if (described === undefined) return refuseMissing(reply);
    return this.#fromFolder(contentRequest, described, request, reply);
  }

  async blocks({ opened }: ContentRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { folder } = this.#o;
    const isOurs = folder.find(opened.contentId)?.tenant === opened.tenant;
    const storedBlocks = isOurs ? await folder.blocks(opened.contentId) : undefined;
    const described = storedBlocks === undefined ? await this.#described(opened) : undefined;
    const hashes = storedBlocks ?? (described && hashesOf(described));
    return hashes === undefined ? refuseMissing(reply) : reply.type(BINARY).send(Buffer.from(hashes));
  }

  async #fromFolder(
    { opened, token, isShield }: ContentRequest,
    described: Described,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const { folder, surroundings, onBytes } = this.#o;
    const { contentId, tenant, fence } = opened;
    const { bytes, sha256 } = described;
    if (folder.find(contentId) === undefined) await folder.register(wantedOf(described), hashesOf(described));
    const etag = etagOf(sha256);
    const answered = rangeAnswerOf(request.headers, { bytes, etag });
    reply.headers({ etag, 'accept-ranges': 'bytes', 'cache-control': CACHE_IMMUTABLE });
    if (answered.status === 304) return reply.code(304).send();
    if (answered.status === 416) {
      reply.header('content-range', `bytes */${bytes}`);
      return refuse(reply, 416, 'RANGE_NOT_SATISFIABLE', 'The file has no such bytes.');
    }
    const { status, range } = answered;
    reply.code(status).type(BINARY).header('content-length', range.bytes);
    if (status === 206) reply.header('content-range', contentRange(range, bytes));
    if (request.method === 'HEAD' || range.bytes === 0) return reply.send();
    const signal = this.#places.take(reply);
    if (signal === undefined) throw new MeridianError('OVERLOADED', undefined, { retryAfterMs: RETRY_AFTER_S * 1000 });
    const supply: Supply = {
      token,
      pass: '',
      sources: async () =>
        supplyOf(await surroundings.candidatesFor({ content: contentId, tenant, fence }), { isShield }),
    };
    const stream = await folder.read(contentId, range, { signal, supply });
    if (stream === undefined) return refuseMissing(reply);
    stream.on('data', (piece: Uint8Array) => onBytes(piece.byteLength));
    return reply.send(stream);
  }

  #described({ contentId, tenant }: ContentToken): Promise<Described | undefined> {
    return this.#o.surroundings.described(contentId, tenant);
  }
}

export const wantedOf = (described: Described) => {
  const { content, tenant, bytes, sha256 } = described;
  const blocksSha256 = createHash('sha256').update(hashesOf(described)).digest('hex');
  return { content, tenant, bytes, sha256, blocksSha256 };
};
