// Environment of all rendition tasks, and the run of one task.

import { type ObjectInfo, ObjectWriter, placeObject, type Store } from '@meridian/object-store';
import { ORIGINAL_NAME } from '@meridian/protocol';
import { FfmpegError, type FfmpegRun, runFfmpeg } from '@meridian/room-media';
import type { Clock } from '@meridian/runtime';
import { contentPrefix } from '../core/names.ts';
import type { EncoderSettings } from '../core/renditions/args.ts';
import { RenditionError } from '../core/renditions/errors.ts';
import { leasePart, RENDITIONS } from '../core/renditions/names.ts';
import type { SourceCache, SourceHandle } from './source-cache.ts';

export interface RenditionContext {
  readonly store: Store;
  readonly sources: SourceCache;
  /** Command line in front of ffmpeg, from `findSandbox`. */
  readonly sandbox: readonly string[];
  readonly settings: EncoderSettings;
  readonly hasAv1: boolean;
  readonly clock: Clock;
  readonly samples: number;
  readonly sampleMs: number;
  readonly chunkMsMin: number;
}

/** Address space that ffmpeg needs with three H.264 encoders and one AV1 encoder for 4K pictures. */
export const ENCODING_SPACE_BYTES = 12 * 1024 ** 3;

export class Job {
  readonly context: RenditionContext;
  readonly signal: AbortSignal;
  readonly lease: string;
  readonly #prefix: string;
  readonly #onDone: (done: number) => void;

  constructor(
    shop: RenditionContext,
    o: {
      readonly tenant: string;
      readonly contentId: string;
      readonly lease: string;
      readonly signal: AbortSignal;
      onDone(done: number): void;
    },
  ) {
    this.context = shop;
    this.signal = o.signal;
    this.lease = leasePart(o.lease);
    this.#prefix = prefixOf(o.tenant, o.contentId);
    this.#onDone = (done) => o.onDone(Math.min(1, done));
  }

  get folder(): string {
    return `${this.#prefix}${RENDITIONS}`;
  }

  done(done: number): void {
    this.#onDone(done);
  }

  source(): Promise<SourceHandle> {
    return this.context.sources.take(this.context.store, `${this.#prefix}${ORIGINAL_NAME}`, this.signal);
  }

  place(name: string, bytes: string | Uint8Array): Promise<ObjectInfo> {
    return placeObject(this.context.store, `${this.folder}${name}`, Buffer.from(bytes), this.#throwIfAborted);
  }

  writer(name: string): ObjectWriter {
    return new ObjectWriter(this.context.store, `${this.folder}${name}`, this.#throwIfAborted);
  }

  /** Rejects with `MEDIA_BROKEN`, `FFMPEG_FAILED` or `TASK_ABORTED`, and as outputs do. */
  async run(o: Pick<FfmpegRun, 'program' | 'args' | 'input' | 'files' | 'outputs' | 'limitMs'>): Promise<void> {
    const { sandbox, settings, clock } = this.context;
    try {
      await runFfmpeg(Object.assign({ sandbox, clock, threads: settings.threads, signal: this.signal }, o));
    } catch (error) {
      throw error instanceof FfmpegError ? errorOf(error, o.program === 'ffprobe') : error;
    }
  }

  /** Returns an output as text of at most `bytesMax`. */
  async read(o: Parameters<Job['run']>[0], bytesMax: number): Promise<string> {
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    const take = (piece: Uint8Array): void => {
      bytes += piece.length;
      if (bytes > bytesMax) throw new RenditionError('MEDIA_BROKEN', `ffmpeg printed more than ${bytesMax} bytes`);
      pieces.push(piece);
    };
    await this.run(Object.assign({}, o, { outputs: [take] }));
    return Buffer.concat(pieces).toString();
  }

  readonly #throwIfAborted = (): void => {
    if (this.signal.aborted) throw new RenditionError('TASK_ABORTED');
  };
}

function prefixOf(tenant: string, contentId: string): string {
  try {
    return contentPrefix(tenant, contentId);
  } catch (cause) {
    throw new RenditionError('TASK_INVALID', undefined, { cause });
  }
}

const brokenMediaPattern =
  /invalid data|moov atom|matches no streams|not find codec|output file is empty|error while decoding|whitelist|end of file/i;
const machineErrorPattern = /permission denied|cannot allocate|no such file|no space|resource temporarily/i;

function errorOf(error: FfmpegError, isProbe: boolean): RenditionError {
  if (error.code === 'JOB_ABORTED') return new RenditionError('TASK_ABORTED', undefined, { cause: error });
  const { exitCode, message } = error;
  const isBroken =
    exitCode !== undefined && !machineErrorPattern.test(message) && (isProbe || brokenMediaPattern.test(message));
  return new RenditionError(isBroken ? 'MEDIA_BROKEN' : 'FFMPEG_FAILED', message, { cause: error });
}
