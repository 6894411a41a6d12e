// Stores the answer of a POST under an Idempotency-Key for a day, sealed, because answers can hold secrets.
import { createHash, randomUUID } from 'node:crypto';
import { problemContentType, restLanguageOf } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import type { FastifyRequest } from 'fastify';
import type { Principal } from '../access/core/scopes.ts';
import { Seal } from '../store/seal.ts';
import type { Database } from '../store/store.ts';
import { Problem } from './problems.ts';
import type { OnceOptions, Reply } from './routes.ts';
import { problemOf } from './server.ts';

const KEPT_MS = 24 * 3_600_000;
/** Longer than any request takes: an attempt without an answer after this time has crashed. */
const ATTEMPT_LAPSES_MS = 60_000;
const FORGET_EVERY_MS = 600_000;
/** Printable ASCII, which HTTP headers can carry. */
const KEY = /^[\x21-\x7e]{1,128}$/;

export interface IdempotencyOptions {
  readonly db: Database;
  readonly sealSecret: string;
  readonly clock: Clock;
}

interface RowKey {
  readonly tenant: string;
  readonly caller: string;
  readonly operation: string;
  readonly key: string;
}

export class Idempotency {
  readonly #o: IdempotencyOptions;
  readonly #seal: Seal;
  #forgotMs = Number.NEGATIVE_INFINITY;

  constructor(o: IdempotencyOptions) {
    this.#o = o;
    this.#seal = new Seal(o.sealSecret, 'meridian idempotency');
  }

  /**
   * Runs a request once, or returns the answer that is stored for the same caller: a success, or a refusal (4xx except
   * 401, 403, 404 and 429). Rejects with IDEMPOTENCY_IN_FLIGHT or IDEMPOTENCY_MISMATCH.
   */
  async once({ request, operation, principal, run }: OnceOptions): Promise<Reply> {
    const key = keyOf(request);
    if (key === undefined) return run(async () => undefined);
    const row = {
      tenant: principal.tenant,
      caller: callerOf(principal),
      operation: operation.id,
      key,
    };
    await this.#forget();
    const attempt = randomUUID();
    const storedReply = await this.#begin(row, attempt, hashOf(request));
    if (storedReply !== undefined)
      return { ...storedReply, headers: { ...storedReply.headers, 'idempotency-replayed': 'true' } };
    return this.#carryOut(row, attempt, request, run);
  }

  async #carryOut(row: RowKey, attempt: string, request: FastifyRequest, run: OnceOptions['run']): Promise<Reply> {
    let isStored = false;
    const keep = async (db: Database, reply: Reply): Promise<void> => {
      const { numUpdatedRows } = await db
        .updateTable('idempotency')
        .set({ sealed_reply: this.#seal.close(JSON.stringify(reply), ownerOf(row)) })
        .where((eb) => eb.and({ ...row, attempt }))
        .executeTakeFirst();
      // A new attempt has taken over the key. The error rolls the caller's transaction back.
      if (numUpdatedRows === 0n) throw new Problem('IDEMPOTENCY_IN_FLIGHT');
      isStored = true;
    };
    try {
      const reply = await run(keep);
      if (!isStored) await keep(this.#o.db, reply);
      return reply;
    } catch (error) {
      const reply = refusalOf(error, request);
      if (isStored) throw error;
      if (reply === undefined) await this.#giveUp(row, attempt);
      else await keep(this.#o.db, reply);
      throw error;
    }
  }

  /** Returns the stored answer; undefined if the request must be run. */
  async #begin(row: RowKey, attempt: string, hash: string): Promise<Reply | undefined> {
    const { db, clock } = this.#o;
    const nowMs = clock.wallMs();
    const values = { ...row, request_hash: hash, attempt, started_ms: nowMs, sealed_reply: null };
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('idempotency')
      .values(values)
      .onConflict((on) =>
        on
          .columns(['tenant', 'caller', 'operation', 'key'])
          .doUpdateSet({ request_hash: hash, attempt, started_ms: nowMs, sealed_reply: null })
          .where((eb) =>
            eb.or([
              eb('idempotency.started_ms', '<', nowMs - KEPT_MS),
              eb.and([
                eb('idempotency.sealed_reply', 'is', null),
                eb('idempotency.started_ms', '<', nowMs - ATTEMPT_LAPSES_MS),
                eb('idempotency.request_hash', '=', hash),
              ]),
            ]),
          ),
      )
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows === 1n) return undefined;
    const found = await db
      .selectFrom('idempotency')
      .select(['request_hash', 'sealed_reply'])
      .where((eb) => eb.and(row))
      .executeTakeFirst();
    if (found !== undefined && found.request_hash !== hash) throw new Problem('IDEMPOTENCY_MISMATCH');
    if (found?.sealed_reply == null) throw new Problem('IDEMPOTENCY_IN_FLIGHT', undefined, { retryAfterMs: 1000 });
    return JSON.parse(this.#seal.open(found.sealed_reply, ownerOf(row))) as Reply;
  }

  async #giveUp(row: RowKey, attempt: string): Promise<void> {
    await this.#o.db
      .deleteFrom('idempotency')
      .where((eb) => eb.and({ ...row, attempt }))
      .execute();
  }

  async #forget(): Promise<void> {
    const { db, clock } = this.#o;
    if (clock.nowMs() - this.#forgotMs < FORGET_EVERY_MS) return;
    this.#forgotMs = clock.nowMs();
    await db
      .deleteFrom('idempotency')
      .where('started_ms', '<', clock.wallMs() - KEPT_MS)
      .execute();
  }
}

const ownerOf = ({ tenant, caller, operation, key }: RowKey): string =>
  JSON.stringify([tenant, caller, operation, key]);

/** Names a caller with its rights: answers can hold secrets, which a token with other rights may not see. */
function callerOf(principal: Principal): string {
  const { kind, id, scopes, room = '', via = '', fence = '' } = principal;
  const rights = JSON.stringify([[...scopes].sort(), room, via, fence]);
  const caller = `${kind}:${id}`;
  return kind === 'user' ? caller : `${caller}:${createHash('sha256').update(rights).digest('base64url')}`;
}

function keyOf({ headers }: FastifyRequest): string | undefined {
  const given = headers['idempotency-key'];
  if (given === undefined) return undefined;
  if (typeof given === 'string' && KEY.test(given)) return given;
  throw new Problem('REQUEST_INVALID', 'Idempotency-Key must have 1 to 128 printable ASCII characters');
}

const hashOf = ({ url, body }: FastifyRequest): string =>
  createHash('sha256')
    .update(`${url}\n${JSON.stringify(body) ?? ''}`)
    .digest('base64url');

/** Refusals that depend on rights and on things that come and go, so that they hold for one attempt only. */
const UNSTORED_STATUSES = [401, 403, 404, 429];

/** Returns undefined for an error after which a repetition may succeed. */
function refusalOf(error: unknown, request: FastifyRequest): Reply | undefined {
  if (!(error instanceof Error)) return undefined;
  const { status, document } = problemOf(error, restLanguageOf(request.headers['accept-language']));
  if (status >= 500 || UNSTORED_STATUSES.includes(status) || document.code === 'IDEMPOTENCY_IN_FLIGHT')
    return undefined;
  return { status, body: document, headers: { 'content-type': problemContentType } };
}
