// HTTP server for files of a store, without routes.
import type { Server } from 'node:http';
import cors from '@fastify/cors';
import {
  type ConnectionGate,
  type ConnectionLimits,
  refuseUnparsed,
  type TokenOrigin,
  tokenAddresses,
} from '@meridian/node-shell';
import { type AddressRange, AddressRates, isAmong, limits, MeridianError } from '@meridian/protocol';
import type { Clock, Logger, TlsFiles } from '@meridian/runtime';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { hasCode, StoreError } from '../core/errors.ts';
import { attachmentOf, typeOfName } from '../core/file-types.ts';
import { contentRange, etagOf, rangeAnswerOf } from '../core/ranges.ts';
import type { ObjectInfo } from '../store.ts';
import type { Streams } from './streams.ts';

const REQUEST_MS_MAX = 10_000;
/** Players ask again within a segment or two. */
const KEEP_ALIVE_MS = 15_000;
const CONNECTIONS_CHECK_MS = 2000;
/** Rate of an address: an office that seeks together. A player asks for two files a second, or many when it seeks. */
const RATE_LIMIT = { perSecond: 100, burst: 1000, addressesMax: 10_000 };
/** A browser that opens a file by its URL runs nothing of it and sends the URL to no other site. */
const SAFE_HEADERS = {
  'content-security-policy': "default-src 'none'; media-src 'self'; img-src 'self'; style-src 'unsafe-inline'; sandbox",
  'cross-origin-resource-policy': 'cross-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};
/** Header of `handOver` with the key of the object. */
export const HANDED_KEY_HEADER = 'meridian-key';
/** For files whose names never get other bytes. */
export const CACHE_IMMUTABLE = 'private, max-age=86400, immutable';
/** For files that clients must revalidate each time. */
export const CACHE_REVALIDATE = 'private, no-cache';

/** A browser opens up to six connections; players pause between two requests. */
export const fileServerLimits: ConnectionLimits = {
  total: 2000,
  provenMax: 1800,
  perAddress: 400,
  provenPerAddress: 400,
  proofMs: 20_000,
};

export interface FileServerOptions {
  readonly streams: Streams;
  readonly gate: ConnectionGate;
  readonly trustedProxies: readonly AddressRange[];
  readonly clock: Clock;
  readonly log: Logger;
  /** Absent for plain http. */
  readonly tls?: TlsFiles | undefined;
  /** Bodies may take longer than `REQUEST_MS_MAX`. */
  readonly takesBodies?: boolean;
  /** Methods instead of GET and HEAD, and further response headers for pages. */
  readonly cors?: { readonly methods: string[]; readonly exposedHeaders: string[] };
  /** Returns true for a cache that asks for many clients, whose address has no rate limit. */
  asksForMany?(request: FastifyRequest): boolean;
  onAnswer?(status: number): void;
}

/**
 * Makes a server with only `/healthz`; it does not listen. URLs are never logged, as they contain tokens. Pages of any
 * origin may read: no cookie could be misused.
 */
export async function fileServer(o: FileServerOptions): Promise<FastifyInstance> {
  const app = listener(o);
  o.gate.guard(app.server as Server);
  const { methods = ['GET', 'HEAD'], exposedHeaders: ownHeaders = [] } = o.cors ?? {};
  const exposedHeaders = ['accept-ranges', 'content-length', 'content-range', 'etag', ...ownHeaders];
  const strictPreflight = o.cors === undefined;
  await app.register(cors, { origin: '*', methods, exposedHeaders, maxAge: 86_400, strictPreflight });
  const rates = new AddressRates(RATE_LIMIT);
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SAFE_HEADERS);
    if (o.asksForMany?.(request) === true) {
      o.gate.connectionOf(request.raw.socket)?.moveToShared();
      return;
    }
    // A trusted proxy that names no client stands for many clients, which must not share a limit.
    if (isAmong(request.ip, o.trustedProxies)) return;
    const retryAfterMs = rates.take(request.ip, o.clock.nowMs());
    if (retryAfterMs > 0) throw new MeridianError('RATE_LIMITED', undefined, { retryAfterMs });
  });
  app.addHook('onResponse', async (_request, { statusCode }) => o.onAnswer?.(statusCode));
  app.setErrorHandler<FastifyError | MeridianError | StoreError>((error, _request, reply) => fail(o.log, error, reply));
  app.setNotFoundHandler((_request, reply) => refuseMissing(reply));
  app.get('/healthz', async () => ({ ok: true }));
  app.addHook('preClose', async () => o.streams.close());
  return app;
}

