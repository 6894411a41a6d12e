import cors from '@fastify/cors';
import { MeridianClientError } from '@meridian/client';
import { type ConnectionGate, refuseUnparsed, tokenAddresses } from '@meridian/node-shell';
import { MeridianError } from '@meridian/protocol';
import type { Logger, TlsFiles } from '@meridian/runtime';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { STREAM_KEY_CHARACTERS_MAX } from '../adapters/stream-keys.ts';
import { type WaysOptions, type WaysRequest, waysOf } from '../ways.ts';
import type { Arrivals } from './arrivals.ts';
import { clientOf } from './nearest.ts';

const BODY_BYTES_MAX = 4096;
/** Time limit of a request's head and body; the socket of a slower sender is closed. */
const REQUEST_MS_MAX = 10_000;
/** Time that an idle connection stays: players of plain HLS ask again within a target duration. */
const KEEP_ALIVE_MS = 15_000;
const CONNECTION_CHECK_MS = 2000;

declare module 'fastify' {
  interface FastifyContextConfig {
    opens?: boolean;
    cors?: object;
  }
}

export interface HttpOptions {
  readonly ways: WaysOptions;
  readonly allowedOrigins: readonly string[];
  readonly log: Logger;
  readonly gate: ConnectionGate;
  /** Absent: the socket's address is the client's, without a limit. */
  readonly arrivals?: Arrivals;
  readonly tls?: TlsFiles | undefined;
}

const waysSchema = {
  type: 'object',
  nullable: true,
  additionalProperties: false,
  properties: {
    client: { enum: ['encoder', 'miniprogram', 'h5'] },
    identity: { type: 'string', maxLength: 128 },
    name: { type: 'string', maxLength: 128 },
    picture: { type: 'string', maxLength: 128 },
  },
} as const;

function listener({ arrivals, tls }: HttpOptions): FastifyInstance {
  const common = {
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_MS_MAX,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: true,
    trustProxy: (address: string) => arrivals?.isTrusted(address) ?? false,
    exposeHeadRoutes: false, // An endless stream has no HEAD.
    routerOptions: { maxParamLength: STREAM_KEY_CHARACTERS_MAX },
    clientErrorHandler: refuseUnparsed,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
  };
  const http = { ...tokenAddresses, connectionsCheckingInterval: CONNECTION_CHECK_MS };
  if (tls === undefined) return Fastify(Object.assign({ http }, common));
  const https = Object.assign({ cert: tls.cert, key: tls.key }, http);
  // The instances differ only in their server's type.
  return Fastify(Object.assign({ https }, common)) as unknown as FastifyInstance;
}

/** Builds the server with its routes, not listening. Nothing logs URLs, because they contain keys. */
export async function buildHttp(o: HttpOptions): Promise<FastifyInstance> {
  const app = listener(o);
  o.gate.guard(app.server);
  await app.register(cors, { origin: o.allowedOrigins.includes('*') ? true : [...o.allowedOrigins] });
  app.addHook('onRequest', async (request) => {
    if (request.routeOptions.config.opens !== true) return;
    const retryAfterMs = o.arrivals?.waitMs(o.arrivals.addressOf(request.raw)) ?? 0;
    if (retryAfterMs > 0) throw new MeridianError('RATE_LIMITED', undefined, { retryAfterMs });
  });
  app.setErrorHandler<FastifyError | MeridianError | MeridianClientError>((error, _request, reply) =>
    answer(o.log, error, reply),
  );
  app.setNotFoundHandler((_request, reply) => refuse(reply, 404, 'NOT_FOUND', 'There is nothing here.'));
  app.get('/healthz', async () => ({ ok: true }));
  app.post<{ Body: WaysRequest | null }>('/v1/addresses', { schema: { body: waysSchema } }, async (request, reply) => {
    const ways = await waysOf(o.ways, bearerOf(request), request.body ?? {}, clientOf(request));
    return reply.header('cache-control', 'no-store').send(ways);
  });
  return app;
}

export function bearerOf({ headers }: FastifyRequest): string {
  return /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
}

function answer(
  log: Logger,
  error: FastifyError | MeridianError | MeridianClientError,
  reply: FastifyReply,
): FastifyReply {
  if (error instanceof MeridianError && error.retryAfterMs > 0)
    reply.header('retry-after', Math.ceil(error.retryAfterMs / 1000));
  if (error instanceof MeridianError || error instanceof MeridianClientError)
    return refuse(reply, statusOf(error), error.code, error.message);
  const status = error.statusCode ?? 500;
  if (status >= 400 && status < 500) return refuse(reply, status, 'REQUEST_INVALID', error.message);
  log.error({ err: error }, 'a request failed');
  return refuse(reply, 500, 'INTERNAL', 'Something went wrong on our side.');
}

export function refuse(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply.code(status).header('cache-control', 'no-store').send({ code, message });
}

const FORBIDDEN: readonly string[] = [
  'NOT_PERMITTED',
  'KICKED',
  'FENCE_CONFLICT',
  'FENCED_OUT',
  'TARGET_REFUSED',
  'HOOK_REFUSED',
];

function statusOf({ code, retryable }: MeridianError | MeridianClientError): number {
  if (code.startsWith('TOKEN_')) return 401;
  if (FORBIDDEN.includes(code)) return 403;
  if (code === 'RATE_LIMITED' || code === 'QUOTA_EXCEEDED') return 429;
  if (code.endsWith('_TRANSCODER')) return 501;
  if (code === 'PARTICIPANT_UNKNOWN') return 404;
  return retryable ? 503 : 400;
}
