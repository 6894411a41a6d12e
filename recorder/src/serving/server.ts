// The recorder's HTTP: files of finished recordings, at /recordings/TOKEN/NAME.
import type { Server } from 'node:http';
import cors from '@fastify/cors';
import type { ConnectionGate, Tokens } from '@meridian/node-shell';
import {
  type AddressRange,
  AddressRates,
  FINISHED_FOLDER,
  FINISHED_NAME,
  isAmong,
  isFinishedName,
  limits,
  MeridianError,
} from '@meridian/protocol';
import type { Clock, Logger, TlsFiles } from '@meridian/runtime';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { recordingPrefix } from '../core/names.ts';
import { kept, typeOfName } from '../core/serving/file-types.ts';
import { answerOf, contentRange, etagOf } from '../core/serving/ranges.ts';
import { hasCode, StoreError } from '../stores/core/errors.ts';
import type { ObjectInfo, Store } from '../stores/store.ts';
import { type FileToken, openFileToken } from './file-tokens.ts';
import type { Streams } from './streams.ts';

/** A slow sender's socket is closed. */
const REQUEST_MS_MAX = 10_000;
/** Players ask again within a segment or two. */
const KEEP_ALIVE_MS = 15_000;
/** Deadlines are looked at so often. */
const LOOK_MS = 2000;
/** An office that seeks together; a player asks for two files a second at most, and for many when it seeks. */
const ASKED = { perSecond: 100, burst: 1000, addressesMax: 10_000 };
/** The names of other files are never given to other bytes; of `finished.json` clients ask each time. */
const CACHE = 'private, max-age=86400, immutable';
const CACHE_DESCRIPTION = 'private, no-cache';
/** A browser that opens a file by its address runs nothing of it, and passes the address on to no other. */
const SAFE = {
  'content-security-policy': "default-src 'none'; media-src 'self'; img-src 'self'; style-src 'unsafe-inline'; sandbox",
  'cross-origin-resource-policy': 'cross-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

export interface ServerOptions {
  readonly tokens: Pick<Tokens, 'signed'>;
  readonly store: Pick<Store, 'get' | 'head'>;
  readonly streams: Streams;
  /** Of this server alone. */
  readonly gate: ConnectionGate;
  readonly trustedProxies: readonly AddressRange[];
  readonly clock: Clock;
  readonly log: Logger;
  /** The certificate by which it speaks https; without, plain http. */
  readonly tls?: TlsFiles | undefined;
  onAnswer?(status: number): void;
}

/** The server without routes and hooks. */
function listener({ trustedProxies, tls }: ServerOptions): FastifyInstance {
  const common = {
    bodyLimit: 1024, // there are none
    requestTimeout: REQUEST_MS_MAX,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: true,
    trustProxy: (address: string) => isAmong(address, trustedProxies),
    exposeHeadRoutes: false, // one handler has both
    routerOptions: { maxParamLength: limits.tokenBytesMax },
  };
  const http = { connectionsCheckingInterval: LOOK_MS };
  if (tls === undefined) return Fastify(Object.assign({ http }, common));
  const https = Object.assign({ cert: tls.cert, key: tls.key }, http);
  return Fastify(Object.assign({ https }, common)) as unknown as FastifyInstance; // alike but for its server's type
}

/** The server with its routes; it does not listen. Nothing of it logs URLs: they hold tokens. */
export async function buildServer(o: ServerOptions): Promise<FastifyInstance> {
  const app = listener(o);
  o.gate.guard(app.server as Server);
  // Whoever has the address may read: there is nothing else, such as a cookie, that a page could borrow.
  const exposedHeaders = ['accept-ranges', 'content-length', 'content-range', 'etag'];
  await app.register(cors, { origin: '*', methods: ['GET', 'HEAD'], exposedHeaders, maxAge: 86_400 });
  const rates = new AddressRates(ASKED);
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SAFE);
    // A trusted proxy that names no client is the address of many, which do not pay for one another.
    if (isAmong(request.ip, o.trustedProxies)) return;
    const retryAfterMs = rates.take(request.ip, o.clock.nowMs());
    if (retryAfterMs > 0) throw new MeridianError('RATE_LIMITED', undefined, { retryAfterMs });
  });
  app.addHook('onResponse', async (_request, { statusCode }) => o.onAnswer?.(statusCode));
  app.setErrorHandler<FastifyError | MeridianError | StoreError>((error, _request, reply) => fail(o.log, error, reply));
  app.setNotFoundHandler((_request, reply) => notFound(reply));
  app.get('/healthz', async () => ({ ok: true }));
  app.route<{ Params: Parameters; Querystring: Readonly<Record<string, unknown>> }>({
    method: ['GET', 'HEAD'],
    url: '/recordings/:token/*',
    handler: (request, reply) => answer(o, request, reply),
  });
  app.addHook('preClose', async () => o.streams.close());
  return app;
}