function listener({ trustedProxies, tls, takesBodies = false }: FileServerOptions): FastifyInstance {
  const common = {
    bodyLimit: 1024, // no request has a body
    requestTimeout: takesBodies ? 0 : REQUEST_MS_MAX,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: true,
    trustProxy: (address: string) => isAmong(address, trustedProxies),
    exposeHeadRoutes: false, // one handler serves both
    clientErrorHandler: refuseUnparsed,
    routerOptions: { maxParamLength: limits.headerBytesMax }, // a token that is too long gets the answer of its check
  };
  const http = { ...tokenAddresses, connectionsCheckingInterval: CONNECTIONS_CHECK_MS };
  if (tls === undefined) return Fastify(Object.assign({ http }, common));
  const https = Object.assign({ cert: tls.cert, key: tls.key }, http);
  return Fastify(Object.assign({ https }, common)) as unknown as FastifyInstance; // the types differ only in the server
}

export interface ServedFile {
  readonly key: string;
  /** Determines the type, and the name of a download. */
  readonly name: string;
  readonly info: ObjectInfo;
  readonly token: string;
  readonly origin: TokenOrigin;
  readonly cache: string;
  readonly isDownload: boolean;
  /** Replaces the type of the name. */
  readonly type?: string | undefined;
  /** True for a cache, whose address has no bound. */
  readonly isForMany?: boolean;
}

/** Throws OVERLOADED as `Streams.open`. */
export function serveFile(
  streams: Streams,
  request: FastifyRequest,
  reply: FastifyReply,
  file: ServedFile,
): FastifyReply {
  const { key, info, token, origin } = file;
  const etag = etagOf(info.sha256);
  const answered = rangeAnswerOf(request.headers, { bytes: info.bytes, etag });
  reply.headers({ etag, 'accept-ranges': 'bytes', 'cache-control': file.cache });
  if (answered.status === 304) return reply.code(304).send();
  if (answered.status === 416) {
    reply.header('content-range', `bytes */${info.bytes}`);
    return refuse(reply, 416, 'RANGE_NOT_SATISFIABLE', 'The file has no such bytes.');
  }
  const { status, range } = answered;
  describe(reply, file).code(status).header('content-length', range.bytes);
  if (status === 206) reply.header('content-range', contentRange(range, info.bytes));
  if (request.method === 'HEAD' || range.bytes === 0) return reply.send();
  const address = file.isForMany === true ? undefined : request.ip;
  return reply.send(streams.open({ key, range, address, token, origin, response: reply.raw }));
}

/**
 * Tells a proxy in front, by an empty answer, that it may send the object itself: its key, and the headers of every
 * answer with the whole file or a range. The proxy keeps the answer for `keptS`.
 */
export function handOver(reply: FastifyReply, file: ServedFile, keptS: number): FastifyReply {
  return describe(reply, file)
    .code(200)
    .headers({ etag: etagOf(file.info.sha256), 'cache-control': file.cache })
    .headers({ [HANDED_KEY_HEADER]: file.key, 'x-accel-expires': String(keptS), 'content-length': 0 })
    .send('');
}

function describe(reply: FastifyReply, { name, type, isDownload }: ServedFile): FastifyReply {
  reply.type(type ?? typeOfName(name));
  return isDownload ? reply.header('content-disposition', attachmentOf(name)) : reply;
}

/** Gives the same answer for removed files, those of other tenants and unknown ones. */
export const refuseMissing = (reply: FastifyReply): FastifyReply =>
  refuse(reply, 404, 'NOT_FOUND', 'There is no such file.');

function fail(log: Logger, error: FastifyError | MeridianError | StoreError, reply: FastifyReply): FastifyReply {
  if (error instanceof MeridianError) {
    if (error.retryAfterMs > 0) reply.header('retry-after', Math.ceil(error.retryAfterMs / 1000));
    return refuse(reply, statusOf(error), error.code, error.message);
  }
  if (hasCode(error, 'OBJECT_MISSING') || hasCode(error, 'KEY_FORGOTTEN')) return refuseMissing(reply);
  if (error instanceof StoreError && error.retryable) {
    log.warn({ err: error }, 'the store does not answer');
    return refuse(reply.header('retry-after', '2'), 503, 'OVERLOADED', 'The store does not answer now.');
  }
  const status = (error as FastifyError).statusCode ?? 500;
  if (status === 404) return refuseMissing(reply);
  if (status >= 400 && status < 500) return refuse(reply, status, 'REQUEST_INVALID', 'The request is not well formed.');
  log.error({ err: error }, 'a request failed');
  return refuse(reply, 500, 'INTERNAL', 'Something went wrong on our side.');
}

function statusOf({ code, retryable }: MeridianError): number {
  if (code.startsWith('TOKEN_')) return 401;
  if (code === 'NOT_PERMITTED' || code === 'FENCED_OUT') return 403;
  if (code === 'RATE_LIMITED') return 429;
  return retryable ? 503 : 404;
}

export function refuse(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply.code(status).header('cache-control', 'no-store').type('application/json').send({ code, message });
}
