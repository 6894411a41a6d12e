// The folder in which a recorder keeps what stores do not have yet: `TENANT/RECORDING/STINT/`, and `aside/` for what a
// store refuses for good.
import { randomUUID } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { isStintId, tenantOfPart } from '../core/names.ts';
import { writeSynced } from '../stores/files.ts';
import { type Disk, machineDisk } from './disk.ts';

/** New recordings go elsewhere: what runs already has a fifth of the disk to come to its end. */
export const NEARLY_FULL_SHARE = 0.8;
/** Pieces are dropped: the rest is for journals, which say that they are missing. */
export const FULL_SHARE = 0.95;
/** At 1 Gbit/s a second is 125 MB, far less than a twentieth of a disk. */
const LOOK_MS = 1000;
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
  #aside = 0;

  /** Makes the folder if it is missing. Rejects with the error of the disk. */
  static async open(o: SpoolOptions): Promise<Spool> {
    const disk = o.disk ?? machineDisk;
    await disk.makeFolder(join(o.folder, ASIDE));
    const spool = new Spool(o, disk);
    spool.#aside = (await disk.list(join(o.folder, ASIDE))).length;
    await spool.look();
    return spool;
  }

  private constructor({ folder, clock, log }: SpoolOptions, disk: Disk) {
    this.folder = folder;
    this.disk = disk;
    this.#log = log;
    this.#timer = clock.every(LOOK_MS, () => void this.look());
  }

  /** No more recordings should begin here. Also while the disk does not say how full it is. */
  get isNearlyFull(): boolean {
    return this.#isUnknown || this.#usedShare >= NEARLY_FULL_SHARE;
  }
  /** Pieces are dropped as gaps until it is false again. */
  get isFull(): boolean {
    return this.#usedShare >= FULL_SHARE;
  }
  /** The used share of the disk, 0 to 1, as it was seen last. */
  get usedShare(): number {
    return this.#usedShare;
  }
  /** Things put aside that are there still, of former processes too. */
  get asideCount(): number {
    return this.#aside;
  }

  /** Looks at the disk now. Never rejects. */
  async look(): Promise<void> {
    try {
      this.#usedShare = await this.disk.usage(this.folder);
      this.#isUnknown = false;
    } catch (error) {
      if (!this.#isUnknown) this.#log.warn({ err: error }, 'the disk of the spool does not say how full it is');
      this.#isUnknown = true;
    }
  }

  /** The folder of a stint, from the prefix of its keys. */
  folderOf(prefix: string): string {
    return join(this.folder, ...prefix.split('/').filter((part) => part !== ''));
  }

  /** Folders of stints that are there: after a start, those of a former process. */
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

  /** Removes the folder of a stint, and those above that are empty then. */
  async removeStint(folder: string): Promise<void> {
    await this.disk.remove(folder);
    for (const above of [dirname(folder), dirname(dirname(folder))]) await this.disk.removeEmpty(above);
  }

  /**
   * Takes a file or folder out of its stint, with a reason beside it for an operator. Rejects with the error of the
   * disk.
   */
  async putAside(path: string, reason: { readonly object: string; readonly code: string; readonly message: string }) {
    const folder = join(this.folder, ASIDE, randomUUID());
    await this.disk.makeFolder(folder);
    await writeSynced(join(folder, 'reason.json'), Buffer.from(`${JSON.stringify(reason)}\n`));
    await this.disk.move(path, join(folder, basename(path)));
    await this.disk.syncFolder(folder);
    await this.disk.syncFolder(dirname(path));
    this.#aside += 1;
    this.#log.error({ ...reason, folder }, 'a part of a recording is put aside: no store takes it');
  }

  /** Removes what was put aside of objects whose keys begin with `prefix`. Rejects with the error of the disk. */
  async removeAside(prefix: string): Promise<void> {
    const aside = join(this.folder, ASIDE);
    for (const name of await this.disk.list(aside)) {
      const path = join(aside, name, 'reason.json');
      const bytes = await this.disk.size(path);
      if (bytes === undefined) continue;
      const reason: unknown = JSON.parse(Buffer.from(await this.disk.read(path, 0, bytes)).toString());
      if (!String((reason as { object?: unknown }).object).startsWith(prefix)) continue;
      await this.disk.remove(join(aside, name));
      this.#aside -= 1;
    }
  }

  /** Looks at the disk no more. Idempotent. */
  close(): void {
    this.#timer.cancel();
  }
}
