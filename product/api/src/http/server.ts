// Bounds of a request, request ids, and errors as RFC 9457 problems.
import type { IncomingMessage } from 'node:http';
import {
  ConnectionGate,
  type ConnectionLimits,
  closeUnread,
  refuseUnparsed,
  tokenAddresses,
} from '@meridian/node-shell';
import {
  type AddressRange,
  isAmong,
  limits,
  MeridianError,
  problemContentType,
  problemType,
  type RestLanguage,
  restLanguageOf,
} from '@meridian/protocol';
import type { Clock, Logger, Rng, TlsFiles } from '@meridian/runtime';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { compilers } from './compilers.ts';
import { faultyFields } from './core/faulty-fields.ts';
import { type Choice, Problem, type ProblemField, statusOfNodeError, titleOf } from './problems.ts';

/** Time for a request to arrive; the socket of a slower sender is closed. */
/** The longest identity, of characters of four bytes, takes twelve characters (`%F0%9F%91%A9`) for each. */
const PARAMETER_CHARACTERS_MAX = 12 * limits.nameLengthMax;
const REQUEST_MS_MAX = 15_000;
const KEEP_ALIVE_MS = 15_000;
/** Interval between searches for slow requests. */
const LOOK_MS = 2000;
/**
 * Limits of connections; an address may be a whole company. The page's server is a trusted proxy, with at most 1024
 * connections.
 */
const CONNECTIONS: ConnectionLimits = {
  total: 4000,
  provenMax: 3000,
  perAddress: 256,
  provenPerAddress: 256,
  proofMs: REQUEST_MS_MAX,
};
/** Form of a caller's `request-id`, which goes into the logs. */
const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

export type RequestError = Error & Partial<FastifyError>;

export interface ServerOptions {
  readonly trustedProxies: readonly AddressRange[];
  /** Absent for plain HTTP. */
  readonly tls?: TlsFiles | undefined;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  /** Reports an answer. `operation`: '' for requests without one; `tenant`: the caller's, '' if none. */
  onAnswered?(operation: string, status: number, tenant: string): void;
  /** Makes the app in place of Fastify. */
  makeApp?(options: object): FastifyInstance;
}

function listener(o: ServerOptions): FastifyInstance {
  const common = {
    bodyLimit: limits.restBodyBytesMax,
    requestTimeout: REQUEST_MS_MAX,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: true,
    trustProxy: (address: string) => isAmong(address, o.trustedProxies),
    genReqId: ({ headers }: IncomingMessage) => {
      const given = headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : Buffer.from(o.rng.bytes(12)).toString('hex');
    },
    schemaController: { compilersFactory: compilers },
    routerOptions: { maxParamLength: PARAMETER_CHARACTERS_MAX },
    clientErrorHandler: refuseUnparsed,
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) =>
      void refuse(o.log, error, request, reply),
  };
  const http = { ...tokenAddresses, connectionsCheckingInterval: LOOK_MS };
  if (o.makeApp !== undefined) return o.makeApp(Object.assign({ http }, common));
  if (o.tls === undefined) return Fastify(Object.assign({ http }, common));
  const https = Object.assign({ cert: o.tls.cert, key: o.tls.key }, http);
  // The two types differ only in the type of the server.
  return Fastify(Object.assign({ https }, common)) as unknown as FastifyInstance;
}

/** Never logs bodies, or URLs with a query. */
export function buildServer(o: ServerOptions): FastifyInstance {
  const app = listener(o);
  new ConnectionGate({ ...o, limits: CONNECTIONS }).guard(app.server);
  app.addHook('onResponse', async ({ routeOptions, principal }, { statusCode }) => {
    o.onAnswered?.(routeOptions.config?.operation?.id ?? '', statusCode, principal?.tenant ?? '');
  });
  const methods = new MethodsByPath();
  app.addHook('onRoute', ({ method, url }) => methods.add(method, url));
  const refuseNowhere = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const allowed = methods.at(request.url);
    if (allowed === '') return refuse(o.log, new Problem('NOT_FOUND'), request, reply);
    return refuse(o.log, new Problem('METHOD_NOT_ALLOWED'), request, reply.header('allow', allowed));
  };
  app.setNotFoundHandler(refuseNowhere);
  app.setErrorHandler<RequestError>((error, request, reply) => refuse(o.log, error, request, reply));
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    reply.header('x-content-type-options', 'nosniff');
    return request.is404 ? refuseNowhere(request, reply) : undefined; // before the body is read
  });
  app.addHook('onSend', async ({ raw }, reply) => closeUnread(raw, reply.raw));
  app.get('/healthz', { schema: { hide: true } }, async () => ({ ok: true }));
  return app;
}

