// HTTP client of an agent, which uses the first library node that answers.
import { MeridianError } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import {
  POLL_MS,
  type PollAnswer,
  pollAnswerSchema,
  type Receipt,
  receiptsAnswerSchema,
  type Session,
  type Source,
  sourcesAnswerSchema,
} from '../contract.ts';
import { HubOrder } from './hub-order.ts';
import { KnownSources } from './known-sources.ts';
import { hubUrl } from './source-at.ts';
import type { HubPort } from './types.ts';

const LIMIT_MS = 10_000;
const POLL_BYTES_MAX = 8_388_608;
const ANSWER_BYTES_MAX = 1_048_576;

export interface HttpHubOptions {
  /**
   * Returns the session, or a new one in place of `refused`, which a node has refused. Such calls never overlap.
   * Rejects when there is no session.
   */
  session(refused?: Session): Promise<Session>;
  readonly clock: Clock;
  readonly log: Logger;
}

interface Request<T extends TSchema> {
  readonly path: string;
  /** Absent for GET. */
  readonly body?: object;
  readonly schema: T;
  readonly limitMs: number;
  readonly bytesMax: number;
  readonly signal?: AbortSignal;
}

class StatusError extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`HTTP ${status}`);
    this.status = status;
  }
}

/**
 * Calls library nodes in order until one gives a valid answer. Rejects with NODE_UNREACHABLE when none has answered,
 * and as `session` does.
 */
export class HttpHub implements HubPort {
  readonly #o: HttpHubOptions;
  readonly #order: HubOrder;
  readonly #knownSources = new KnownSources();
  readonly #closing = new AbortController();
  #renewing: { readonly refused: string; readonly session: Promise<Session> } | undefined;

  constructor(o: HttpHubOptions) {
    this.#o = o;
    this.#order = new HubOrder(o.clock);
  }

  async poll(o: Parameters<HubPort['poll']>[0]): Promise<PollAnswer> {
    const { holding, revisions, presence, signal } = o;
    const request = { path: '/polls', body: { holding, revisions, presence }, schema: pollAnswerSchema, signal };
    const limits = { limitMs: POLL_MS + LIMIT_MS, bytesMax: POLL_BYTES_MAX };
    const { value, session } = await this.#request(Object.assign(request, limits));
    this.#order.setNewestHubs(value.hubs);
    const notices = value.notices.filter((n) => n.receiver === session.receiver && n.tenant === session.tenant);
    if (notices.length < value.notices.length) this.#o.log.error('a library node gave notices of another receiver');
    return Object.assign({}, value, { notices });
  }

  async record(receipts: readonly Receipt[]): Promise<readonly string[]> {
    const request = { path: '/receipts', body: { receipts }, schema: receiptsAnswerSchema };
    const { value } = await this.#request(Object.assign(request, { limitMs: LIMIT_MS, bytesMax: ANSWER_BYTES_MAX }));
    return value.recorded;
  }

  /** Never rejects: without an answer, returns the last sources of the content, known neighbours, and library nodes. */
  async sources(content: string): Promise<readonly Source[]> {
    const request = { path: `/sources/${encodeURIComponent(content)}`, schema: sourcesAnswerSchema };
    try {
      const { value } = await this.#request(Object.assign(request, { limitMs: LIMIT_MS, bytesMax: ANSWER_BYTES_MAX }));
      this.#knownSources.add(content, value.sources);
      return value.sources;
    } catch (err) {
      this.#o.log.warn({ err, content }, 'no library node lists sources: the known ones are used');
      return this.#knownSources.sourcesFor(content, this.#order.hubs);
    }
  }

  close(): void {
    this.#closing.abort();
  }

  async #request<T extends TSchema>(request: Request<T>): Promise<{ value: Static<T>; session: Session }> {
    let session = await this.#o.session();
    this.#order.setSessionHubs(session.hubs);
    let isRenewed = false;
    let cause: unknown;
    for (const hub of this.#order.candidates()) {
      try {
        const value = await this.#requestFrom(hub, session, request).catch(async (error: unknown) => {
          if (!(error instanceof StatusError) || error.status !== 401 || isRenewed) throw error;
          isRenewed = true;
          session = await this.#renew(session);
          return await this.#requestFrom(hub, session, request);
        });
        this.#order.noteAnswer(hub);
        return { value, session };
      } catch (error) {
        if (this.#isEnding(request) || error instanceof SessionError) throw error;
        this.#o.log.warn({ err: error, hub, path: request.path }, 'a request to a library node has failed');
        cause = error;
      }
    }
    throw new MeridianError('NODE_UNREACHABLE', 'no library node answers', { cause });
  }

  #isEnding({ signal }: { readonly signal?: AbortSignal }): boolean {
    return this.#closing.signal.aborted || signal?.aborted === true;
  }

  /** Requests that were refused with the same session share the renewal. */
  async #renew(refused: Session): Promise<Session> {
    const current = await this.#o.session();
    if (current.token !== refused.token) return current;
    if (this.#renewing?.refused !== refused.token)
      this.#renewing = { refused: refused.token, session: this.#o.session(refused) };
    const renewing = this.#renewing;
    try {
      return await renewing.session;
    } catch (cause) {
      throw new SessionError('there is no session', { cause });
    } finally {
      if (this.#renewing === renewing) this.#renewing = undefined;
    }
  }

  async #requestFrom<T extends TSchema>(hub: string, session: Session, request: Request<T>): Promise<Static<T>> {
    const { path, body, schema, limitMs, bytesMax, signal } = request;
    const silent = new AbortController();
    const timer = this.#o.clock.after(limitMs, () => silent.abort(new Error(`no answer within ${limitMs} ms`)));
    const signals = [silent.signal, this.#closing.signal, ...(signal === undefined ? [] : [signal])];
    const headers: Record<string, string> = { authorization: `Bearer ${session.token}` };
    if (body !== undefined) headers['content-type'] = 'application/json';
    try {
      const response = await fetch(hubUrl(hub) + path, {
        method: body === undefined ? 'GET' : 'POST',
        headers,
        body: body === undefined ? null : JSON.stringify(body),
        redirect: 'error',
        signal: AbortSignal.any(signals),
      });
      if (!response.ok) {
        await response.body?.cancel();
        throw new StatusError(response.status);
      }
      const value: unknown = JSON.parse(await textOf(response, bytesMax));
      if (!Value.Check(schema, value)) throw new MeridianError('REQUEST_INVALID', 'the answer does not fit its schema');
      return value;
    } finally {
      timer.cancel();
    }
  }
}

class SessionError extends Error {}

async function textOf({ body }: Response, bytesMax: number): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body ?? []) {
    bytes += piece.length;
    if (bytes > bytesMax) throw new MeridianError('REQUEST_INVALID', `an answer of more than ${bytesMax} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
