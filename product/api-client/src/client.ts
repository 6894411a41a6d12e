import createFetchClient, { type Client, type FetchResponse, type MaybeOptionalInit } from 'openapi-fetch';
import { waitBeforeRetryMs } from './core/retry.ts';
import { errorOf, MeridianApiError } from './error.ts';
import type { paths } from './generated/openapi.ts';
import { idempotentPosts } from './generated/operations.ts';

const BASE = '/api/v1';

/** Paths below /api/v1, as in the documentation. */
export type Paths = { [P in keyof paths as P extends `${typeof BASE}${infer Below}` ? Below : never]: paths[P] };
type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
type PathsWith<M extends Method> = {
  [P in keyof Paths]: Paths[P] extends Record<M, { responses: object }> ? P : never;
}[keyof Paths];

/** `params` (`path`, `query`, `header`) and `body` of an operation; optional if the operation requires none of them. */
export type Init<P extends PathsWith<M>, M extends Method> = MaybeOptionalInit<Paths[P], M>;
type Args<I> = undefined extends I ? [init?: I] : [init: I];
type Operation<P extends keyof Paths, M extends Method> =
  Paths[P] extends Record<M, infer O extends object> ? O : never;
export type Answer<P extends PathsWith<M>, M extends Method, I = object> = FetchResponse<
  Operation<P, M>,
  I,
  'application/json'
>['data'] extends infer Data
  ? Exclude<Data, undefined>
  : never;

/** Rejects with MeridianApiError. Resolves with undefined for an answer without a body. */
export type Call<M extends Method> = <P extends PathsWith<M>, I extends Init<P, M>>(
  path: P,
  ...args: Args<I>
) => Promise<Answer<P, M, I>>;

interface PageOf<Row> {
  readonly data: readonly Row[];
  readonly nextCursor?: string;
}
type ListPaths = {
  [P in PathsWith<'get'>]: Answer<P, 'get'> extends { data: readonly unknown[]; nextCursor?: string } ? P : never;
}[PathsWith<'get'>];
type RowOf<P extends ListPaths> = Answer<P, 'get'> extends PageOf<infer Row> ? Row : never;

export interface CallOptions {
  /** URL of the page, such as https://meet.example.org. */
  readonly url: string;
  /**
   * Token sent with each try, or a function called before each try; without it, the browser's cookie is the session.
   */
  readonly token?: string | (() => string | Promise<string>);
  /** Tries after the first; 3 by default. */
  readonly retriesMax?: number;
  /** Longest pause between two tries; 20 s by default. A call that must wait longer rejects at once. */
  readonly waitMaxMs?: number;
  /** Limit of each try; 20 s by default. */
  readonly timeoutMs?: number;
  /** Replaces the platform's fetch. */
  readonly fetch?: (request: Request) => Promise<Response>;
}

/** Client of the API. It signs no tokens, so a page that needs none loads no cryptography: see `createClient`. */
export class MeridianClient {
  readonly get: Call<'get'>;
  readonly post: Call<'post'>;
  readonly put: Call<'put'>;
  readonly patch: Call<'patch'>;
  readonly delete: Call<'delete'>;
  /**
   * openapi-fetch's own client, which resolves with whole answers (headers, status). It rejects as the other calls do.
   */
  readonly http: Client<Paths>;
  readonly #o: CallOptions;

  constructor(o: CallOptions) {
    this.#o = o;
    this.http = createFetchClient<Paths>({
      baseUrl: new URL(o.url).href.replace(/\/+$/, '') + BASE,
      fetch: (request) => this.#send(request),
    });
    this.http.use({
      onRequest: ({ request, schemaPath }) => {
        if (!idempotentPosts.has(BASE + schemaPath) || request.method !== 'POST') return;
        if (!request.headers.has('idempotency-key')) request.headers.set('idempotency-key', crypto.randomUUID());
      },
    });
    this.get = this.#call('GET') as Call<'get'>;
    this.post = this.#call('POST') as Call<'post'>;
    this.put = this.#call('PUT') as Call<'put'>;
    this.patch = this.#call('PATCH') as Call<'patch'>;
    this.delete = this.#call('DELETE') as Call<'delete'>;
  }

  /** Yields the rows of a list and fetches its pages as they are used. Rejects as `get` does. */
  async *list<P extends ListPaths>(path: P, ...[init]: Args<Init<P, 'get'>>): AsyncGenerator<RowOf<P>, void, void> {
    const call = this.get as unknown as (path: P, init: object) => Promise<PageOf<RowOf<P>>>;
    const { params, ...rest } = (init ?? {}) as { readonly params?: { readonly query?: object } };
    let cursor: string | undefined;
    do {
      const query = { ...params?.query, ...(cursor !== undefined && { cursor }) };
      const page = await call(path, { ...rest, params: { ...params, query } });
      yield* page.data;
      cursor = page.nextCursor;
    } while (cursor !== undefined);
  }

  #call(method: Uppercase<Method>) {
    const call = this.http[method] as unknown as (...args: unknown[]) => Promise<{ data?: unknown }>;
    return async (...args: unknown[]): Promise<unknown> => (await call(...args)).data;
  }

  /** Retries until an answer succeeds (or is 304), or the retries are used up. */
  async #send(request: Request): Promise<Response> {
    const { retriesMax = 3, waitMaxMs = 20_000 } = this.#o;
    const isSafe = request.method === 'GET' || request.headers.has('idempotency-key');
    for (let retries = 0; ; retries++) {
      const result = await this.#try(request);
      if (result instanceof Response) return result;
      const waitMs = waitBeforeRetryMs(result, { isSafe, retries, random: Math.random() }, { retriesMax, waitMaxMs });
      if (waitMs === undefined) throw result;
      await pause(waitMs, request.signal);
    }
  }

  /** Rejects when the caller has aborted, or when `token` rejects. */
  async #try(request: Request): Promise<Response | MeridianApiError> {
    const { timeoutMs = 20_000, fetch = globalThis.fetch } = this.#o;
    const token = await this.#token();
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), timeoutMs);
    const signal = AbortSignal.any([request.signal, late.signal]);
    const sent = new Request(request.clone(), { signal, redirect: 'manual' });
    if (token !== undefined) sent.headers.set('authorization', `Bearer ${token}`);
    try {
      const { status, headers, body } = await fetch(sent);
      // The body counts toward the time limit of the try.
      const bytes = body === null ? new ArrayBuffer(0) : await new Response(body).arrayBuffer();
      const answer = new Response(bytes.byteLength === 0 ? null : bytes, { status, headers });
      const isOk = (answer.ok && isReadable(answer)) || status === 304;
      return isOk ? answer : await errorOf(request.url, answer, Date.now());
    } catch (cause) {
      request.signal.throwIfAborted();
      const { origin } = new URL(request.url);
      const why = late.signal.aborted ? `within ${timeoutMs} ms` : `(${reasonOf(cause)})`;
      return new MeridianApiError('API_UNREACHABLE', `No answer from ${origin} ${why}`, { cause });
    } finally {
      clearTimeout(timer);
    }
  }

  async #token(): Promise<string | undefined> {
    const { token } = this.#o;
    return typeof token === 'function' ? await token() : token;
  }
}

/** An answer of another type comes from a proxy, or from a site that answers everything, not from the API. */
const isReadable = ({ body, headers }: Response): boolean =>
  body === null || /json|text\/(csv|calendar|plain)/.test(headers.get('content-type') ?? '');

/** Node hides the reason behind "fetch failed". */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  const { code } = cause as { code?: unknown };
  return typeof code === 'string' ? code : cause.message;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
}
