// An operation of the api as data: source of the route, its validation and types, the OpenAPI file, the table of
// rights, and the generated tests.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Static, TObject, TSchema } from 'typebox';
import type { Principal, Scope } from '../access/core/scopes.ts';
import type { Transaction } from '../store/transaction.ts';
import type { ProblemCode } from './problems.ts';

export interface Operation {
  /** Name of the operation in OpenAPI and in clients: createRoom. */
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below /api/v1, with {names} of `params`: /rooms/{room}. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** `any`: every authenticated caller. `public`: any client, bounded by address. */
  readonly scope: Scope | 'any' | 'public';
  /** Scope that a user needs in place of `scope`, where the user's right in the object decides. */
  readonly userScope?: Scope;
  readonly params?: TObject;
  readonly query?: TObject;
  readonly body?: TSchema;
  /** Set if larger than the default (`restBodyBytesMax`). */
  readonly bodyBytesMax?: number;
  /** A request without a body counts as `{}`. */
  readonly bodyIfGiven?: boolean;
  /** Answers by status, in ascending order. 204 has no body: `Type.Null()`. */
  readonly answers: Readonly<Record<number, TSchema>>;
  /** Codes in addition to those that every operation may answer. */
  readonly problems?: readonly ProblemCode[];
  /** The POST may be repeated under the same Idempotency-Key, and takes effect once. */
  readonly idempotent?: boolean;
  /** PUT, PATCH and DELETE are refused without If-Match, unless the value is `ifGiven`. */
  readonly versioned?: true | 'ifGiven';
  /** Absent: changes by authenticated callers are audited. `false` for traffic of rooms, such as messages. */
  readonly audited?: boolean;
  /** Property of the answer with the created object's id, for the audit log; absent: `id` of a 201. */
  readonly makes?: string;
  /** Set for an answer that is not JSON. */
  readonly contentType?: string;
  /** Scope that hosts in a room have here, for things of their room, by the token with which they joined. */
  readonly byHosts?: Scope;
  /** Name of the room in `params`: a token for one room reaches no other. */
  readonly room?: string;
}

/** A request that this service makes. */
export interface Webhook {
  readonly name: string;
  readonly summary: string;
  readonly body: TSchema;
}

type Part<T> = T extends TSchema ? Static<T> : undefined;

export interface Call<O extends Operation> {
  /** Undefined for a `public` operation. */
  readonly principal: O['scope'] extends 'public' ? undefined : Principal;
  readonly params: Part<O['params']>;
  readonly query: Part<O['query']>;
  readonly body: Part<O['body']>;
  readonly clientIp: string;
  /** Runs `work` with `transact`, which also stores the answer under an Idempotency-Key. */
  atomically(work: (db: Transaction) => Promise<Done<O>>): Promise<Done<O>>;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

export interface Answer<O extends Operation> {
  /** A status of `answers`; absent: the first. */
  readonly status?: number;
  readonly body: Part<O['answers'][keyof O['answers'] & number]>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Caller that a public operation identified, for the audit log. */
  readonly principal?: Principal;
}

/** An operation that only answers 204 may return nothing. */
// biome-ignore lint/suspicious/noConfusingVoidType: what an async function without a return answers
export type Done<O extends Operation> = Answer<O> | ([keyof O['answers']] extends [204] ? void : never);
export type Handler<O extends Operation> = (call: Call<O>) => Promise<Done<O>>;

/** Returns its argument with its exact type. */
export const operation = <O extends Operation>(o: O): O => o;

/** Makes operations with `common` fields. The `route` is like `GET /rooms/{room}`. */
export const operations =
  <const C extends Partial<Operation>>(common: C) =>
  <const Id extends string, M extends Operation['method'], P extends string, const O extends Partial<Operation>>(
    id: Id,
    route: `${M} ${P}`,
    own: O,
  ): C & O & { readonly id: Id; readonly method: M; readonly path: P } => {
    const [method, path] = route.split(' ') as [M, P];
    return { ...common, ...own, id, method, path };
  };
