import { decideRetry, isRefusal, retryDelayMs } from './core/retry.ts';
import { UploadError } from './error.ts';
import { type PartEnd, tryPart } from './part.ts';
import type { Runtime } from './runtime.ts';
import type { Upload, UploadSource } from './types.ts';

/** Browsers open six connections to a host over HTTP/1.1; more parallel parts do not help. */
const PARALLEL_MAX = 16;

export interface SendingOptions {
  readonly source: UploadSource;
  readonly parallel: number;
  readonly signal: AbortSignal;
  readonly runtime: Runtime;
  /** Fetches the upload from the api, and retries without a bound until the signal fires. */
  get(): Promise<Upload>;
  /** Bytes in flight or at the node, of all parts. */
  onSent(bytes: number): void;
}

interface Part {
  readonly from: number;
  readonly bytes: number;
  sentBytes: number;
  acceptedBytes: number;
}

/**
 * Resolves when all parts are on the node's disk or the api reports the end. Rejects with UploadError, and when the
 * signal fires, after files and requests are closed.
 */
export async function sendParts(upload: Upload, o: SendingOptions): Promise<Upload> {
  return await new PartsSender(upload, o).run();
}

class PartsSender {
  readonly #o: SendingOptions;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #parts: readonly Part[];
  #upload: Upload;
  #refreshing: Promise<void> | undefined;

  constructor(upload: Upload, o: SendingOptions) {
    this.#o = o;
    this.#upload = upload;
    this.#signal = AbortSignal.any([o.signal, this.#stop.signal]);
    this.#parts = upload.parts.map(({ from, bytes }) => ({ from, bytes, sentBytes: 0, acceptedBytes: 0 }));
  }

  async run(): Promise<Upload> {
    const waiting = this.#parts.values();
    const failures: unknown[] = [];
    const work = async (): Promise<void> => {
      try {
        for (const part of waiting) await this.#send(part);
      } catch (error) {
        // The first failure is the cause; the abort ends the other workers.
        failures.push(error);
        this.#stop.abort();
      }
    };
    const workers = Math.min(Math.max(1, Math.floor(this.#o.parallel)), PARALLEL_MAX);
    await Promise.all(Array.from({ length: workers }, work));
    this.#o.signal.throwIfAborted();
    if (this.#upload.state === 'open' && failures.length > 0) throw failures[0];
    return this.#upload;
  }

  /** Rejects when a retry is pointless. */
  async #send(part: Part): Promise<void> {
    let tries = 0;
    let refusals = 0;
    for (;;) {
      const url = this.#urlOf(part);
      if (url === undefined) return; // the api has the part
      const { acceptedBytes } = part;
      const end = await this.#try(part, url);
      if (end.kind === 'sent') return;
      if (end.kind === 'unread') throw end.error;
      if (part.acceptedBytes > acceptedBytes) tries = refusals = 0;
      const next = decideRetry(end.status, { tries, refusals });
      if (isRefusal(end.status)) refusals += 1;
      if (next === 'changed') throw changed(end.error);
      if (next === 'refused') throw refused(end.error, end.status);
      await this.#wait(part, tries++, end.status);
      if (next === 'fresh') await this.#refresh(url, part);
    }
  }

  #try(part: Part, url: string): Promise<PartEnd> {
    const { source, runtime: means } = this.#o;
    const { from, bytes } = part;
    return tryPart({
      source,
      from,
      bytes,
      url,
      signal: this.#signal,
      stallMs: means.stallMs,
      onSent: (sentBytes) => {
        part.sentBytes = sentBytes;
        this.#o.onSent(this.#parts.reduce((sum, each) => sum + each.sentBytes, 0));
      },
      onAccepted: (acceptedBytes) => {
        part.acceptedBytes = Math.max(part.acceptedBytes, Math.min(acceptedBytes, bytes));
      },
    });
  }

  async #wait({ from }: Part, tries: number, status: number): Promise<void> {
    // Browsers report a changed file like a lost connection, so a read tells them apart.
    if (status === 0) await this.#o.source.read(from, 1, this.#signal);
    await this.#o.runtime.pause(retryDelayMs(tries, this.#o.runtime.random()), this.#signal);
  }

  #urlOf({ from }: Part): string | undefined {
    return this.#upload.parts.find((each) => each.from === from)?.url;
  }

  /** Parts that need fresh URLs at the same time share a request. */
  async #refresh(usedUrl: string, part: Part): Promise<void> {
    if (this.#urlOf(part) !== usedUrl) return;
    this.#refreshing ??= this.#fetchUpload().finally(() => {
      this.#refreshing = undefined;
    });
    await this.#refreshing;
  }

  async #fetchUpload(): Promise<void> {
    this.#upload = await this.#o.get();
    if (this.#upload.state === 'open') return;
    this.#stop.abort();
    this.#signal.throwIfAborted();
  }
}

const changed = (cause: Error): UploadError =>
  new UploadError('FILE_CHANGED', 'The file is not the one that was announced.', { cause });

const refused = (cause: Error, status: number): UploadError =>
  new UploadError('SENDING_REFUSED', `The node answers ${status} again and again.`, { cause });