class MethodsByPath {
  readonly #routes: { readonly methods: readonly string[]; readonly isLiteral: boolean; readonly path: RegExp }[] = [];

  /** Adds a path in Fastify's form, with `:names`, unless it contains a `*`. */
  add(method: string | string[], path: string): void {
    if (path.includes('*')) return;
    const pattern = path.replaceAll(/[.$()+?[\]^{|}\\]/g, '\\$&').replaceAll(/:\w+/g, '[^/]+');
    const isLiteral = !path.includes(':');
    this.#routes.push({ methods: [method].flat(), isLiteral, path: new RegExp(`^${pattern}$`) });
  }

  /** Returns the value of the header `allow`; '' for an unknown path. */
  at(url: string): string {
    const path = url.split('?', 1)[0] ?? '';
    const found = this.#routes.filter((route) => route.path.test(path));
    // The path /join-links/exchange also matches /join-links/:link, but callers never mean a link with that id.
    const literal = found.filter(({ isLiteral }) => isLiteral);
    const methods = (literal.length > 0 ? literal : found).flatMap((route) => route.methods);
    return [...new Set(methods)].sort().join(', ');
  }
}

/**
 * Converts an error. Details of unexpected errors appear only in the log. `schemas`: those that checked the parts of
 * the request.
 */
export function problemOf(
  error: RequestError,
  language: RestLanguage,
  schemas: PartSchemas = {},
): { status: number; retryAfterMs: number; document: ProblemDocument } {
  const { status, code, detail, fields, retryAfterMs } = partsOf(error, schemas);
  const choices = error instanceof Problem ? error.choices : [];
  const title = titleOf(code, language);
  return {
    status,
    retryAfterMs,
    document: {
      type: problemType(code),
      title,
      status,
      code,
      ...(detail !== undefined && detail !== title && { detail }),
      ...(fields.length > 0 && { errors: fields }),
      ...(choices.length > 0 && { choices }),
    },
  };
}

export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail?: string;
  readonly errors?: readonly ProblemField[];
  readonly choices?: readonly Choice[];
}

type PartSchemas = Readonly<Record<string, unknown>>;

interface Parts {
  readonly status: number;
  readonly code: string;
  readonly detail: string | undefined;
  readonly fields: readonly ProblemField[];
  readonly retryAfterMs: number;
}

function partsOf(error: RequestError, schemas: PartSchemas): Parts {
  if (error instanceof Problem) {
    const { status, code, message, fields, retryAfterMs } = error;
    return { status, code, detail: message, fields, retryAfterMs };
  }
  if (error instanceof MeridianError) {
    const { code, message, retryAfterMs } = error;
    return { status: statusOfNodeError(error), code, detail: message, fields: [], retryAfterMs };
  }
  const none = { detail: undefined, fields: [], retryAfterMs: 0 };
  if (error.validation !== undefined) {
    const part = error.validationContext ?? 'body';
    const fields = faultyFields(error.validation, part, schemas[part]);
    return { ...none, status: 400, code: 'REQUEST_INVALID', fields };
  }
  if (error.statusCode === 413) return { ...none, status: 413, code: 'BODY_TOO_LARGE' };
  if (error.statusCode === 415) return { ...none, status: 415, code: 'MEDIA_TYPE_UNSUPPORTED' };
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500)
    return { ...none, status: 400, code: 'REQUEST_INVALID', detail: error.message };
  if (isDatabaseAway(error)) return { ...none, status: 503, code: 'DATABASE_UNAVAILABLE', retryAfterMs: 2000 };
  return { ...none, status: 500, code: 'INTERNAL' };
}

/** Returns whether PostgreSQL cannot be reached, or does not answer in time. */
function isDatabaseAway(error: Error & { readonly code?: unknown }): boolean {
  const code = String(error.code ?? '');
  // Classes of codes: 08 is a connection, 53 resources, 57 an operator's intervention (PostgreSQL, appendix A).
  return (
    /^(08|53|57)...$/.test(code) ||
    ['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EPIPE', 'ETIMEDOUT', 'SQLITE_BUSY'].includes(code) ||
    /timeout exceeded when trying to connect|Query read timeout|Connection terminated/.test(error.message)
  );
}

function refuse(log: Logger, error: RequestError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const language = restLanguageOf(request.headers['accept-language']);
  const { status, retryAfterMs, document } = problemOf(error, language, { ...request.routeOptions.schema });
  if (status >= 500) {
    const operation = request.routeOptions.config.operation?.id;
    log.error({ err: error, operation, requestId: request.id }, 'a request failed');
  }
  if (retryAfterMs > 0) reply.header('retry-after', Math.ceil(retryAfterMs / 1000));
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  return reply
    .code(status)
    .headers({ 'cache-control': 'no-store', 'content-type': problemContentType })
    .send(JSON.stringify(document));
}
