// Prefetches a token while the person is in the lobby. A token that is old, could not be fetched, or is for another
// name is fetched again.

export interface TokenRequest {
  readonly room: string;
  readonly identity: string;
  readonly name: string;
  /** Whether the token gives no right to moderate. */
  readonly guest?: boolean;
}

const PAUSE_MS = 300; // between the last key press and the request
const FRESH_MS = 60_000;

/** `Fetched`: the token, perhaps with what is known beside it. */
export class TokenPrefetch<Request, Fetched> {
  readonly #fetchToken: (request: Request) => Promise<Fetched>;
  readonly #onToken: (fetched: Fetched) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #prefetched: { readonly key: string; readonly startedMs: number; readonly token: Promise<Fetched> } | undefined;

  constructor(
    fetchToken: (request: Request) => Promise<Fetched>,
    onToken: (fetched: Fetched) => void = () => undefined,
  ) {
    this.#fetchToken = fetchToken;
    this.#onToken = onToken;
  }

  /** Fetches this token once no further call comes for a short pause. */
  prefetch(request: Request): void {
    clearTimeout(this.#timer);
    this.#timer = this.#fresh(request) === undefined ? setTimeout(() => this.#begin(request), PAUSE_MS) : undefined;
  }

  /** Returns the token, which is used once; rejects as `fetchToken` does. */
  async take(request: Request): Promise<Fetched> {
    const token = this.#fresh(request);
    this.forget();
    return await (token?.catch(() => this.#fetchToken(request)) ?? this.#fetchToken(request));
  }

  /** Cancels the prefetch; idempotent. */
  forget(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#prefetched = undefined;
  }

  #begin(request: Request): void {
    const begun = { key: JSON.stringify(request), startedMs: performance.now(), token: this.#fetchToken(request) };
    this.#prefetched = begun;
    begun.token.then(
      (token) => {
        if (this.#prefetched === begun) this.#onToken(token);
      },
      (error: unknown) => {
        console.info('The token was not prefetched; the join fetches it again.', error);
        if (this.#prefetched === begun) this.#prefetched = undefined;
      },
    );
  }

  #fresh(request: Request): Promise<Fetched> | undefined {
    const begun = this.#prefetched;
    const good = begun?.key === JSON.stringify(request) && performance.now() - begun.startedMs < FRESH_MS;
    return good ? begun.token : undefined;
  }
}
