// A try to send a part by tus: HEAD asks for the offset, PATCH continues from it.
import * as tus from 'tus-js-client';
import { BLOCK_BYTES } from './core/ranges.ts';
import type { UploadFile, UploadSource } from './types.ts';

/** Bound of a request: eight blocks. Proxies in front of nodes refuse bodies above 100 MB, or buffer them on disk. */
const REQUEST_BYTES = 8 * BLOCK_BYTES;

export interface PartAttempt {
  readonly source: UploadSource;
  readonly from: number;
  readonly bytes: number;
  readonly url: string;
  readonly signal: AbortSignal;
  readonly stallMs: number;
  /** Bytes in flight or at the node. */
  onSent(bytes: number): void;
  /** Bytes on the node's disk. */
  onAccepted(bytes: number): void;
}

/** `status` is 0 without an answer. */
export type PartEnd =
  | { readonly kind: 'sent' }
  | { readonly kind: 'failed'; readonly status: number; readonly error: Error }
  | { readonly kind: 'unread'; readonly error: unknown };

/** Resolves when files and requests are closed. Rejects when the signal fires. */
export function tryPart(o: PartAttempt): Promise<PartEnd> {
  return new Promise((resolve, reject) => {
    const files = new PartFiles(o, (error) => end({ kind: 'unread', error }));
    let stall: ReturnType<typeof setTimeout>;
    const watch = (): void => {
      clearTimeout(stall);
      stall = setTimeout(() => fail(new Error(`nothing moved for ${o.stallMs} ms`)), o.stallMs);
    };
    const settle = (): void => {
      clearTimeout(stall);
      o.signal.removeEventListener('abort', stop);
      // An answer may arrive while the body is still being sent.
      void upload.abort();
      files.close();
    };
    const end = (outcome: PartEnd): void => {
      settle();
      resolve(outcome);
    };
    const fail = (error: Error, status = 0): void => end({ kind: 'failed', status, error });
    const stop = (): void => {
      settle();
      reject(o.signal.reason as Error);
    };
    const upload = new tus.Upload(new Blob([]), {
      uploadUrl: o.url,
      chunkSize: REQUEST_BYTES,
      // The caller decides about retries, waits and fresh URLs, for all parts alike.
      retryDelays: null,
      storeFingerprintForResuming: false,
      fingerprint: () => Promise.resolve(''),
      fileReader: { openFile: () => Promise.resolve(files) },
      onProgress: (bytes) => {
        watch();
        o.onSent(bytes);
      },
      onAfterResponse: (_, response) => {
        watch();
        const offset = Number(response.getHeader('Upload-Offset') ?? '');
        if (Number.isSafeInteger(offset)) o.onAccepted(offset);
      },
      // Without this error, tus would retry without a pause when a node accepts nothing.
      onChunkComplete: (bytes) => (bytes > 0 ? undefined : fail(new Error('the node accepted no bytes'))),
      onSuccess: () => end({ kind: 'sent' }),
      onError: (error) => fail(error, statusOf(error)),
    });
    o.signal.addEventListener('abort', stop, { once: true });
    if (o.signal.aborted) return stop();
    watch();
    upload.start();
  });
}

const statusOf = (error: Error): number =>
  (error instanceof tus.DetailedError ? error.originalResponse?.getStatus() : undefined) ?? 0;

/** File reader for tus. tus leaves streams of aborted requests open and ignores their errors. */
class PartFiles {
  readonly size: number;
  readonly #o: PartAttempt;
  readonly #onError: (error: unknown) => void;
  #open: UploadFile | undefined;

  constructor(o: PartAttempt, onError: (error: unknown) => void) {
    this.size = o.bytes;
    this.#o = o;
    this.#onError = onError;
  }

  slice(start: number, end: number): Promise<{ value: UploadFile; done: boolean }> {
    this.close();
    const bytes = Math.min(end, this.size) - start;
    const value = this.#o.source.slice(this.#o.from + start, bytes);
    this.#open = value;
    // tus reads the body length from `size`.
    if (!(value instanceof Blob)) {
      value.on('error', this.#onError);
      Object.assign(value, { size: bytes });
    }
    return Promise.resolve({ value, done: start + bytes >= this.size });
  }

  close(): void {
    if (this.#open !== undefined && !(this.#open instanceof Blob)) this.#open.destroy();
    this.#open = undefined;
  }
}
