// Folder with data that stores do not have yet, `TENANT/RECORDING/STINT/`, and with data that a store refuses for good,
// `aside/TENANT/RECORDING/ID/`.
import { randomUUID } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { writeSynced } from '@meridian/object-store';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { isStintId, tenantOfPart } from '../core/names.ts';
import { type Disk, machineDisk } from './disk.ts';

/** Above this share new recordings go elsewhere: running ones have a fifth of the disk to finish. */
export const NEARLY_FULL_SHARE = 0.8;
/** Above this share pieces are dropped: the rest is for journals, which note the loss. */
export const FULL_SHARE = 0.95;
/**
 * Bound of the bytes of all stints that wait for the disk in memory: half a minute of 120 participants at 1.2 Mbit/s.
 * Further pieces are dropped. A recorder hands its recordings over long before.
 */
export const WAITING_BYTES_MAX = 512 * 1_048_576;
/** Interval of usage checks: a second at 1 Gbit/s is 125 MB, far less than a twentieth of a disk. */
const USAGE_CHECK_MS = 1000;
const ASIDE = 'aside';

export interface SpoolOptions {
  readonly folder: string;
  readonly disk?: Disk;
  readonly clock: Clock;
  readonly log: Logger;
}

export class Spool {
  readonly folder: string;
  readonly disk: Disk;
  readonly #log: Logger;
  readonly #timer: Timer;
  #usedShare = 0;
  #isUnknown = false;
  #asideCount = 0;
  #waitingBytes = 0;

  /** Creates a missing folder. Rejects with the error of the disk. */
  static async open(o: SpoolOptions): Promise<Spool> {
    const disk = o.disk ?? machineDisk;
    await disk.makeFolder(join(o.folder, ASIDE));
    const spool = new Spool(o, disk);
    spool.#asideCount = (await spool.asideFolders()).length;
    if (spool.#asideCount > 0)
      o.log.warn({ count: spool.#asideCount }, 'parts of recordings are aside: no store takes them');
    await spool.measureUsage();
    return spool;
  }

  private constructor({ folder, clock, log }: SpoolOptions, disk: Disk) {
    this.folder = folder;
    this.disk = disk;
    this.#log = log;
    this.#timer = clock.every(USAGE_CHECK_MS, () => void this.measureUsage());
  }

  /** True if no more recordings should begin here, also while the disk's usage is unknown. */
  get isNearlyFull(): boolean {
    return this.#isUnknown || this.#usedShare >= NEARLY_FULL_SHARE;
  }
  /** True if pieces are dropped: the disk is full, or too many bytes wait for it. */
  get isFull(): boolean {
    return this.#usedShare >= FULL_SHARE || this.#waitingBytes >= WAITING_BYTES_MAX;
  }
  /** Used share of the disk at the last look, 0 to 1. */
  get usedShare(): number {
    return this.#usedShare;
  }
  /** Number of files and folders put aside, including those of earlier processes. */
  get asideCount(): number {
    return this.#asideCount;
  }

  /** Adds to the bytes that wait for the disk in memory; negative: they wait no more. */
  noteWaiting(bytes: number): void {
    this.#waitingBytes += bytes;
  }

  async measureUsage(): Promise<void> {
    try {
      this.#usedShare = await this.disk.usage(this.folder);
      this.#isUnknown = false;
    } catch (error) {
      if (!this.#isUnknown) this.#log.warn({ err: error }, 'the usage of the spool disk is unknown');
      this.#isUnknown = true;
    }
  }

  folderOf(prefix: string): string {
    return join(this.folder, ...prefix.split('/').filter((part) => part !== ''));
  }

  /** Returns the present folders of stints: after a start, those of an earlier process. */
  async stintFolders(): Promise<string[]> {
    const folders: string[] = [];
    for (const tenant of await this.disk.list(this.folder)) {
      if (tenantOfPart(tenant) === undefined) continue;
      for (const recording of await this.disk.list(join(this.folder, tenant)))
        for (const stint of await this.disk.list(join(this.folder, tenant, recording)))
          if (isStintId(stint)) folders.push(join(this.folder, tenant, recording, stint));
    }
    return folders;
  }

  /** Removes the folder of a stint, and its parents if they are empty. */
  async removeStint(folder: string): Promise<void> {
    await this.disk.remove(folder);
    for (const above of [dirname(folder), dirname(dirname(folder))]) await this.disk.removeEmpty(above);
  }

  async asideFolders(): Promise<string[]> {
    const aside = join(this.folder, ASIDE);
    const folders: string[] = [];
    for (const tenant of await this.disk.list(aside)) {
      if (tenantOfPart(tenant) === undefined) folders.push(join(aside, tenant));
      else
        for (const recording of await this.disk.list(join(aside, tenant)))
          for (const name of await this.disk.list(join(aside, tenant, recording)))
            folders.push(join(aside, tenant, recording, name));
    }
    return folders;
  }

  /**
   * Moves a file or folder out of its stint, with a reason file for an operator. `object` begins with the prefix of its
   * recording. Rejects with the error of the disk.
   */
  async putAside(path: string, reason: { readonly object: string; readonly code: string; readonly message: string }) {
    const folder = join(this.folder, ASIDE, ...reason.object.split('/').slice(0, 2), randomUUID());
    await this.disk.makeFolder(folder);
    try {
      const unready = join(folder, 'reason.new');
      await writeSynced(unready, Buffer.from(`${JSON.stringify(reason)}\n`));
      await this.disk.move(unready, join(folder, 'reason.json'));
    } catch (error) {
      await this.disk.remove(folder);
      throw error;
    }
    await this.disk.move(path, join(folder, basename(path)));
    await this.disk.syncFolder(folder);
    await this.disk.syncFolder(dirname(path));
    this.#asideCount += 1;
    this.#log.error({ ...reason, folder }, 'a part of a recording is put aside: no store takes it');
  }

  /** Removes what was put aside of the recording with this prefix. Rejects with the error of the disk. */
  async removeAside(prefix: string): Promise<void> {
    const asideFolder = join(this.folder, ASIDE, prefix);
    for (const folder of await this.asideFolders()) {
      if (!folder.startsWith(asideFolder) && !(await this.#belongsTo(folder, prefix))) continue;
      await this.disk.remove(folder);
      this.#asideCount -= 1;
    }
    for (const above of [asideFolder, dirname(asideFolder)]) await this.disk.removeEmpty(above);
  }

  /** Earlier builds put data at the top of `aside/`, where only the reason file names its recording. */
  async #belongsTo(folder: string, prefix: string): Promise<boolean> {
    if (dirname(folder) !== join(this.folder, ASIDE)) return false;
    const path = join(folder, 'reason.json');
    try {
      const text = await this.disk.read(path, 0, (await this.disk.size(path)) ?? 0);
      const { object } = JSON.parse(Buffer.from(text).toString()) as { object?: unknown };
      return String(object).startsWith(prefix);
    } catch (error) {
      this.#log.warn({ err: error, folder }, 'the recording of data that was put aside is unknown');
      return false;
    }
  }

  close(): void {
    this.#timer.cancel();
  }
}
