// A request for a file: tries the best base, then the next ones, and fetches a new link when all fail. The requester
// sees a single request.
import type { PlayLink } from '../core/model.ts';
import type { PlayTimer } from './clock.ts';
import type { Source, SourcePorts } from './source.ts';
import type { Transfer, Transport } from './transport.ts';

export interface RequestPorts extends Pick<SourcePorts, 'clock'> {
  readonly source: Source;
  readonly transport: Transport;
}

export interface RequestWanted {
  readonly file: string;
  readonly responseType: XMLHttpRequestResponseType;
  readonly range: { readonly from: number; readonly to: number } | undefined;
}

export interface RequestListener {
  /** Called at each try of a base. */
  onTry(): void;
  onHead(): void;
  onProgress(loaded: number, total: number): void;
  onLoaded(body: unknown, status: number): void;
  /** Called when the file is unavailable. `status` 0: no answer. */
  onFailed(status: number): void;
}

/**
 * Time without a first byte, or without further bytes, after which a base counts as dead: with these a player continues
 * within two seconds. The last base gets more time, since then a slow connection is likelier.
 */
const SILENCE_MS = { first: 1500, within: 2000, last: 10_000 } as const;
/** If a request is cancelled after this time without a byte, its base counts as dead. */
const LATE_MS = 1000;
/** Pauses between rounds in which no base answers. */
const RETRY_MS = { first: 500, most: 8000 } as const;
/** Total time of tries: longer than a phone stays in a tunnel. */
const TRIES_MS_MAX = 120_000;
/** Consecutive refused links after which access counts as revoked. */
const REFUSALS_MAX = 2;

export class FileRequest {
  readonly #o: RequestPorts;
  readonly #wanted: RequestWanted;
  readonly #listener: RequestListener;
  readonly #tried = new Set<string>();
  readonly #beganMs: number;
  #transfer: Transfer | undefined;
  #timer: PlayTimer | undefined;
  #isClosed = false;
  /** Base in use; '' before the first. */
  #base = '';
  /** Start of the wait for the base's first byte; undefined afterwards, and for the last base. */
  #silentFromMs: number | undefined;
  /** Link of the bases that were tried. */
  #link: PlayLink;
  #refusals = 0;
  #rounds = 0;
  #status = 0;

  constructor(o: RequestPorts, wanted: RequestWanted, listener: RequestListener) {
    this.#o = o;
    this.#wanted = wanted;
    this.#listener = listener;
    this.#beganMs = o.clock.nowMs();
    this.#link = o.source.link;
    void o.source.ready().then(() => this.#tryNext());
  }

  /** Idempotent; no events follow. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stop();
    // Players cancel a late request and ask for a smaller file, which need not be late too.
    if (this.#silentMs() >= LATE_MS) this.#o.source.failed(this.#base);
  }

  #silentMs(): number {
    return this.#silentFromMs === undefined ? 0 : this.#o.clock.nowMs() - this.#silentFromMs;
  }

  #stop(): void {
    this.#timer?.cancel();
    this.#transfer?.abort();
    this.#transfer = undefined;
  }

  #tryNext(): void {
    if (this.#isClosed) return;
    const [base, fallbackBase] = this.#o.source.candidates(this.#tried);
    this.#link = this.#o.source.link;
    if (base === undefined) {
      void this.#newLink();
      return;
    }
    this.#tried.add(base);
    this.#try(base, fallbackBase === undefined);
  }

  #try(base: string, isLast: boolean): void {
    const { source, transport, clock } = this.#o;
    const { file, responseType, range } = this.#wanted;
    const waitFor = (silenceMs: number): void => {
      this.#timer?.cancel();
      this.#timer = clock.after(isLast ? SILENCE_MS.last : silenceMs, () => this.#failed(base, 0));
    };
    const onBytes = (): void => {
      this.#silentFromMs = undefined;
      waitFor(SILENCE_MS.within);
    };
    waitFor(SILENCE_MS.first);
    this.#base = base;
    this.#silentFromMs = isLast ? undefined : clock.nowMs();
    this.#listener.onTry();
    this.#transfer = transport(
      { url: source.urlAt(base, file), responseType, range },
      {
        onHead: () => {
          onBytes();
          this.#listener.onHead();
        },
        onProgress: (loaded, total) => {
          onBytes();
          this.#listener.onProgress(loaded, total);
        },
        onEnd: (status, body) => this.#ended(base, status, body),
        onBroken: () => this.#failed(base, 0),
      },
    );
  }

  #ended(base: string, status: number, body: unknown): void {
    if (status < 200 || status > 299 || body === null) {
      this.#failed(base, status);
      return;
    }
    this.#silentFromMs = undefined;
    this.close();
    this.#listener.onLoaded(body, status);
  }

  #failed(base: string, status: number): void {
    this.#stop();
    this.#silentFromMs = undefined;
    this.#status = status;
    if (status === 401 || status === 403 || status === 410) {
      // The link expired, not the base.
      this.#refusals += 1;
      if (this.#refusals > REFUSALS_MAX) this.#giveUp();
      else void this.#newLink();
      return;
    }
    this.#o.source.failed(base);
    this.#tryNext();
  }

  async #newLink(): Promise<void> {
    const { source, clock } = this.#o;
    const renewal = await source.renew(this.#link);
    if (this.#isClosed) return;
    this.#rounds += 1;
    const isAnswered = this.#status >= 400 && this.#status < 500 && this.#refusals === 0;
    const isTooLong = clock.nowMs() - this.#beganMs > TRIES_MS_MAX;
    if (renewal === 'refused' || isTooLong || (isAnswered && this.#rounds > 1)) {
      this.#giveUp();
      return;
    }
    this.#tried.clear();
    if (renewal === 'renewed' && this.#rounds === 1) {
      this.#tryNext();
      return;
    }
    this.#timer = clock.after(Math.min(RETRY_MS.most, RETRY_MS.first * 2 ** (this.#rounds - 1)), () => {
      source.resetFailures();
      this.#tryNext();
    });
  }

  #giveUp(): void {
    this.close();
    this.#listener.onFailed(this.#status);
  }
}
