// Uploads under way, each in `uploads/TENANT/ID/` with its plan, file, journals and finally result.
import { mkdir, readdir, readFile, realpath, rm, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { absent, type FileThreads, syncFolder } from '@meridian/object-store';
import { MeridianError } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import { tenantPart } from '../core/names.ts';
import { isSamePlan, planIssue, planText, readPlan, type UploadPlan } from '../core/plan.ts';
import { readReport, refusalOf } from '../core/report.ts';
import { journalPath, Upload } from './upload.ts';

/** Bound of uploads, whose plans and journals are in memory: a plan has some kB, or a megabyte for 128 GiB. */
const UPLOADS_MAX = 10_000;
const EXPIRY_LOOK_MS = 30_000;
/** An upload without bytes ends this long after the api last opened it; an active client asks every few seconds. */
export const SILENT_MS = 10 * 60_000;
/** Time after which a refused api may retry, unless it chooses another node. */
const RETRY_MS = 30_000;

export interface SpoolOptions {
  readonly folder: string;
  readonly freeBytes: number;
  readonly threads: FileThreads;
  readonly clock: Clock;
  readonly log: Logger;
}

export class Spool {
  readonly #o: SpoolOptions;
  readonly #realFolder: string;
  readonly #uploads = new Map<string, Upload>();
  readonly #ready: ((upload: Upload) => void)[] = [];
  /** Serialises changes of the set, so that room is counted before it is taken. */
  #turn: Promise<unknown> = Promise.resolve();
  #expiring: Promise<void> | undefined;
  readonly #timer;

  /** Opens the spool with the uploads of an earlier process; incomplete folders are removed. */
  static async open(o: SpoolOptions): Promise<Spool> {
    // The folder admits no other user, since files are readable for all while a sandboxed ffprobe reads them.
    await mkdir(join(o.folder, 'uploads'), { recursive: true, mode: 0o700 });
    const spool = new Spool(o, await realpath(o.folder));
    for (const tenant of await readdir(join(o.folder, 'uploads')))
      for (const id of await readdir(join(o.folder, 'uploads', tenant)))
        await spool.#restore(join(o.folder, 'uploads', tenant, id));
    return spool;
  }

  private constructor(o: SpoolOptions, realFolder: string) {
    this.#o = o;
    this.#realFolder = realFolder;
    this.#timer = o.clock.every(EXPIRY_LOOK_MS, () => {
      this.expire().catch((err: unknown) => o.log.error({ err }, 'expired uploads could not be ended'));
    });
  }

  get uploads(): readonly Upload[] {
    return [...this.#uploads.values()];
  }

  get(tenant: string, uploadId: string): Upload | undefined {
    return this.#uploads.get(keyOf(tenant, uploadId));
  }

  /** Calls the listener with each upload that is complete or has ended, including present ones. */
  onReady(listener: (upload: Upload) => void): void {
    this.#ready.push(listener);
    for (const upload of this.uploads) if (upload.isReady) listener(upload);
  }

  /**
   * Resolves when the upload durably takes bytes; repeating the same plan is fine. Rejects with REQUEST_INVALID for an
   * invalid plan or another one under this id, OVERLOADED without room.
   */
  open(plan: UploadPlan): Promise<void> {
    const issue = planIssue(plan);
    if (issue !== undefined) return Promise.reject(new MeridianError('REQUEST_INVALID', issue));
    return this.#serially(() => this.#open(plan));
  }

  /** Removes an upload with its bytes, durably; a missing upload is no error. */
  drop(tenant: string, uploadId: string): Promise<void> {
    return this.#serially(async () => {
      const upload = await this.#remove(tenant, uploadId);
      if (upload !== undefined) await syncFolder(dirname(upload.folder));
    });
  }

  /** Removes an upload like `drop`. After a power cut it may be there again, and is reported again. */
  forget(tenant: string, uploadId: string): Promise<void> {
    return this.#serially(async () => void (await this.#remove(tenant, uploadId)));
  }

  async #remove(tenant: string, uploadId: string): Promise<Upload | undefined> {
    const upload = this.get(tenant, uploadId);
    if (upload === undefined) return undefined;
    await upload.close('the upload was dropped');
    // The plan goes first: without it a restart removes the rest.
    const names = ['plan.json', ...upload.fileNames];
    await this.#o.threads
      .run([
        ...names.map((name) => ({ do: 'unlink', path: join(upload.folder, name) }) as const),
        { do: 'removeFolder', path: upload.folder },
      ])
      .catch(() => rm(upload.folder, { recursive: true, force: true }));
    this.#uploads.delete(keyOf(tenant, uploadId));
    return upload;
  }

  /** Ends expired uploads, and those that received no bytes for too long. A call during another waits for it. */
  expire(): Promise<void> {
    this.#expiring ??= this.#expire().finally(() => {
      this.#expiring = undefined;
    });
    return this.#expiring;
  }

  async #expire(): Promise<void> {
    const { clock } = this.#o;
    for (const upload of this.uploads) {
      const { plan, isReady, hasBegun, openedMs } = upload;
      if (isReady) continue;
      const isSilent = !hasBegun && clock.nowMs() - openedMs >= SILENT_MS;
      if (plan.expiresWallMs > clock.wallMs() && !isSilent) continue;
      const detail = isSilent ? 'no byte came, and the client asked for it no more' : '';
      if (await upload.expire(refusalOf('UPLOAD_EXPIRED', detail))) this.#onReady(upload);
    }
  }

  /** Free bytes of the disk beyond `freeBytes` and the needs of uploads under way. */
  async roomBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.#o.folder);
    const missingBytes = this.uploads.reduce((sum, upload) => sum + upload.missingBytes, 0);
    return Math.max(0, bavail * bsize - missingBytes - this.#o.freeBytes);
  }

  async freeShare(): Promise<number> {
    const { bavail, blocks } = await statfs(this.#o.folder);
    return blocks === 0 ? 0 : bavail / blocks;
  }

  async close(): Promise<void> {
    this.#timer.cancel();
    await this.#turn;
    for (const upload of this.uploads) await upload.close('the node is stopping');
  }

  async #open(plan: UploadPlan): Promise<void> {
    const before = this.get(plan.tenant, plan.uploadId);
    if (before !== undefined) {
      if (isSamePlan(before.plan, plan)) return before.openedAgain(this.#o.clock.nowMs());
      throw new MeridianError('REQUEST_INVALID', 'another upload has this id');
    }
    if (this.#uploads.size >= UPLOADS_MAX || !this.#isShareFree(plan, await this.roomBytes()))
      throw new MeridianError('OVERLOADED', 'the spool has no room', { retryAfterMs: RETRY_MS });
    const folder = join(this.#o.folder, 'uploads', tenantPart(plan.tenant), plan.uploadId);
    await this.#make(plan, folder).catch(async (error: { readonly code?: string }) => {
      if (error.code !== 'EEXIST') throw error;
      await rm(folder, { recursive: true, force: true });
      await this.#make(plan, folder);
    });
    await this.#add(plan, folder);
  }

  async #make(plan: UploadPlan, folder: string): Promise<void> {
    const [data, planFile] = [join(folder, 'data'), join(folder, 'plan.json')];
    await this.#o.threads.run([
      { do: 'expectNone', path: folder },
      { do: 'makeFolder', path: folder, within: this.#realFolder },
      // The size needs no sync: the last bytes make it durable.
      { do: 'makeEmpty', path: data, bytes: plan.bytes },
      // The journals are empty, but their names are durable from here on.
      ...plan.parts.map((_, index) => ({ do: 'makeEmpty', path: journalPath(folder, index), bytes: 0 }) as const),
      // A restart removes a folder whose plan is cut.
      { do: 'write', path: planFile, bytes: Buffer.from(planText(plan)), flags: 'wx' },
      { do: 'sync', files: [planFile], folders: [folder] },
    ]);
  }

  /**
   * Returns whether the upload fits its shares. A tenant may have half of the room that other tenants leave. An owner
   * may have half of the part of it that the tenant's other owners leave. An upload counts with all its bytes until it
   * leaves the spool, since an upload that lacks one byte holds the disk like one that lacks all.
   */
  #isShareFree({ tenant, owner, bytes }: UploadPlan, roomBytes: number): boolean {
    const ofTenant = this.uploads.filter((upload) => upload.plan.tenant === tenant);
    const tenantBytes = heldBy(ofTenant);
    const tenantMostBytes = (roomBytes + tenantBytes) / 2;
    if (tenantBytes + bytes > tenantMostBytes) return false;
    if (owner === '') return true;
    const ownBytes = heldBy(ofTenant.filter((upload) => upload.plan.owner === owner));
    return ownBytes + bytes <= (tenantMostBytes - (tenantBytes - ownBytes)) / 2;
  }

  async #restore(folder: string): Promise<void> {
    const plan = readPlan((await readFile(join(folder, 'plan.json'), 'utf8').catch(absent)) ?? '');
    if (plan === undefined) {
      this.#o.log.warn({ folder }, 'an upload without a valid plan is removed');
      await rm(folder, { recursive: true, force: true });
      return;
    }
    const report = readReport((await readFile(join(folder, 'ended.json'), 'utf8').catch(absent)) ?? '');
    await this.#add(plan, folder, { report });
  }

  async #add(plan: UploadPlan, folder: string, before?: { report: ReturnType<typeof readReport> }): Promise<void> {
    const { clock, threads } = this.#o;
    const openedMs = clock.nowMs();
    const onComplete = (one: Upload): void => this.#onReady(one);
    const upload = await Upload.open({ plan, folder, before, openedMs, threads, onComplete });
    this.#uploads.set(keyOf(plan.tenant, plan.uploadId), upload);
    if (upload.isReady) this.#onReady(upload);
  }

  #onReady(upload: Upload): void {
    for (const listener of this.#ready) listener(upload);
  }

  #serially<T>(work: () => Promise<T>): Promise<T> {
    const ownTurn = this.#turn.then(work);
    this.#turn = ownTurn.catch(() => undefined);
    return ownTurn;
  }
}

const heldBy = (uploads: readonly Upload[]): number => uploads.reduce((sum, { heldBytes }) => sum + heldBytes, 0);

const keyOf = (tenant: string, uploadId: string): string => `${tenant} ${uploadId}`;
