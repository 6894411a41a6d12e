import { limits } from '@meridian/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { TSchema } from 'typebox';
import { isAdminRole, isForUsers, type Principal } from '../access/core/scopes.ts';
import type { Database } from '../store/store.ts';
import { transact } from '../store/transaction.ts';
import { type AuditWriter, entryOf, isAudited } from './audit-entries.ts';
import { closed } from './core/closed.ts';
import { illFormed } from './core/ill-formed.ts';
import { readText } from './core/read-text.ts';
import { isUnchanged } from './etag.ts';
import type { Call, Done, Handler, Operation, Webhook } from './operation.ts';
import { Problem, statusOf } from './problems.ts';

export const BASE = '/api/v1';
const FIELDS_MAX = 20;

declare module 'fastify' {
  interface FastifyContextConfig {
    operation?: Operation;
  }
  interface FastifyRequest {
    /** The caller; undefined for a `public` operation. */
    principal: Principal | undefined;
    /** Refusal to be written to the audit log; undefined if it is already written, or if there is none. */
    refused: { readonly principals: readonly Principal[]; readonly status: number } | undefined;
  }
}

export interface RoutesOptions {
  readonly app: FastifyInstance;
  readonly db: Database;
  /** Rejects with a Problem if the request has no valid token or session for the operation. */
  authenticate(request: FastifyRequest, operation: Operation): Promise<Principal>;
  /** Throws RATE_LIMITED. */
  count(request: FastifyRequest, principal: Principal | undefined): void;
  once(o: OnceOptions): Promise<Reply>;
  readonly audit: AuditWriter;
}

export interface OnceOptions {
  readonly request: FastifyRequest;
  readonly operation: Operation;
  readonly principal: Principal;
  /** Calls `keep` in the handler's transaction (`Call.atomically`), if the handler has one. */
  run(keep: KeepReply): Promise<Reply>;
}

export type KeepReply = (db: Database, reply: Reply) => Promise<void>;

export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly principal?: Principal;
}

export class Routes {
  readonly #o: RoutesOptions;
  readonly #operations: Operation[] = [];
  readonly #webhooks: Webhook[] = [];

  constructor(o: RoutesOptions) {
    this.#o = o;
    o.app.decorateRequest('principal', undefined);
    o.app.decorateRequest('refused', undefined);
  }

  get operations(): readonly Operation[] {
    return this.#operations;
  }

  /** Returns webhooks, which only OpenAPI uses. */
  get webhooks(): readonly Webhook[] {
    return this.#webhooks;
  }

  describeWebhook(webhook: Webhook): void {
    this.#webhooks.push(webhook);
  }

