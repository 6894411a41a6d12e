// Uploads the data of stints to the store, with endless retries while the store is full, unreachable or denies access;
// a final refusal of an object is accepted.

import {
  hasCode,
  type ObjectInfo,
  PART_BYTES_MAX,
  PART_BYTES_MIN,
  PARTS_MAX,
  type Store,
  StoreError,
  sha256Of,
  type Upload,
} from '@meridian/object-store';
import type { Clock, Logger, Rng } from '@meridian/runtime';

/** Parallel store calls: each holds a part in memory (`PART_BYTES_MAX`). */
const CALLS_MAX = 4;
const BACKOFF_FIRST_MS = 500;
const BACKOFF_MAX_MS = 60_000;
/** Tries after which a wrong hash or unreadable bytes are final. */
const BAD_TRIES = 3;
/** After each group of this many parts, their size grows by the minimum size, so that parts suffice for 250 GB. */
const PARTS_OF_A_SIZE = PARTS_MAX / 10;
const LIST_LIMIT = 1000;

const partBytesAfter = (parts: number): number =>
  Math.min(PART_BYTES_MAX, PART_BYTES_MIN * (1 + Math.floor(parts / PARTS_OF_A_SIZE)));

/** Source of an object. `bytes` may grow until `sha256`, the hash of the whole, is set. */
export interface UploadSource {
  readonly key: string;
  readonly bytes: number;
  readonly sha256: string | undefined;
  /** Reads exactly these bytes; rejects when they are missing. */
  read(from: number, bytes: number): Promise<Uint8Array>;
}

export type UploadOutcome =
  /** The store's object equals the source. */
  | { readonly type: 'stored' }
  /** A retry would fail the same way. */
  | { readonly type: 'refused'; readonly code: string; readonly message: string }
  /** The uploader or the store has closed; the state is unknown. */
  | { readonly type: 'closed' };

export interface RunningUpload {
  /** Call it when the source has grown or ended. */
  noteGrowth(): void;
  /** Stops waiting for more: the outcome of an unended source is `closed`. */
  cancel(): void;
  /** Never rejects. */
  readonly outcome: Promise<UploadOutcome>;
}

export interface UploaderOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
}

export class Uploader {
  readonly #o: UploaderOptions;
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<UploadOutcome>>();
  readonly #waiting: (() => void)[] = [];
  /** Wake functions of uploads that wait for a back-off or more bytes. */
  readonly #wakes = new Set<() => void>();
  #calls = 0;
  #failures = 0;
  #refusals = 0;
  #storedBytes = 0;
  #isDenied = false;

  constructor(o: UploaderOptions) {
    this.#o = o;
  }

