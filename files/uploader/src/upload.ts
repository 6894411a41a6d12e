import { FILE_BYTES_MAX, isPlanOf } from './core/ranges.ts';
import { ShownProgress } from './core/shown-progress.ts';
import { callFailureOf, isPassing, lookMs, waitMs } from './core/trying.ts';
import { UploadError, uploadErrorOf } from './error.ts';
import { fingerprintOf, hashBlocks, proofOf } from './hashing.ts';
import { type Means, orAborted, platform } from './means.ts';
import { sendParts } from './sending.ts';
import type { NewUpload, Upload, UploadOptions } from './types.ts';

const PARALLEL = 4;

/**
 * Resolves when the file is in the library. Resumes an earlier call for the file, also from another device of the user,
 * and waits out broken links. Rejects with UploadError.
 */
export const upload = (o: UploadOptions): Promise<Upload> => uploadBy(o, platform);

export async function uploadBy(o: UploadOptions, means: Means): Promise<Upload> {
  const signal = o.signal ?? new AbortController().signal;
  try {
    return await new Uploading(o, signal, means).run();
  } catch (error) {
    throw uploadErrorOf(error, signal);
  }
}

class Uploading {
  readonly #o: UploadOptions;
  readonly #signal: AbortSignal;
  readonly #means: Means;
  readonly #progress: ShownProgress;

  constructor(o: UploadOptions, signal: AbortSignal, means: Means) {
    this.#o = o;
    this.#signal = signal;
    this.#means = means;
    this.#progress = new ShownProgress(o.source.bytes, (progress) => o.onProgress?.(progress));
  }

  async run(): Promise<Upload> {
    const { source, api } = this.#o;
    if (source.bytes === 0) throw new UploadError('FILE_EMPTY', 'The file is empty.');
    if (source.bytes > FILE_BYTES_MAX) throw new UploadError('FILE_TOO_LARGE', 'The file has more than 128 GiB.');
    const fingerprint = await fingerprintOf(source, this.#signal);
    // This call is not retried, unlike later ones, so that a wrong address fails at once.
    const found = await orAborted(api.find(fingerprint), this.#signal);
    if (found !== undefined && found.bytes === source.bytes) {
      const finished = await this.#goOn(found);
      if (finished !== undefined) return finished;
    }
    return await this.#finish(await this.#create(fingerprint));
  }

  /** Resumes an upload. Returns undefined when it belongs to another file with equal samples. */
  async #goOn(found: Upload): Promise<Upload | undefined> {
    try {
      return await this.#finish(found);
    } catch (error) {
      if (error instanceof UploadError && error.code === 'FILE_CHANGED') return undefined;
      throw error;
    }
  }

  async #create(fingerprint: string): Promise<Upload> {
    const { source, api, about } = this.#o;
    let readBytes = 0;
    this.#progress.enter('reading', { bytes: 0, knownBytes: 0 }, this.#means.nowMs());
    const onRead = (bytes: number): void => {
      readBytes += bytes;
      this.#progress.reach(readBytes, this.#means.nowMs());
    };
    const blocks = await hashBlocks(source, { signal: this.#signal, onRead });
    const { name, bytes } = source;
    const body: NewUpload = Object.assign({}, about, { name, bytes, blocks, fingerprint });
    const key = crypto.randomUUID();
    return await this.#insist(() => api.create(body, key));
  }

  async #finish(planned: Upload): Promise<Upload> {
    let now = this.#checked(planned);
    if (now.state === 'proof') now = await this.#prove(now);
    if (now.state === 'open') now = await this.#send(now);
    this.#enter('checking', now);
    for (let looks = 0; !isEnded(now); looks++) {
      await this.#means.pause(lookMs(looks, this.#means.random()), this.#signal);
      now = await this.#get(now.id);
    }
    if (now.state !== 'done') throw failureOf(now);
    this.#enter('done', now);
    return now;
  }

  /** The api accepts one proof only; after a lost answer, the upload's state shows the result. */
  async #prove(asked: Upload): Promise<Upload> {
    const { source, api } = this.#o;
    if (asked.proof === undefined) throw new UploadError('ANSWER_UNREADABLE', 'The api asks for no ranges.');
    const sha256 = await proofOf(source, asked.proof, this.#signal);
    return await this.#insist(async () => {
      try {
        return this.#checked(await api.prove(asked.id, sha256));
      } catch (error) {
        const now = await orAborted(api.get(asked.id), this.#signal);
        if (now.state === 'proof') throw error;
        return this.#checked(now);
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
      means: this.#means,
      get: () => this.#get(open.id),
      onSent: (bytes) => this.#progress.reach(thereBytes + bytes, this.#means.nowMs()),
    });
  }

  /** Returns the bytes that are at the server. */
  #enter(phase: 'sending' | 'checking' | 'done', { parts, knownBytes }: Upload): number {
    const partBytes = phase === 'sending' ? parts.reduce((sum, { bytes }) => sum + bytes, 0) : 0;
    const bytes = this.#o.source.bytes - partBytes;
    this.#progress.enter(phase, { bytes, knownBytes }, this.#means.nowMs());
    return bytes;
  }

  async #get(id: string): Promise<Upload> {
    return this.#checked(await this.#insist(() => this.#o.api.get(id)));
  }

  /** Retries while the api cannot be reached, so that an interruption does not lose what was read and sent. */
  async #insist<T>(call: () => Promise<T>): Promise<T> {
    for (let tries = 0; ; tries++) {
      let askedMs: number;
      try {
        return await orAborted(call(), this.#signal);
      } catch (error) {
        const failure = callFailureOf(error);
        if (this.#signal.aborted || failure === undefined || !isPassing(failure)) throw error;
        askedMs = failure.retryAfterMs;
      }
      await this.#means.pause(Math.max(askedMs, waitMs(tries, this.#means.random())), this.#signal);
    }
  }

  #checked(answer: Upload): Upload {
    if (isPlanOf(answer, this.#o.source.bytes)) return answer;
    throw new UploadError('ANSWER_UNREADABLE', 'The api asks for bytes that the file does not have.');
  }
}

const isEnded = ({ state }: Upload): boolean => state === 'done' || state === 'refused' || state === 'expired';

function failureOf({ state, failure }: Upload): UploadError {
  if (state === 'expired') return new UploadError('EXPIRED', 'The file did not arrive completely in time.');
  const words = failure === undefined ? 'The file was refused.' : `${failure.code}: ${failure.detail}`;
  return new UploadError('REFUSED', words, { failure });
}
