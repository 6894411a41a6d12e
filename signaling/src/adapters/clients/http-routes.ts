// Plain HTTP routes of the clients' listener.
import type { IncomingMessage } from 'node:http';
import cors from '@fastify/cors';
import { AddressRates, cutText, type ErrorCode, limits, MeridianError } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { EntryCandidate } from '../../core/index.ts';
import { infoForClient } from '../../failures.ts';
import { bounds } from '../../limits.ts';
import { checkQuery, type LiveKitTokens } from './livekit-tokens.ts';

export interface RouteOptions extends LiveKitTokens {
  readonly allowedOrigins: readonly string[];
  readonly clock: Clock;
  /** Returns the answer to GET /v1/entry. */
  entry(clientIp: string, fromCity: string): Promise<readonly EntryCandidate[]>;
  /** Returns, for GET /healthz, the names of missing parts; empty when the node can serve. */
  missing(): readonly string[];
  clientIpOf(request: IncomingMessage): string;
  /** Counts a new socket of the address: returns 0, or the milliseconds until another is allowed. */
  handshake(clientIp: string): number;
  isFull(): boolean;
}

const statusOf: { readonly [code in ErrorCode]?: number } = {
  CITY_UNKNOWN: 400,
  REQUEST_INVALID: 400,
  RATE_LIMITED: 429,
  OVERLOADED: 503,
  INTERNAL: 500,
};

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

/** Tells LiveKit's clients whether a socket would open, and why not. The request counts as a socket. */
function addValidate(app: FastifyInstance, o: RouteOptions): void {
  app.get('/rtc/validate', async ({ raw }, reply) => {
    throwIfLimited(o.handshake(o.clientIpOf(raw)));
    if (o.isFull()) throw new MeridianError('OVERLOADED');
    const asked = await checkQuery(raw, o);
    reply.header('cache-control', 'no-store').type('text/plain; charset=utf-8');
    if (asked.ok) return reply.send('success');
    const { status, text, retryAfterMs } = asked.refusal;
    if (retryAfterMs > 0) reply.header('retry-after', Math.ceil(retryAfterMs / 1000));
    return reply.code(status).send(text);
  });
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
  return reply.code(statusOf[info.code] ?? 503).send(info);
}
