// The api under the page's origin: what is asked below /api and /twirp is passed on to it, and its answer comes back
// unchanged, headers and all.
import httpProxy from '@fastify/http-proxy';
import type { Logger } from '@meridian/runtime';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const PREFIXES = ['/api', '/twirp'] as const;
/** Longer than the api itself waits for its database or a node. */
const ANSWER_MS_MAX = 20_000;
/** At the api at once; further requests wait for one of these. */
const CONNECTIONS_MAX = 256;

/** Whether the answer comes from the api: it bears no headers of the page. */
export const isOfApi = (url: string): boolean =>
  PREFIXES.some((prefix) => url === prefix || url.startsWith(`${prefix}/`));

/**
 * Bodies are passed on as they come, so their bound is the api's. When the api does not answer: 503, as a problem
 * document like its own.
 */
export async function addApiProxy(
  app: FastifyInstance,
  o: { apiUrl: string; apiLocalAddress?: string; log: Logger },
): Promise<void> {
  const { apiLocalAddress: localAddress } = o;
  for (const prefix of PREFIXES)
    await app.register(httpProxy, {
      upstream: o.apiUrl,
      prefix,
      rewritePrefix: prefix,
      disableRequestLogging: true,
      undici: {
        connections: CONNECTIONS_MAX,
        headersTimeout: ANSWER_MS_MAX,
        bodyTimeout: ANSWER_MS_MAX,
        ...(localAddress === undefined ? {} : { localAddress }),
      },
      replyOptions: {
        retryDelay: () => null, // a caller that wants it twice asks twice
        rewriteRequestHeaders: ({ raw }, headers) => ({
          ...headers,
          host: raw.headers.host, // a cookie's request is judged by the origin that the browser knows
          'x-forwarded-for': [raw.headers['x-forwarded-for'], raw.socket.remoteAddress].filter(Boolean).join(', '),
        }),
        onError: (reply, { error }) => {
          o.log.warn({ err: error }, 'the api does not answer');
          unanswered(reply as FastifyReply);
        },
      },
    });
}

/** As the api's own problems (api/src/http/problems.ts): a caller need not know that there is a page between. */
function unanswered(reply: FastifyReply): void {
  const document = {
    type: '/api/v1/problems/API_UNREACHABLE',
    title: isChinese(reply.request) ? '接口服务暂时无响应。' : 'The API does not answer now.',
    status: 503,
    code: 'API_UNREACHABLE',
  };
  reply
    .code(503)
    .headers({
      'cache-control': 'no-store',
      'retry-after': '2',
      'content-type': 'application/problem+json; charset=utf-8',
    })
    .send(JSON.stringify(document));
}

const isChinese = ({ headers }: FastifyRequest): boolean => /^\s*zh/i.test(headers['accept-language'] ?? '');
