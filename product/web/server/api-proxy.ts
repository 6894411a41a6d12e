// The api under the page's origin: what is asked below /api and /twirp is passed on to it, and its answer comes back
// unchanged, headers and all. By node:http: @fastify/reply-from goes on asking when the caller has left, takes no body
// of a GET, and shortens content types.
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
 * For the answer to begin, longer than the api itself waits for its database or a node; and without progress of one
 * that has begun, whether the api does not send or the caller does not read.
 */
const ANSWER_MS_MAX = 20_000;
/** Shorter than the api keeps them: none is used that it is about to close. */
const IDLE_MS_MAX = 10_000;
/**
 * Requests at the api at once, a connection each. When there are more, the oldest of the address that has most of them
 * is ended; of one address (a company's system, an office) more than a sixteenth are refused.
 */
const UNDER_WAY = { total: 1024, perAddress: 64 };
/** Bodies that may become larger than this are few at once, so that all that are coming fit into 64 MiB. */
const SMALL_BODY_BYTES_MAX = limits.restPublicBodyBytesMax;
const LARGE_BODIES = { total: 256, provenMax: 0, perKey: 32, provenPerKey: 0 };
/** Of the library: hashes of all blocks of the largest file, covers, transcripts. As the api has it. */
const LIBRARY_PATH = '/api/v1/library/*';
const LIBRARY_BODY_BYTES_MAX = 1_500_000;
/** As many as fit into 64 MiB besides. */
const LIBRARY_BODIES = { total: 40, provenMax: 0, perKey: 8, provenPerKey: 0 };
/** RFC 9110, 7.6.1: of one connection, not of the request or answer. */
const OF_CONNECTION = new Set(
  'connection keep-alive proxy-connection te trailer transfer-encoding upgrade expect'.split(' '),
);

/** Whether the answer comes from the api: it bears no headers of the page. */
export const isOfApi = (url: string): boolean =>
  PREFIXES.some((prefix) => url === prefix || url.startsWith(`${prefix}/`) || url.startsWith(`${prefix}?`));

export interface ApiProxyOptions {
  readonly apiUrl: string;
  /** Absent: any. */
  readonly apiLocalAddress?: string;
  /** Absent: ANSWER_MS_MAX. */
  readonly answerMsMax?: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * The api is asked when the whole body is here: a slow sender holds nothing of it. Its own bound of bodies is kept here
 * already. When it does not answer: 503. Refusals are problem documents like its own.
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
    scope.route({ method: METHODS, url: LIBRARY_PATH, bodyLimit, onRequest: onLibraryRequest, handler });
  });
}

/** Holds a place while a large body comes. */
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

  /** Answers with what the api answers. */
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
    // The caller is gone, or has its answer.
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
      if (socket.destroyed) return; // it was ended from this side
      log.warn({ err: error }, 'the api does not answer');
      // An answer that breaks off ends its caller's connection.
      if (!isAnswered) refuseAsApi(reply.header('retry-after', '2'), 'API_UNREACHABLE');
    });
    asked.end(request.body);
    return reply;
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** The host is that which the caller asked: a cookie's request is judged by the origin that the browser knows. */
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