  /** Totals since the start: failed calls that are retried, final refusals, and stored bytes. */
  get counts(): { readonly failures: number; readonly refusals: number; readonly storedBytes: number } {
    return { failures: this.#failures, refusals: this.#refusals, storedBytes: this.#storedBytes };
  }
  /** True if the store denies access (`STORE_DENIED`), which an operator must fix. */
  get isDenied(): boolean {
    return this.#isDenied;
  }
  get store(): Store {
    return this.#o.store;
  }
  get signal(): AbortSignal {
    return this.#closing.signal;
  }

  /** Begins an upload that reads the source while it grows. */
  upload(source: UploadSource): RunningUpload {
    const object = new GrowingObject(source, this);
    let grown = Promise.withResolvers<void>();
    let isCancelled = false;
    const run = async (): Promise<UploadOutcome | undefined> => {
      while (!object.isReady) {
        if (isCancelled || this.signal.aborted) return { type: 'closed' };
        grown = Promise.withResolvers<void>();
        await this.#unlessClosed(grown.promise);
      }
      return await this.#withCallPlace(() => object.step());
    };
    const outcome = this.#persist(source.key, run, (error) => object.failed(error));
    const cancel = (): void => {
      isCancelled = true;
      grown.resolve();
    };
    return { noteGrowth: () => grown.resolve(), cancel, outcome };
  }

  removeAll(prefix: string): Promise<UploadOutcome> {
    const run = (): Promise<UploadOutcome | undefined> =>
      this.#withCallPlace(async () => {
        const found = await this.store.list(prefix, { limit: LIST_LIMIT, signal: this.signal });
        for (const { key } of found) await this.store.remove(key, { signal: this.signal });
        return found.length < LIST_LIMIT ? { type: 'stored' } : undefined;
      });
    return this.#persist(prefix, run, () => undefined);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    for (const wake of [...this.#wakes]) wake();
    await Promise.all([...this.#running]);
  }

  noteStored(bytes: number): void {
    this.#storedBytes += bytes;
  }

  #persist(
    object: string,
    step: () => Promise<UploadOutcome | undefined>,
    failed: (error: unknown) => StoreError | undefined,
  ): Promise<UploadOutcome> {
    const outcome = this.#repeat(object, step, failed);
    this.#running.add(outcome);
    return outcome.finally(() => this.#running.delete(outcome));
  }

  /** Repeats the step until it has an outcome. `failed` may declare an error final. */
  async #repeat(
    object: string,
    step: () => Promise<UploadOutcome | undefined>,
    failed: (error: unknown) => StoreError | undefined,
  ): Promise<UploadOutcome> {
    for (let failures = 0; !this.signal.aborted; ) {
      try {
        const outcome = await step();
        this.#noteDenied(undefined);
        if (outcome !== undefined) return outcome;
        failures = 0;
      } catch (error) {
        if (this.signal.aborted || hasCode(error, 'STORE_CLOSED')) return { type: 'closed' };
        const final = failed(error);
        if (final !== undefined) {
          this.#refusals += 1;
          return { type: 'refused', code: final.code, message: final.message };
        }
        this.#failures += 1;
        const waitMs = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** Math.min(failures, 10));
        if (hasCode(error, 'STORE_DENIED')) this.#noteDenied(error);
        else
          this.#o.log.warn(
            { err: error, object, waitMs },
            'the store does not take a part of a recording; it is tried again',
          );
        failures += 1;
        // Half of the pause is random, so that uploads that failed together do not retry together.
        await this.#pause(waitMs * (0.5 + this.#o.rng.next() / 2));
      }
    }
    return { type: 'closed' };
  }

  /** A denial concerns all objects, so only its start and end are logged. */
  #noteDenied(error: unknown): void {
    const isDenied = error !== undefined;
    if (isDenied === this.#isDenied) return;
    this.#isDenied = isDenied;
    if (isDenied) this.#o.log.error({ err: error }, 'the store denies access; recorded data waits on the disk');
    else this.#o.log.info('the store grants access again');
  }

  async #withCallPlace<T>(call: () => Promise<T>): Promise<T> {
    if (this.#calls >= CALLS_MAX) await new Promise<void>((go) => void this.#waiting.push(go));
    else this.#calls += 1;
    try {
      return await call();
    } finally {
      // The place of this call passes to the next waiting call, or becomes free.
      const next = this.#waiting.shift();
      if (next === undefined) this.#calls -= 1;
      else next();
    }
  }

  async #pause(ms: number): Promise<void> {
    const pauseEnd = Promise.withResolvers<void>();
    const timer = this.#o.clock.after(ms, pauseEnd.resolve);
    await this.#unlessClosed(pauseEnd.promise);
    timer.cancel();
  }

  async #unlessClosed(wait: Promise<void>): Promise<void> {
    const closed = Promise.withResolvers<void>();
    this.#wakes.add(closed.resolve);
    if (this.signal.aborted) closed.resolve();
    await Promise.race([wait, closed.promise]);
    this.#wakes.delete(closed.resolve);
  }
}

class GrowingObject {
  readonly #source: UploadSource;
  readonly #uploader: Uploader;
  #upload: Upload | undefined;
  #parts: { readonly bytes: number; readonly sha256: string | undefined }[] = [];
  #badTries = 0;

  constructor(source: UploadSource, uploader: Uploader) {
    this.#source = source;
    this.#uploader = uploader;
  }

  /** True if a part or the end can be uploaded. */
  get isReady(): boolean {
    const { bytes, sha256 } = this.#source;
    return sha256 !== undefined || bytes - this.#sentBytes >= partBytesAfter(this.#parts.length);
  }

