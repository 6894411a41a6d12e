// One operation of the api as data: what it needs, takes and answers. From it come the route, its validation and types,
// the OpenAPI file, the table of rights, and the tests generated from both.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Static, TObject, TSchema } from 'typebox';
import type { Principal, Scope } from '../access/core/scopes.ts';
import type { Transaction } from '../store/transaction.ts';
import type { ProblemCode } from './problems.ts';

export interface Operation {
  /** In OpenAPI and in clients: createRoom. */
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below /api/v1, with {names} of `params`: /rooms/{room}. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** `any`: every caller with a proof. `public`: any client, bounded by address. */
  readonly scope: Scope | 'any' | 'public';
  readonly params?: TObject;
  readonly query?: TObject;
  readonly body?: TSchema;
  /** Of its body, where that may be larger than others (`restBodyBytesMax`). */
  readonly bodyBytesMax?: number;
  /** A request without any body is one with `{}`. */
  readonly bodyIfGiven?: boolean;
  /** By status, in ascending order. 204 has no body: `Type.Null()`. */
  readonly answers: Readonly<Record<number, TSchema>>;
  /** Refusals of its own, besides those of every operation. */
  readonly problems?: readonly ProblemCode[];
  /** A POST that may be sent again under the same Idempotency-Key, and happens once. */
  readonly idempotent?: boolean;
  /**
   * Its answer has an `etag` header (`etagOf`). PUT, PATCH and DELETE are refused without If-Match, unless it is
   * `ifGiven`.
   */
  readonly versioned?: true | 'ifGiven';
  /**
   * Whether the audit log keeps it. Absent: what changes something and asks for a proof. `false` of what is the traffic
   * of rooms: messages.
   */
  readonly audited?: boolean;
  /** The property of the answer that is the id of what was made, for the audit log; absent: `id` of a 201. */
  readonly makes?: string;
  /** Of its answer, where that is not JSON but text. */
  readonly contentType?: string;
  /** Which of `params` names a room: a token for one room reaches no other. */
  readonly room?: string;
}

/** A request that this service makes. */
export interface Webhook {
  /** Of the event: room_started. */
  readonly name: string;
  readonly summary: string;
  readonly body: TSchema;
}

type Part<T> = T extends TSchema ? Static<T> : undefined;

export interface Call<O extends Operation> {
  /** Of a `public` operation: undefined. */
  readonly principal: O['scope'] extends 'public' ? undefined : Principal;
  readonly params: Part<O['params']>;
  readonly query: Part<O['query']>;
  readonly body: Part<O['body']>;
  /** In canonical text. */
  readonly clientIp: string;
  /**
   * Does `work` in one transaction. Under an Idempotency-Key its answer is kept in the same transaction, so that a
   * crash leaves both or neither; as `transact`.
   */
  atomically(work: (db: Transaction) => Promise<Done<O>>): Promise<Done<O>>;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

export interface Answer<O extends Operation> {
  /** One of `answers`; absent: the first. */
  readonly status?: number;
  readonly body: Part<O['answers'][keyof O['answers'] & number]>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of a public operation: the caller that it made known, for the audit log. */
  readonly principal?: Principal;
}

/** An operation that only answers 204 need not say so. */
// biome-ignore lint/suspicious/noConfusingVoidType: what an async function without a return answers
export type Done<O extends Operation> = Answer<O> | ([keyof O['answers']] extends [204] ? void : never);
export type Handler<O extends Operation> = (call: Call<O>) => Promise<Done<O>>;

/** Checks the shape and keeps the exact types. */
export const operation = <O extends Operation>(o: O): O => o;

/** Makes operations with `common`, each of its id, its `route` (`GET /rooms/{room}`) and what is its own. */
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
