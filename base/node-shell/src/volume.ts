// How full the volume of a folder is, for reports: looked at beside them, so that a report never waits for a disk.
import { statfs } from 'node:fs/promises';
import type { wire } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';

/** A full volume fills by some hundred megabytes in this time, and a look costs one call of the kernel. */
const LOOK_EVERY_MS = 10_000;
/** What is older is not said: a mounted volume that hangs answers no look. */
const KNOWN_MS = 60_000;

/** A volume as this process sees it. */
export interface Volume {
  /** What this process may use, all together: without what is kept for the administrator. */
  readonly bytes: number;
  readonly freeBytes: number;
}

/** The volume of a folder. Rejects with the error of the file system. */
export async function volumeOf(path: string): Promise<Volume> {
  const { blocks, bfree, bavail, bsize } = await statfs(path);
  return { bytes: (blocks - bfree + bavail) * bsize, freeBytes: bavail * bsize };
}

/** Which folder is watched; `look`: in place of `volumeOf`. */
export interface VolumeWatchOptions {
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly look?: (folder: string) => Promise<Volume>;
}

/** Knows how full the volume of a folder was a short time ago. The caller closes it. */
export class VolumeWatch {
  readonly #o: VolumeWatchOptions;
  #seen: { readonly volume: Volume; readonly atMs: number } | undefined;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #isLooking = false;
  #hasFailed = false;
  #isClosed = false;

  constructor(o: VolumeWatchOptions) {
    this.#o = o;
  }

  /**
   * What a report says of the volume: as it was seen at last, nothing when that is not known. Has it looked at anew,
   * every LOOK_EVERY_MS at most, one look at a time; never waits or throws.
   */
  load(): Pick<wire.Load.$Properties, 'diskBytes' | 'diskFreeBytes'> {
    const nowMs = this.#o.clock.nowMs();
    if (!this.#isClosed && !this.#isLooking && nowMs - this.#lookedAtMs >= LOOK_EVERY_MS) {
      this.#lookedAtMs = nowMs;
      void this.#look();
    }
    if (this.#seen === undefined || nowMs - this.#seen.atMs > KNOWN_MS) return {};
    const { bytes, freeBytes } = this.#seen.volume;
    return { diskBytes: bytes, diskFreeBytes: freeBytes };
  }

  /** No look begins any more. Idempotent. */
  close(): void {
    this.#isClosed = true;
  }

  async #look(): Promise<void> {
    const { folder, clock, log, look = volumeOf } = this.#o;
    this.#isLooking = true;
    try {
      const volume = await look(folder);
      this.#seen = { volume, atMs: clock.nowMs() };
      this.#hasFailed = false;
    } catch (err) {
      this.#seen = undefined;
      // A folder that is made later is none that fails; once is enough for the log.
      if (!this.#hasFailed) log.info({ err, folder }, 'the volume of this folder cannot be looked at');
      this.#hasFailed = true;
    } finally {
      this.#isLooking = false;
    }
  }
}