  get #sentBytes(): number {
    return this.#parts.reduce((sum, part) => sum + part.bytes, 0);
  }

  /** Makes the next call. Returns undefined if more is to be done. */
  async step(): Promise<UploadOutcome | undefined> {
    const { signal, store } = this.#uploader;
    const { key, bytes, sha256 } = this.#source;
    if (this.#upload === undefined && sha256 !== undefined && (await this.#isStored())) return { type: 'stored' };
    if (this.#upload === undefined && sha256 !== undefined && bytes < PART_BYTES_MIN) {
      await store.put(key, await this.#source.read(0, bytes), { sha256, signal });
      return await this.#verifyStored();
    }
    const upload = this.#upload ?? (await this.#open());
    const from = this.#sentBytes;
    const length = Math.min(bytes - from, partBytesAfter(this.#parts.length));
    const isWhole = length === partBytesAfter(this.#parts.length);
    if (length > 0 && (isWhole || sha256 !== undefined)) {
      const part = await this.#source.read(from, length);
      const hash = sha256Of(part);
      await upload.append(part, { sha256: hash, signal });
      this.#parts.push({ bytes: length, sha256: hash });
      return undefined;
    }
    if (sha256 === undefined) return undefined;
    await upload.finish(sha256, { signal });
    return await this.#verifyStored();
  }

  /** Forgets the stored state after a failure. Returns the error if it is final. */
  failed(error: unknown): StoreError | undefined {
    this.#upload = undefined;
    const failure =
      error instanceof StoreError
        ? error
        : new StoreError('STORE_REFUSED', 'the spool cannot be read', { cause: error });
    if (failure.retryable) return undefined;
    const isUnsure = failure !== error || failure.code === 'HASH_MISMATCH';
    this.#badTries += 1;
    if (isUnsure && this.#badTries < BAD_TRIES) return undefined;
    return failure;
  }

  /** Finds parts of an earlier attempt or process; discards those that do not match. */
  async #open(): Promise<Upload> {
    const { signal, store } = this.#uploader;
    let upload = await store.upload(this.#source.key, { signal });
    if (!(await this.#matchesSource(upload))) {
      await upload.abort({ signal });
      upload = await store.upload(this.#source.key, { signal });
    }
    if (upload.parts.length === 0) this.#parts = [];
    this.#upload = upload;
    return upload;
  }

  async #matchesSource(upload: Upload): Promise<boolean> {
    const known = this.#parts;
    this.#parts = [];
    let from = 0;
    for (const [at, part] of upload.parts.entries()) {
      const isLast = part.bytes < PART_BYTES_MIN;
      if (from + part.bytes > this.#source.bytes || (isLast && from + part.bytes < this.#source.bytes)) return false;
      const knownHash = known[at]?.bytes === part.bytes ? known[at].sha256 : undefined;
      const sha256 = part.sha256 === undefined ? knownHash : (knownHash ?? (await this.#hash(from, part.bytes)));
      if (part.sha256 !== undefined && part.sha256 !== sha256) return false;
      this.#parts.push({ bytes: part.bytes, sha256 });
      from += part.bytes;
    }
    return true;
  }

  async #hash(from: number, bytes: number): Promise<string> {
    return sha256Of(await this.#source.read(from, bytes));
  }

  async #isStored(): Promise<boolean> {
    const info = await this.#info();
    return info !== undefined && this.#equalsSource(info);
  }

  /** Verifies the stored object, because the only other copy is removed afterwards. */
  async #verifyStored(): Promise<UploadOutcome> {
    const { key, bytes } = this.#source;
    const info = await this.#info();
    if (info === undefined) throw new StoreError('STORE_UNREACHABLE', `${key} was stored, but is missing`);
    if (!this.#equalsSource(info)) throw new StoreError('HASH_MISMATCH', `${key} was stored with another hash`);
    this.#uploader.noteStored(bytes);
    return { type: 'stored' };
  }

  #info(): Promise<ObjectInfo | undefined> {
    return this.#uploader.store.head(this.#source.key, { signal: this.#uploader.signal });
  }
  #equalsSource({ bytes, sha256 }: ObjectInfo): boolean {
    return bytes === this.#source.bytes && sha256 === this.#source.sha256;
  }
}
