// The page's server: files, what the page must know, and in development tokens. `buildApp` does not listen.
import fastifyStatic from '@fastify/static';
import type { Clock, Logger } from '@meridian/runtime';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { WebConfig } from './config.ts';
import { signDevToken, type TokenRequest, tokenRequestProblem, tokenRequestSchema } from './dev-token.ts';
import { cacheControlOf, securityHeaders } from './headers.ts';
import { isLoopbackHostHeader, isLoopbackOrigin } from './loopback.ts';

const BODY_BYTES_MAX = 4096; // three names of 128 characters, in any script
const REQUEST_MS_MAX = 10_000; // a slow sender's socket is closed

/** Codes of refusals beside those of the protocol. */
type WebCode = 'REQUEST_INVALID' | 'NOT_LOOPBACK' | 'NOT_FOUND' | 'INTERNAL';

export interface AppOptions {
  config: WebConfig;
  clock: Clock;
  log: Logger;
  onToken?(): void;
}

/** The server with all routes. The configuration must have passed `checkWebConfig`. */
export async function buildApp(o: AppOptions): Promise<FastifyInstance> {
  const { config } = o;
  const app = Fastify({
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_MS_MAX,
    forceCloseConnections: true,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
  });
  const headers = securityHeaders([...config.entryUrls, ...config.connectUrls]);
  app.addHook('onRequest', async (_request, reply) => void reply.headers(headers));
  app.setErrorHandler<FastifyError>((error, request, reply) => answerError(o.log, error, request, reply));
  app.setNotFoundHandler((_request, reply) => refuse(reply, 404, 'NOT_FOUND', 'There is nothing here.'));

  app.get('/healthz', async () => ({ ok: true }));
  const development = config.devKey !== undefined;
  const pageConfig = { entryUrls: config.entryUrls, development, devToken: development };
  app.get('/config.json', async (_request, reply) => reply.header('cache-control', 'no-store').send(pageConfig));
  addDevToken(app, o);
  await app.register(fastifyStatic, {
    root: config.pageDir,
    cacheControl: false,
    dotfiles: 'ignore',
    setHeaders: (reply, path) => void reply.header('cache-control', cacheControlOf(path)),
  });
  return app;
}

function addDevToken(app: FastifyInstance, o: AppOptions): void {
  const { devKey } = o.config;
  if (devKey === undefined) return;
  app.post<{ Body: TokenRequest }>(
    '/dev/token',
    { schema: { body: tokenRequestSchema }, onRequest: refuseStrangers },
    async (request, reply) => {
      const problem = tokenRequestProblem(request.body);
      if (problem !== undefined) return refuse(reply, 400, 'REQUEST_INVALID', problem);
      const token = await signDevToken({ ...devKey, request: request.body, nowMs: o.clock.wallMs() });
      o.onToken?.();
      return reply.header('cache-control', 'no-store').send({ token });
    },
  );
}

/**
 * The port is on a loopback address, but a browser on this machine may show a hostile page: one whose DNS name was rebound to
 * 127.0.0.1 has a foreign Host, one that posts across origins has a foreign Origin.
 */
async function refuseStrangers(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
  const { host, origin } = request.headers;
  if (!isLoopbackHostHeader(host))
    return refuse(reply, 403, 'NOT_LOOPBACK', 'Host must name this machine (localhost or 127.0.0.1).');
  if (origin !== undefined && !isLoopbackOrigin(origin)) {
    return refuse(reply, 403, 'NOT_LOOPBACK', 'Origin must be a page of this machine.');
  }
  return undefined;
}

function answerError(log: Logger, error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const status = error.statusCode ?? 500;
  if (status >= 400 && status < 500) return refuse(reply, status, 'REQUEST_INVALID', error.message);
  log.error({ err: error, method: request.method, path: request.url.split('?', 1)[0] }, 'request failed');
  return refuse(reply, 500, 'INTERNAL', 'Something went wrong on our side.');
}

function refuse(reply: FastifyReply, status: number, code: WebCode, message: string): FastifyReply {
  return reply.code(status).header('cache-control', 'no-store').send({ code, message });
}
