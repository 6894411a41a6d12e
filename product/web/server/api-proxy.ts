// Proxies /api and /twirp to the API under the page's origin; responses come back unchanged, with all headers. Uses
// node:http, since @fastify/reply-from continues when the caller has left, drops the body of a GET, and shortens
// content types.
import { request as askHttp, Agent as HttpAgent, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as askHttps, Agent as HttpsAgent } from 'node:https';
import { UnprovenPlaces } from '@meridian/node-shell';
import { AddressPlaces, addressKey, limits } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { refuseAsApi } from './refusal.ts';

const PREFIXES = ['/api', '/twirp'] as const;
const METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];
/**
 * Timeout of the response's start, above the API's own timeouts for its database or a node. It also ends a response
 * without progress, whether the API does not send or the caller does not read.
 */
const ANSWER_MS_MAX = 20_000;
/** Below the API's keep-alive time, so that no connection is used that the API is about to close. */
const IDLE_MS_MAX = 10_000;
/**
 * Concurrent requests at the API, a connection each. Beyond the total, the oldest request of the address with most
 * requests is ended. An address (a company's system, an office) has at most a sixteenth; further requests are refused.
 */
const UNDER_WAY = { total: 1024, perAddress: 64 };
/** Larger bodies are limited in number, so that all bodies in transit fit into 64 MiB. */
const SMALL_BODY_BYTES_MAX = limits.restPublicBodyBytesMax;
const LARGE_BODIES = { total: 256, provenMax: 0, perKey: 32, provenPerKey: 0 };
/** Library bodies: hashes of all blocks of the largest file, covers, transcripts. The API has the same limit. */
const LIBRARY_PATHS = [
  '/api/v1/library/*',
  '/api/v1/recordings/:recording/transcripts/:language',
  '/api/v1/me/recordings/:recording/transcripts/:language',
];
const LIBRARY_BODY_BYTES_MAX = 1_500_000;
/** Limits so that library bodies fit into another 64 MiB. */
const LIBRARY_BODIES = { total: 40, provenMax: 0, perKey: 8, provenPerKey: 0 };
/** Hop-by-hop headers: RFC 9110, 7.6.1. */
const OF_CONNECTION = new Set(
  'connection keep-alive proxy-connection te trailer transfer-encoding upgrade expect'.split(' '),
);

/** Returns whether the API answers this path: the response then carries no headers of the page. */
export const isOfApi = (url: string): boolean =>
  PREFIXES.some((prefix) => url === prefix || url.startsWith(`${prefix}/`) || url.startsWith(`${prefix}?`));

export interface ApiProxyOptions {
  readonly apiUrl: string;
  readonly apiLocalAddress?: string;
  /** Timeout of the API; ANSWER_MS_MAX by default. */
  readonly answerMsMax?: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Sends a request to the API only with its whole body, so that a slow sender occupies nothing there. Enforces the API's
 * body limits. Answers 503 when the API does not answer. Refusals are problem documents like the API's.
 */
export async function addApiProxy(app: FastifyInstance, o: ApiProxyOptions): Promise<void> {
  const upstream = new Upstream(o);
  await app.register(async (scope) => {
    scope.addHook('onClose', async () => upstream.close());
    scope.removeAllContentTypeParsers();
    const whole = { parseAs: 'buffer', bodyLimit: limits.restBodyBytesMax } as const;
    scope.addContentTypeParser('*', whole, (_request, body, done) => done(null, body));
    const handler = (request: FastifyRequest, reply: FastifyReply): FastifyReply => upstream.pass(request, reply);
    const onRequest = boundOf(new UnprovenPlaces(LARGE_BODIES));
    for (const prefix of PREFIXES)
      for (const url of [prefix, `${prefix}/*`]) scope.route({ method: METHODS, url, onRequest, handler });
    const onLibraryRequest = boundOf(new UnprovenPlaces(LIBRARY_BODIES));
    const bodyLimit = LIBRARY_BODY_BYTES_MAX;
    for (const url of LIBRARY_PATHS)
      scope.route({ method: METHODS, url, bodyLimit, onRequest: onLibraryRequest, handler });
  });
}

/** Reserves a place while a large body arrives. */
const boundOf =
  (places: UnprovenPlaces) =>
  async ({ raw, ip }: FastifyRequest): Promise<void> => {
    if (!mayBeLarge(raw)) return;
    const place = places.enter(addressKey(ip), () => raw.socket.destroy());
    raw.once('end', () => place?.leave()).once('close', () => place?.leave());
  };

const mayBeLarge = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > SMALL_BODY_BYTES_MAX;

class Upstream {
  readonly #o: ApiProxyOptions;
  readonly #url: URL;
  readonly #agent: HttpAgent;
  readonly #underWay = new AddressPlaces(UNDER_WAY);

  constructor(o: ApiProxyOptions) {
    this.#o = o;
    this.#url = new URL(o.apiUrl);
    const Agent = this.#url.protocol === 'https:' ? HttpsAgent : HttpAgent;
    this.#agent = new Agent({ keepAlive: true, timeout: IDLE_MS_MAX, maxTotalSockets: UNDER_WAY.total });
  }

  pass(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const { socket } = request.raw;
    const leave = this.#underWay.enter(request.ip, () => {
      socket.destroy();
      asked.destroy();
    });
    if (leave === undefined) return refuseAsApi(reply.header('retry-after', '1'), 'RATE_LIMITED');
    const { log, clock, answerMsMax = ANSWER_MS_MAX } = this.#o;
    const ask = this.#url.protocol === 'https:' ? askHttps : askHttp;
    const asked = ask(this.#url, {
      agent: this.#agent,
      localAddress: this.#o.apiLocalAddress,
      method: request.method,
      path: request.raw.url ?? '/',
      headers: headersFor(request),
    });
    let isAnswered = false;
    const tooLate = (): void => void asked.destroy(new Error(`no answer within ${answerMsMax} ms`));
    const timer = clock.after(answerMsMax, tooLate);
    // The caller is gone, or has its response.
    reply.raw.once('close', () => void (asked.destroyed || asked.destroy()));
    asked.once('close', () => {
      timer.cancel();
      leave();
    });
    asked.once('response', (answer) => {
      isAnswered = true;
      timer.cancel();
      asked.setTimeout(answerMsMax, tooLate);
      reply
        .code(answer.statusCode ?? 502)
        .headers(withoutOfConnection(answer.headers))
        .send(answer);
    });
    asked.on('error', (error) => {
      if (socket.destroyed) return; // this side has ended it
      log.warn({ err: error }, 'the api does not answer');
      // If the response breaks off, the caller's connection ends.
      if (!isAnswered) refuseAsApi(reply.header('retry-after', '2'), 'API_UNREACHABLE');
    });
    asked.end(request.body);
    return reply;
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** Keeps the caller's Host header: a request with a cookie is judged by the origin that the browser knows. */
function headersFor({ raw, body }: FastifyRequest): IncomingHttpHeaders {
  const { 'content-length': _written, 'x-forwarded-for': before, ...headers } = withoutOfConnection(raw.headers);
  return {
    ...headers,
    ...(Buffer.isBuffer(body) && { 'content-length': String(body.length) }),
    'x-forwarded-for': [before, raw.socket.remoteAddress].filter(Boolean).join(', '),
  };
}

function withoutOfConnection(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const named = (headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase());
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !OF_CONNECTION.has(name) && !named.includes(name)),
  );
}