interface Parameters {
  readonly token: string;
  readonly '*': string;
}
type OfFile = FastifyRequest<{ Params: Parameters; Querystring: Readonly<Record<string, unknown>> }>;

async function answer(o: ServerOptions, request: OfFile, reply: FastifyReply): Promise<FastifyReply> {
  const { token, '*': asked } = request.params;
  // Files are named so on the wire too, where names are those below the recording.
  const name = asked.startsWith(`${FINISHED_FOLDER}/`) ? asked.slice(FINISHED_FOLDER.length + 1) : asked;
  const opened = await openFileToken(o.tokens, token);
  if (!isFinishedName(name)) return notFound(reply);
  const key = `${recordingPrefix(opened.tenant, opened.recordingId)}${FINISHED_FOLDER}/${name}`;
  const info = await o.store.head(key);
  return info === undefined ? notFound(reply) : give(o, request, reply, { opened, name, key, info });
}

interface Found {
  readonly opened: FileToken;
  readonly name: string;
  readonly key: string;
  readonly info: ObjectInfo;
}

function give(
  o: ServerOptions,
  request: OfFile,
  reply: FastifyReply,
  { opened, name, key, info }: Found,
): FastifyReply {
  const etag = etagOf(info.sha256);
  const answered = answerOf(request.headers, { bytes: info.bytes, etag });
  reply.headers({
    etag,
    'accept-ranges': 'bytes',
    'cache-control': name === FINISHED_NAME ? CACHE_DESCRIPTION : CACHE,
  });
  if (answered.status === 304) return reply.code(304).send();
  if (answered.status === 416) {
    reply.header('content-range', `bytes */${info.bytes}`);
    return refuse(reply, 416, 'RANGE_NOT_SATISFIABLE', 'The file has no such bytes.');
  }
  const { status, range } = answered;
  reply.code(status).type(typeOfName(name)).header('content-length', range.bytes);
  if (status === 206) reply.header('content-range', contentRange(range, info.bytes));
  if (request.query['download'] === '1' && opened.may === 'download') reply.header('content-disposition', kept(name));
  if (request.method === 'HEAD' || range.bytes === 0) return reply.send();
  return reply.send(
    o.streams.open({ key, range, address: request.ip, token: request.params.token, origin: opened.origin }),
  );
}

/** What is there no more, is of another tenant or never was: all are answered alike. */
const notFound = (reply: FastifyReply): FastifyReply => refuse(reply, 404, 'NOT_FOUND', 'There is no such file.');

function fail(log: Logger, error: FastifyError | MeridianError | StoreError, reply: FastifyReply): FastifyReply {
  if (error instanceof MeridianError) {
    if (error.retryAfterMs > 0) reply.header('retry-after', Math.ceil(error.retryAfterMs / 1000));
    return refuse(reply, statusOf(error), error.code, error.message);
  }
  if (hasCode(error, 'OBJECT_MISSING') || hasCode(error, 'KEY_FORGOTTEN')) return notFound(reply);
  if (error instanceof StoreError && error.retryable) {
    log.warn({ err: error }, 'the store does not answer');
    return refuse(reply.header('retry-after', '2'), 503, 'OVERLOADED', 'The store does not answer now.');
  }
  const status = (error as FastifyError).statusCode ?? 500;
  if (status === 404) return notFound(reply);
  if (status >= 400 && status < 500) return refuse(reply, status, 'REQUEST_INVALID', 'The request is not well formed.');
  log.error({ err: error }, 'a request failed');
  return refuse(reply, 500, 'INTERNAL', 'Something went wrong on our side.');
}

function statusOf({ code, retryable }: MeridianError): number {
  if (code.startsWith('TOKEN_')) return 401;
  if (code === 'NOT_PERMITTED') return 403;
  if (code === 'RATE_LIMITED') return 429;
  return retryable ? 503 : 404;
}

/** Answers with a status, a code and a sentence, which no cache keeps. */
function refuse(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply.code(status).header('cache-control', 'no-store').type('application/json').send({ code, message });
}
