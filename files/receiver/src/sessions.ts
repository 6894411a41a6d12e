// Session of a receiver at the api, stored in a file and renewed after a day.
import { createHash } from 'node:crypto';
import { type Session, sessionSchema } from '@meridian/distribution';
import { type Clock, type JsonAnswer, jsonRequest, type Logger, parseJson, type Timer } from '@meridian/runtime';
import { Type } from 'typebox';
import { Check } from 'typebox/value';
import { readPrivate, removePrivate, writePrivate } from './private-file.ts';

const DAY_MS = 86_400_000;
/** Wait after the first failed request for a session; each further failure doubles the wait. */
const RETRY_FIRST_MS = 1000;
const RETRY_MAX_MS = 300_000;

/** `UNREACHABLE`: the api does not answer, or has no session now. */
export class SessionError extends Error {
  readonly code: 'REFUSED' | 'UNREACHABLE';

  constructor(code: 'REFUSED' | 'UNREACHABLE', message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

const storedSchema = Type.Object({
  /** SHA-256 of the credential that opened the session. */
  of: Type.String(),
  /** Wall clock. */
  gotMs: Type.Integer({ minimum: 0 }),
  session: sessionSchema,
});

interface StoredSession {
  readonly session: Session;
  readonly gotMs: number;
}

export interface SessionsOptions {
  readonly apiUrl: string;
  readonly credential: string;
  readonly file: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** All callers share a request. While the api is silent it retries after 1 s to 5 min, and deliveries continue. */
export class Sessions {
  readonly #o: SessionsOptions;
  readonly #credentialHash: string;
  #stored: StoredSession | undefined;
  #requesting: Promise<Session> | undefined;
  #timer: Timer | undefined;
  #failures = 0;
  #failed: { readonly error: SessionError; readonly untilMs: number } | undefined;
  #closed = false;

  constructor(o: SessionsOptions) {
    this.#o = o;
    this.#credentialHash = createHash('sha256').update(o.credential).digest('hex');
    this.#stored = this.#read();
    if (this.#stored !== undefined) this.#renewAfter(this.#stored.gotMs + DAY_MS - o.clock.wallMs());
  }

  get valid(): Session | undefined {
    const session = this.#stored?.session;
    return session !== undefined && session.tokenEndsMs > this.#o.clock.wallMs() ? session : undefined;
  }

  /** Rejects with SessionError, at once while the last failure is recent. */
  async session(): Promise<Session> {
    return this.valid ?? (await this.#requestOnce());
  }

  /** Returns the stored session if it was renewed already. */
  async renew(refusedToken: string): Promise<Session> {
    const { valid: held } = this;
    return held !== undefined && held.token !== refusedToken ? held : await this.#requestOnce();
  }

  /** Idempotent. A running request ends without effect. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  #requestOnce(): Promise<Session> {
    const isRecentFailure = this.#failed !== undefined && this.#failed.untilMs > this.#o.clock.nowMs();
    if (this.#failed !== undefined && isRecentFailure) return Promise.reject(this.#failed.error);
    this.#requesting ??= this.#request().finally(() => {
      this.#requesting = undefined;
    });
    return this.#requesting;
  }

  async #request(): Promise<Session> {
    try {
      const session = await this.#post();
      this.#accept(session);
      return session;
    } catch (error) {
      throw this.#noteFailure(error);
    }
  }

  async #post(): Promise<Session> {
    const url = `${this.#o.apiUrl.replace(/\/+$/, '')}/v1/distribution/sessions`;
    let answer: JsonAnswer;
    try {
      answer = await jsonRequest({ url, method: 'POST', headers: {}, body: { credential: this.#o.credential } });
    } catch (error) {
      throw new SessionError('UNREACHABLE', `the api does not answer: ${String(error)}`, error);
    }
    const { status, text } = answer;
    if (status === 401) throw new SessionError('REFUSED', 'the api refuses the credential');
    const session = parseJson(text);
    if (status !== 200 && status !== 201) throw new SessionError('UNREACHABLE', `the api answers ${status}`);
    if (Check(sessionSchema, session)) return session;
    throw new SessionError('UNREACHABLE', 'the answer of the api is not a session');
  }

  #accept(session: Session): void {
    if (this.#closed) return;
    const { clock, log, file } = this.#o;
    if (this.#failures > 0 || this.#stored === undefined) log.info({ receiver: session.receiver }, 'session');
    this.#failures = 0;
    this.#failed = undefined;
    this.#stored = { session, gotMs: clock.wallMs() };
    this.#renewAfter(DAY_MS);
    try {
      writePrivate(file, JSON.stringify({ of: this.#credentialHash, gotMs: this.#stored.gotMs, session }));
    } catch (error) {
      log.error({ err: error, file }, 'the session could not be stored: a restart needs the api');
    }
  }

  #noteFailure(error: unknown): SessionError {
    const { clock, log, file } = this.#o;
    const sessionError = error instanceof SessionError ? error : new SessionError('UNREACHABLE', String(error), error);
    if (this.#closed) return sessionError;
    if (this.#failed?.error.code !== sessionError.code) {
      const level = sessionError.code === 'REFUSED' ? 'error' : 'warn';
      log[level]({ code: sessionError.code }, `no new session: ${sessionError.message}`);
    }
    const againMs = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** Math.min(this.#failures, 20));
    this.#failures += 1;
    this.#failed = { error: sessionError, untilMs: clock.nowMs() + againMs };
    if (sessionError.code === 'REFUSED') {
      // Library nodes refuse its token as well.
      this.#stored = undefined;
      removePrivate(file);
    }
    this.#renewAfter(againMs);
    return sessionError;
  }

  /** Schedules the next request; a failure is logged and schedules again. */
  #renewAfter(delayMs: number): void {
    this.#timer?.cancel();
    if (this.#closed) return;
    this.#timer = this.#o.clock.after(Math.max(0, delayMs), () => {
      this.#requestOnce().catch(() => undefined);
    });
  }

  #read(): StoredSession | undefined {
    const { file, log } = this.#o;
    const text = readPrivate(file);
    if (text === undefined) return undefined;
    const parsed = parseJson(text);
    if (!Check(storedSchema, parsed)) {
      log.warn({ file }, 'the stored session is damaged: a new one is requested');
      return undefined;
    }
    return parsed.of === this.#credentialHash ? parsed : undefined;
  }
}
