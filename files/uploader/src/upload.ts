import { ProgressReporter } from './core/progress-reporter.ts';
import { FILE_BYTES_MAX, isPlanOf } from './core/ranges.ts';
import { callFailureOf, isRetryable, pollDelayMs, retryDelayMs } from './core/retry.ts';
import { UploadError, uploadErrorOf } from './error.ts';
import { fingerprintOf, hashBlocks, proofOf } from './hashing.ts';
import { orAborted, type Runtime, realRuntime } from './runtime.ts';
import { sendParts } from './sending.ts';
import type { NewUpload, Upload, UploadOptions } from './types.ts';

const PARALLEL = 4;

/**
 * Resolves when the file is in the library. Resumes an earlier call for the file, also from another device of the user,
 * and waits out broken links. Rejects with UploadError.
 */
export const upload = (o: UploadOptions): Promise<Upload> => uploadBy(o, realRuntime);

export async function uploadBy(o: UploadOptions, runtime: Runtime): Promise<Upload> {
  const signal = o.signal ?? new AbortController().signal;
  try {
    return await new UploadRun(o, signal, runtime).run();
  } catch (error) {
    throw uploadErrorOf(error, signal);
  }
}

class UploadRun {
  readonly #o: UploadOptions;
  readonly #signal: AbortSignal;
  readonly #runtime: Runtime;
  readonly #progress: ProgressReporter;

  constructor(o: UploadOptions, signal: AbortSignal, runtime: Runtime) {
    this.#o = o;
    this.#signal = signal;
    this.#runtime = runtime;
    this.#progress = new ProgressReporter(o.source.bytes, (progress) => o.onProgress?.(progress));
  }

  async run(): Promise<Upload> {
    const { source, api } = this.#o;
    if (source.bytes === 0) throw new UploadError('FILE_EMPTY', 'The file is empty.');
    if (source.bytes > FILE_BYTES_MAX) throw new UploadError('FILE_TOO_LARGE', 'The file has more than 128 GiB.');
    const fingerprint = await fingerprintOf(source, this.#signal);
    // This call is not retried, unlike later ones, so that a wrong address fails at once.
    const unfinished = await orAborted(api.find(fingerprint), this.#signal);
    if (unfinished !== undefined && unfinished.bytes === source.bytes) {
      const finished = await this.#resume(unfinished);
      if (finished !== undefined) return finished;
    }
    return await this.#finish(await this.#create(fingerprint));
  }

  /** Resumes an upload. Returns undefined when it belongs to another file with equal samples. */
  async #resume(found: Upload): Promise<Upload | undefined> {
    try {
      // The list shows no parts of an upload whose node is unreachable; only `get` tells that apart.
      const hasParts = found.state !== 'open' || found.parts.length > 0;
      return await this.#finish(hasParts ? found : await this.#get(found.id));
    } catch (error) {
      if (error instanceof UploadError && error.code === 'FILE_CHANGED') return undefined;
      throw error;
    }
  }

  async #create(fingerprint: string): Promise<Upload> {
    const { source, api, about } = this.#o;
    let readBytes = 0;
    this.#progress.enter('reading', { bytes: 0, knownBytes: 0 }, this.#runtime.nowMs());
    const onRead = (bytes: number): void => {
      readBytes += bytes;
      this.#progress.reach(readBytes, this.#runtime.nowMs());
    };
    const blocks = await hashBlocks(source, { signal: this.#signal, onRead });
    const { name, bytes } = source;
    const body: NewUpload = Object.assign({}, about, { name, bytes, blocks, fingerprint });
    const key = crypto.randomUUID();
    return await this.#retry(() => api.create(body, key));
  }

  async #finish(planned: Upload): Promise<Upload> {
    let current = this.#validated(planned);
    if (current.state === 'proof') current = await this.#prove(current);
    if (current.state === 'open') current = await this.#send(current);
    this.#enter('checking', current);
    for (let looks = 0; !isEnded(current); looks++) {
      await this.#runtime.pause(pollDelayMs(looks, this.#runtime.random()), this.#signal);
      current = await this.#get(current.id);
    }
    if (current.state !== 'done') throw failureOf(current);
    this.#enter('done', current);
    return current;
  }

  /** The api accepts one proof only; after a lost answer, the upload's state shows the result. */
  async #prove(unproven: Upload): Promise<Upload> {
    const { source, api } = this.#o;
    if (unproven.proof === undefined) throw new UploadError('ANSWER_UNREADABLE', 'The api asks for no ranges.');
    const sha256 = await proofOf(source, unproven.proof, this.#signal);
    return await this.#retry(async () => {
      try {
        return this.#validated(await api.prove(unproven.id, sha256));
      } catch (error) {
        const current = await orAborted(api.get(unproven.id), this.#signal);
        if (current.state === 'proof') throw error;
        return this.#validated(current);
      }
    });
  }

  #send(open: Upload): Promise<Upload> {
    const { source, parallel = PARALLEL } = this.#o;
    const thereBytes = this.#enter('sending', open);
    return sendParts(open, {
      source,
      parallel,
      signal: this.#signal,
      runtime: this.#runtime,
      get: () => this.#get(open.id),
      onSent: (bytes) => this.#progress.reach(thereBytes + bytes, this.#runtime.nowMs()),
    });
  }

  /** Returns the bytes that are at the server. */
  #enter(phase: 'sending' | 'checking' | 'done', { parts, knownBytes }: Upload): number {
    const partBytes = phase === 'sending' ? parts.reduce((sum, { bytes }) => sum + bytes, 0) : 0;
    const bytes = this.#o.source.bytes - partBytes;
    this.#progress.enter(phase, { bytes, knownBytes }, this.#runtime.nowMs());
    return bytes;
  }

  async #get(id: string): Promise<Upload> {
    return this.#validated(await this.#retry(() => this.#o.api.get(id)));
  }

  /** Retries while the api cannot be reached, so that an interruption does not lose what was read and sent. */
  async #retry<T>(call: () => Promise<T>): Promise<T> {
    for (let tries = 0; ; tries++) {
      let askedMs: number;
      try {
        return await orAborted(call(), this.#signal);
      } catch (error) {
        const failure = callFailureOf(error);
        if (this.#signal.aborted || failure === undefined || !isRetryable(failure)) throw error;
        askedMs = failure.retryAfterMs;
      }
      await this.#runtime.pause(Math.max(askedMs, retryDelayMs(tries, this.#runtime.random())), this.#signal);
    }
  }

  #validated(answer: Upload): Upload {
    if (isPlanOf(answer, this.#o.source.bytes)) return answer;
    throw new UploadError('ANSWER_UNREADABLE', 'The api asks for bytes that the file does not have.');
  }
}

const isEnded = ({ state }: Upload): boolean => state === 'done' || state === 'refused' || state === 'expired';

function failureOf({ state, failure }: Upload): UploadError {
  if (state === 'expired') return new UploadError('EXPIRED', 'The file did not arrive completely in time.');
  const message = failure === undefined ? 'The file was refused.' : `${failure.code}: ${failure.detail}`;
  return new UploadError('REFUSED', message, { failure });
}
