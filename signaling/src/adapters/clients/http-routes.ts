// Plain HTTP routes of the clients' listener.
import type { IncomingMessage } from 'node:http';
import cors from '@fastify/cors';
import { AddressRates, cutText, limits, MeridianError } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { type ConnectQuery, type EntryCandidate, httpStatusOf } from '../../core/index.ts';
import { infoForClient } from '../../failures.ts';
import { bounds } from '../../limits.ts';
import { checkQuery, type LiveKitTokens } from './livekit-tokens.ts';
import { type HttpRefusal, reasonPhraseOf, refusalOf } from './refuse-upgrade.ts';

export interface RouteOptions extends LiveKitTokens {
  readonly allowedOrigins: readonly string[];
  readonly clock: Clock;
  /** Returns the answer to GET /v1/entry. */
  entry(clientIp: string, fromCity: string): Promise<readonly EntryCandidate[]>;
  /** Returns, for GET /healthz, the names of missing parts; empty when the node can serve. */
  missing(): readonly string[];
  clientIpOf(request: IncomingMessage): string;
  /** Counts the request as a new socket, and returns why that would be refused whatever its token. */
  refusalBeforeToken(request: IncomingMessage): MeridianError | undefined;
  /** Returns why the last socket with this token was refused, a moment ago. */
  refusalOfJoin(query: ConnectQuery): HttpRefusal | undefined;
}

/** Adds the routes; other paths get 404, including `/rtc/v1`, after which LiveKit's SDKs try `/rtc`. */
export async function addRoutes(app: FastifyInstance, o: RouteOptions): Promise<void> {
  await app.register(cors, {
    origin: o.allowedOrigins.includes('*') ? '*' : [...o.allowedOrigins],
    methods: ['GET'],
    maxAge: 600,
  });
  app.setErrorHandler((error, _request, reply) => fail(error, reply, o));
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ code: 'REQUEST_INVALID', message: 'no such address' }),
  );
  app.get('/healthz', (_request, reply) => {
    const missing = o.missing();
    return reply.code(missing.length === 0 ? 200 : 503).send({ ok: missing.length === 0, missing });
  });
  addEntry(app, o);
  addValidate(app, o);
}

function addEntry(app: FastifyInstance, o: RouteOptions): void {
  const entries = new AddressRates({
    perSecond: bounds.entriesPerSecond,
    burst: bounds.entriesBurst,
    addressesMax: bounds.entryAddressesMax,
  });
  app.get('/v1/entry', async (request, reply) => {
    const from = (request.query as { from?: unknown }).from;
    const clientIp = o.clientIpOf(request.raw);
    throwIfLimited(entries.take(clientIp, o.clock.nowMs()));
    const candidates = await o.entry(clientIp, typeof from === 'string' ? cutText(from, limits.nameLengthMax) : '');
    return reply.header('cache-control', 'no-store').send({ candidates, protocolVersion: limits.protocolVersion });
  });
}

/**
 * Adds routes that tell why a socket would not open, or did not: LiveKit's SDKs ask at `/rtc/validate`, ours at
 * `/v1/rtc/validate`. The request counts as a socket, and joins nothing. `/rtc/v1/validate` refuses by the token alone:
 * SDKs take its 404 for a signal to go on to `/rtc`.
 */
function addValidate(app: FastifyInstance, o: RouteOptions): void {
  app.get('/v1/rtc/validate', async ({ raw }, reply) => {
    const refusal = o.refusalBeforeToken(raw);
    // The page of any origin may read why it is refused.
    if (refusal?.code === 'NOT_PERMITTED') reply.header('access-control-allow-origin', '*');
    if (refusal !== undefined) throw refusal;
    return reply.header('cache-control', 'no-store').send({ ok: true });
  });
  for (const path of ['/rtc/validate', '/rtc/v1/validate'] as const)
    app.get(path, async ({ raw }, reply) => {
      const refusal = await liveKitRefusal(raw, path, o);
      reply.header('cache-control', 'no-store').type('text/plain; charset=utf-8');
      if (refusal === undefined) return reply.send('success');
      const { status, text, retryAfterMs } = refusal;
      if (retryAfterMs > 0) reply.header('retry-after', Math.ceil(retryAfterMs / 1000));
      reply.raw.statusMessage = reasonPhraseOf(text);
      return reply.code(status).send(text);
    });
}

async function liveKitRefusal(
  request: IncomingMessage,
  path: '/rtc/validate' | '/rtc/v1/validate',
  o: RouteOptions,
): Promise<HttpRefusal | undefined> {
  const isOfV1 = path === '/rtc/v1/validate';
  const refusal = isOfV1 ? undefined : o.refusalBeforeToken(request);
  if (refusal !== undefined) return refusalOf(refusal, o);
  const asked = await checkQuery(request, o);
  if (!asked.ok) return asked.refusal;
  return isOfV1
    ? { status: 404, text: 'REQUEST_INVALID: There is no such address; it is /rtc.', retryAfterMs: 0 }
    : o.refusalOfJoin(asked.query);
}

function throwIfLimited(retryAfterMs: number): void {
  if (retryAfterMs > 0) throw new MeridianError('RATE_LIMITED', undefined, { retryAfterMs });
}

function fail(error: unknown, reply: FastifyReply, o: RouteOptions): FastifyReply {
  const status = (error as { statusCode?: unknown }).statusCode;
  // Requests that fastify refuses (invalid JSON, a missing field) are the client's mistake.
  if (typeof status === 'number' && status < 500)
    return reply.code(status).send({ code: 'REQUEST_INVALID', message: error instanceof Error ? error.message : '' });
  const info = infoForClient(error, o.development);
  if (info.code === 'INTERNAL') o.log.error({ err: error }, 'an HTTP request failed unexpectedly');
  if (info.retryAfterMs > 0) reply.header('retry-after', Math.ceil(info.retryAfterMs / 1000));
  return reply.code(httpStatusOf(info.code)).send(info);
}
