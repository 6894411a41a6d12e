// Measures the free space of a folder's volume for reports, in the background, so that a report never waits for a disk.
import { statfs } from 'node:fs/promises';
import type { wire } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';

/** A recorder writes some hundred megabytes in this time, and a measurement costs a single system call. */
const MEASURE_INTERVAL_MS = 10_000;
/** Age after which a measurement is dropped: a mounted volume that hangs never answers. */
const MEASUREMENT_AGE_MS_MAX = 60_000;

export interface Volume {
  /** Space for this process, used and free, without the administrator's reserve. */
  readonly bytes: number;
  readonly freeBytes: number;
}

export async function volumeOf(path: string): Promise<Volume> {
  const { blocks, bfree, bavail, bsize } = await statfs(path);
  return { bytes: (blocks - bfree + bavail) * bsize, freeBytes: bavail * bsize };
}

/** `measure`: substitute for `volumeOf`. */
export interface VolumeWatchOptions {
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly measure?: (folder: string) => Promise<Volume>;
}

export class VolumeWatch {
  readonly #o: VolumeWatchOptions;
  #latest: { readonly volume: Volume; readonly atMs: number } | undefined;
  #measuredAtMs = Number.NEGATIVE_INFINITY;
  #isMeasuring = false;
  #hasFailed = false;
  #isClosed = false;

  constructor(o: VolumeWatchOptions) {
    this.#o = o;
  }

  /** Returns the last measurement, if recent. Starts a new measurement at most every 10 s; never waits or throws. */
  load(): Pick<wire.Load.$Properties, 'diskBytes' | 'diskFreeBytes'> {
    const nowMs = this.#o.clock.nowMs();
    if (!this.#isClosed && !this.#isMeasuring && nowMs - this.#measuredAtMs >= MEASURE_INTERVAL_MS) {
      this.#measuredAtMs = nowMs;
      void this.#measure();
    }
    if (this.#latest === undefined || nowMs - this.#latest.atMs > MEASUREMENT_AGE_MS_MAX) return {};
    const { bytes, freeBytes } = this.#latest.volume;
    return { diskBytes: bytes, diskFreeBytes: freeBytes };
  }

  close(): void {
    this.#isClosed = true;
  }

  async #measure(): Promise<void> {
    const { folder, clock, log, measure = volumeOf } = this.#o;
    this.#isMeasuring = true;
    try {
      const volume = await measure(folder);
      this.#latest = { volume, atMs: clock.nowMs() };
      this.#hasFailed = false;
    } catch (err) {
      this.#latest = undefined;
      // A folder that is made later is no failure; a single log line is enough.
      if (!this.#hasFailed) log.info({ err, folder }, 'the volume of this folder cannot be measured');
      this.#hasFailed = true;
    } finally {
      this.#isMeasuring = false;
    }
  }
}
