// One try to send one part, by tus: HEAD asks where the node is, PATCH goes on from there.
import * as tus from 'tus-js-client';
import { BLOCK_BYTES } from './core/ranges.ts';
import type { UploadFile, UploadSource } from './types.ts';

/** Of one request: eight blocks. Proxies in front of nodes refuse bodies of more than 100 MB, or keep them on disks. */
const REQUEST_BYTES = 8 * BLOCK_BYTES;

export interface PartTry {
  readonly source: UploadSource;
  readonly from: number;
  readonly bytes: number;
  readonly url: string;
  readonly signal: AbortSignal;
  readonly stallMs: number;
  /** On its way or at the node, of this part. */
  onSent(bytes: number): void;
  /** On the disk of the node, of this part. */
  onAccepted(bytes: number): void;
}

/** `sent`: all of the part is on the disk of the node. `status` 0: no answer came. */
export type PartEnd =
  | { readonly kind: 'sent' }
  | { readonly kind: 'failed'; readonly status: number; readonly error: Error }
  | { readonly kind: 'unread'; readonly error: unknown };

/** Ends when nothing of it is open any more. Rejects when the signal is aborted. */
export function tryPart(o: PartTry): Promise<PartEnd> {
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
      // Also what came to an end: an answer may come while the body is still being sent.
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
      // Tries, their waits and fresh URLs are decided by the caller, for all parts alike.
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
      // A node that answers and takes nothing would be asked without a pause.
      onChunkComplete: (bytes) => (bytes > 0 ? undefined : fail(new Error('the node took nothing'))),
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

/** What tus reads of the part. It leaves streams of requests that were cut open, and does not hear of their errors. */
class PartFiles {
  readonly size: number;
  readonly #o: PartTry;
  readonly #onError: (error: unknown) => void;
  #open: UploadFile | undefined;

  constructor(o: PartTry, onError: (error: unknown) => void) {
    this.size = o.bytes;
    this.#o = o;
    this.#onError = onError;
  }

  slice(start: number, end: number): Promise<{ value: UploadFile; done: boolean }> {
    this.close();
    const bytes = Math.min(end, this.size) - start;
    const value = this.#o.source.slice(this.#o.from + start, bytes);
    this.#open = value;
    // tus takes the length of the body from it.
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