  add<O extends Operation>(operation: O, handler: Handler<O>): void {
    this.#operations.push(operation);
    const { params, query, bodyIfGiven } = operation;
    this.#o.app.route({
      method: operation.method,
      url: BASE + operation.path.replaceAll(/\{(\w+)\}/g, ':$1'),
      config: { operation },
      bodyLimit:
        operation.bodyBytesMax ??
        (operation.scope === 'public' ? limits.restPublicBodyBytesMax : limits.restBodyBytesMax),
      schema: schemaOf(operation),
      // Runs before the body is read, so that a caller without the right causes no work.
      onRequest: (request) => this.#auditingRefusal(operation, request, () => this.#admit(operation, request)),
      preValidation: async (request) => {
        if (params !== undefined) request.params = readText(params, request.params);
        if (bodyIfGiven === true && request.body === undefined) request.body = {};
        if (query !== undefined) request.query = readText(query, request.query);
      },
      preHandler: async (request) => mustBeWellFormed(request.body),
      handler: (request, reply) =>
        this.#auditingRefusal(operation, request, () => this.#answer(operation, handler, request, reply)),
      onResponse: (request) => this.#writeRefused(operation, request),
    });
  }

  async #admit(operation: Operation, request: FastifyRequest): Promise<void> {
    const { method, scope, versioned } = operation;
    if (scope !== 'public') request.principal = await this.#o.authenticate(request, operation);
    this.#o.count(request, request.principal);
    if (request.principal !== undefined) permit(operation, request.principal, request);
    const isChange = method === 'PUT' || method === 'PATCH' || method === 'DELETE';
    if (versioned === true && isChange && request.headers['if-match'] === undefined)
      throw new Problem('PRECONDITION_REQUIRED');
  }

  async #auditingRefusal<T>(operation: Operation, request: FastifyRequest, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const status = statusOf(error);
      const errorPrincipals = error instanceof Problem ? error.principals : [];
      const principals = request.principal === undefined ? errorPrincipals : [request.principal];
      if (status === 401 || status === 403) request.refused = { principals, status };
      // A public operation writes after its answer, so that the answer's time does not reveal whether an account
      // exists.
      if (operation.scope !== 'public') await this.#writeRefused(operation, request);
      throw error;
    }
  }

  /** Writes the refusal at most once per request. */
  async #writeRefused(operation: Operation, request: FastifyRequest): Promise<void> {
    const { principals = [], status = 0 } = request.refused ?? {};
    request.refused = undefined;
    if (!isAudited(operation)) return;
    for (const principal of principals)
      await this.#o.audit.writeRefused(entryOf(operation, request, { principal, status }));
  }

  async #answer<O extends Operation>(
    operation: O,
    handler: Handler<O>,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const { principal } = request;
    const [successStatus = '200'] = Object.keys(operation.answers);
    const run = async (keep: KeepReply): Promise<Reply> => {
      const { audit } = this.#o;
      const replyOf = (answer: Done<O>): Reply => ({ status: Number(successStatus), body: null, ...answer });
      const entry = ({ principal: by = principal, ...done }: Reply) =>
        isAudited(operation) && by !== undefined ? entryOf(operation, request, { ...done, principal: by }) : undefined;
      let isWritten = false;
      const atomically: Call<O>['atomically'] = async (work) => {
        const answer = await transact(this.#o.db, async (db) => {
          const answer = await work(db);
          const done = replyOf(answer);
          await keep(db, done);
          const act = entry(done);
          if (act !== undefined) await audit.write(db, act);
          return answer;
        });
        isWritten = true;
        return answer;
      };
      const { params, query, body, ip: clientIp } = request;
      // Fastify has checked the schemas, so the values have the operation's types.
      const call = { principal, params, query, body, clientIp, atomically, request, reply } as unknown as Call<O>;
      const handlerReply = replyOf(await handler(call));
      const act = entry(handlerReply);
      if (act !== undefined && !isWritten) await audit.writeAfter(act);
      return handlerReply;
    };
    const isOnce = operation.idempotent === true && principal !== undefined;
    const { status, body, headers } = isOnce
      ? await this.#o.once({ request, operation, principal, run })
      : await run(async () => undefined);
    const etag = headers?.['etag'];
    const isSame = operation.method === 'GET' && etag !== undefined && isUnchanged(request.headers, etag);
    return reply
      .code(isSame ? 304 : status)
      .headers({ 'cache-control': etag === undefined ? 'no-store' : 'private, no-cache', ...headers })
      .send(isSame || status === 204 ? undefined : body);
  }
}

function mustBeWellFormed(body: unknown): void {
  const fields = illFormed(body, FIELDS_MAX).map((pointer) => ({ pointer, detail: 'is not well-formed Unicode text' }));
  if (fields.length > 0) throw new Problem('REQUEST_INVALID', undefined, { fields });
}

function permit(operation: Operation, principal: Principal, request: FastifyRequest): void {
  const { scope } = operation;
  const needed = principal.kind === 'user' ? (operation.userScope ?? scope) : scope;
  // An operation of a tenant refuses the operator, who belongs to none.
  if (principal.kind === 'operator' && scope !== 'any' && scope !== 'operator' && scope !== 'wall')
    throw new Problem('NOT_PERMITTED', 'the operator cannot act for a tenant here');
  if (needed !== 'any' && needed !== 'public' && !principal.scopes.has(needed))
    throw new Problem('NOT_PERMITTED', `this needs the scope ${needed}`);
  const { user } = principal;
  if (user !== undefined && !isAdminRole(user.role) && !isForUsers(operation))
    throw new Problem('NOT_PERMITTED', 'this concerns the whole tenant: only administrators may do it');
  if (principal.room === undefined || operation.room === undefined) return;
  const { [operation.room]: room } = request.params as Record<string, string>;
  if (room !== principal.room) throw new Problem('NOT_FOUND');
}

type RouteSchema = NonNullable<RouteOptions['schema']>;

/** Shared by all servers of a process, since operations are constants. */
const schemas = new WeakMap<Operation, RouteSchema>();

function schemaOf(operation: Operation): RouteSchema {
  const schema = schemas.get(operation) ?? newSchemaOf(operation);
  schemas.set(operation, schema);
  return schema;
}

function newSchemaOf({ params, query, body, answers, ...o }: Operation): RouteSchema {
  const response: Record<string, TSchema> = { ...answers };
  return {
    operationId: o.id,
    summary: o.summary,
    tags: [o.tag],
    ...(o.description !== undefined && { description: o.description }),
    ...(params && { params: closed(params) }),
    ...(query && { querystring: closed(query) }),
    ...(body && { body: closed(body) }),
    response,
  } as RouteSchema;
}
