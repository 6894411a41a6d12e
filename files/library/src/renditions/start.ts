import { cpus } from 'node:os';
import type { TaskPort, TaskWorker } from '@meridian/node-shell';
import type { Store } from '@meridian/object-store';
import { EncoderWatch, findSandbox, type SandboxOptions } from '@meridian/room-media';
import type { Clock, Logger } from '@meridian/runtime';
import { CHUNK_MS_MIN } from '../core/renditions/plan.ts';
import type { Trims } from '../trimming/trims.ts';
import { ENCODING_SPACE_BYTES, type RenditionContext } from './rendition-context.ts';
import { SourceCache } from './source-cache.ts';
import { renditionWorker } from './worker.ts';

export interface RenditionOptions {
  readonly store: Store;
  readonly port: TaskPort;
  readonly trims: Trims;
  /** Folder of the source cache, which is emptied. */
  readonly folder: string;
  /** Bytes of cached sources. A larger source is left to other nodes. */
  readonly sourceBytesMax: number;
  /** Cores for all tasks; 0 for all of the machine. */
  readonly cores: number;
  /** Threads of one task. With one thread, a chunk takes the least processor time. */
  readonly threads: number;
  readonly h264Preset: string;
  readonly av1Preset: number;
  readonly ffmpegSandbox?: SandboxOptions['mode'] | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  onEnded(kind: string, code: string): void;
}

export interface Renditions {
  readonly running: number;
  close(): Promise<void>;
}

/** Samples of a title that are encoded to choose its quality. */
const SAMPLES = 8;
const SAMPLE_MS = 2000;

/** Starts to ask for tasks, once ffmpeg can make H.264 and AAC. Rejects when the folder cannot be made. */
export async function startRenditions(o: RenditionOptions): Promise<Renditions> {
  const sandbox = await findSandbox(o.log, { mode: o.ffmpegSandbox, addressSpaceBytes: ENCODING_SPACE_BYTES });
  const sources = await SourceCache.open({ folder: o.folder, bytesMax: o.sourceBytesMax });
  const encoders = await EncoderWatch.open({ sandbox, needed: ['libx264', 'aac', 'mjpeg'], clock: o.clock });
  let worker: TaskWorker | undefined;
  const begin = (): void => {
    const { missing } = encoders;
    const { refusal } = encoders;
    if (refusal !== undefined)
      o.log.error({ lacking: 'sandbox', refusal }, 'ffmpeg has no sandbox: no renditions are made here yet');
    else if (missing.length > 0)
      o.log.error({ lacking: 'ffmpeg', missing }, 'ffmpeg lacks encoders: no renditions are made here yet');
    else worker ??= workerOf(o, { sandbox, sources, hasAv1: encoders.names.has('libsvtav1') });
  };
  encoders.onChange = begin;
  begin();
  return {
    get running() {
      return worker?.running ?? 0;
    },
    async close() {
      encoders.close();
      await worker?.close();
      await sources.close();
    },
  };
}

function workerOf(o: RenditionOptions, found: Pick<RenditionContext, 'sandbox' | 'sources' | 'hasAv1'>): TaskWorker {
  const threads = Math.max(1, o.threads);
  const slots = Math.max(1, Math.floor((o.cores > 0 ? o.cores : cpus().length) / threads));
  const context = {
    ...found,
    store: o.store,
    settings: { h264Preset: o.h264Preset, av1Preset: o.av1Preset, threads },
    clock: o.clock,
    samples: SAMPLES,
    sampleMs: SAMPLE_MS,
    chunkMsMin: CHUNK_MS_MIN,
  };
  const onEnded = (kind: string, code: string): void => o.onEnded(kind, code);
  return renditionWorker({ context, trims: o.trims, port: o.port, slots, clock: o.clock, log: o.log, onEnded });
}
