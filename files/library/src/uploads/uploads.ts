// Uploads of a node, from the api's order to the report at the end, over the links of apis.
import { join } from 'node:path';
import type { ApiLinks } from '@meridian/node-shell';
import type { FileThreads, Store } from '@meridian/object-store';
import { isUploadId, type LibraryKind, MeridianError, roomKeyOf, rpc, serve, type wire } from '@meridian/protocol';
import type { Clock, Link, Logger } from '@meridian/runtime';
import { contentPrefix } from '../core/names.ts';
import type { UploadPlan } from '../core/plan.ts';
import { Contents } from './contents.ts';
import { Covers, type MakeCover } from './covers.ts';
import { type Check, Finishing } from './finishing.ts';
import { Reports } from './reports.ts';
import { Spool } from './spool.ts';
import type { Upload } from './upload.ts';

export interface UploadsOptions {
  readonly folder: string;
  readonly freeBytes: number;
  readonly threads: FileThreads;
  readonly kinds: readonly LibraryKind[];
  readonly store: Store;
  readonly storeId: string;
  readonly api: Pick<ApiLinks, 'call' | 'onLink'>;
  readonly check: Check;
  readonly cover: MakeCover;
  readonly clock: Clock;
  readonly log: Logger;
  onEnded?(code: string): void;
}

export class Uploads {
  readonly spool: Spool;
  readonly contents: Contents;
  readonly finishing: Finishing;
  readonly reports: Reports;
  readonly covers: Covers;
  readonly #o: UploadsOptions;
  readonly #erased: ((contentId: string) => Promise<void>)[] = [];

  static async open(o: UploadsOptions): Promise<Uploads> {
    const { folder, freeBytes, threads, clock, log } = o;
    const spool = await Spool.open({ folder, freeBytes, threads, clock, log });
    const contents = new Contents(o.store);
    const covers = await Covers.open({ folder: join(folder, 'covers'), spool, contents, make: o.cover });
    return new Uploads(o, { spool, contents, covers });
  }

  private constructor(o: UploadsOptions, { spool, contents, covers }: Pick<Uploads, 'spool' | 'contents' | 'covers'>) {
    const { api, storeId, check, clock, log } = o;
    this.#o = o;
    this.spool = spool;
    this.contents = contents;
    this.covers = covers;
    const forget = ({ plan }: Upload): Promise<void> => spool.forget(plan.tenant, plan.uploadId);
    this.reports = new Reports({ api, contents, storeId, forget, clock, log });
    this.finishing = new Finishing({ spool, contents, check, clock, log, onEnded: (upload) => this.#ended(upload) });
    spool.onReady((upload) => {
      if (upload.report === undefined) this.finishing.add(upload);
      else this.#ended(upload);
    });
  }

  serveOn(link: Link): void {
    serve(link, rpc.libraryFacts, async () => ({
      storeId: this.#o.storeId,
      freeBytes: await this.spool.roomBytes(),
      kinds: [...this.#o.kinds],
    }));
    serve(link, rpc.openUpload, async (message) => {
      await this.spool.open(planOf(message));
      return {};
    });
    serve(link, rpc.dropUpload, async ({ tenant, uploadId }) => {
      await this.drop(tenant, uploadId);
      return {};
    });
    serve(link, rpc.eraseContent, async ({ tenant, contentId }) => {
      await this.erase(tenant, contentId);
      return {};
    });
    serve(link, rpc.digestContents, async ({ tenant, nonce, ranges }) => {
      const proofRanges = ranges.map((range) => {
        return { contentId: range.contentId ?? '', from: range.from ?? 0, bytes: range.bytes ?? 0 };
      });
      for (const { contentId } of proofRanges) checkNames(tenant, contentId);
      return { sha256: await this.contents.digest(tenant, nonce, proofRanges).catch(requestInvalid) };
    });
    serve(link, rpc.makeCover, async ({ tenant, contentId, atMs, owner }) => {
      checkNames(tenant, contentId);
      await this.covers.make({ tenant, owner }, contentId, atMs);
      return {};
    });
  }

  /** `erase` rejects with the listener's rejection. */
  onErased(listener: (contentId: string) => Promise<void>): void {
    this.#erased.push(listener);
  }

  async erase(tenant: string, uploadId: string): Promise<void> {
    checkNames(tenant, uploadId);
    await this.#leave(this.spool.get(tenant, uploadId));
    await this.contents.erase(contentPrefix(tenant, uploadId));
    await this.spool.drop(tenant, uploadId);
    for (const listener of this.#erased) await listener(uploadId);
  }

  /**
   * Removes an upload. The content of an incomplete upload stays: another node, to which the client was sent, has
   * stored it.
   */
  async drop(tenant: string, uploadId: string): Promise<void> {
    checkNames(tenant, uploadId);
    const upload = this.spool.get(tenant, uploadId);
    await this.#leave(upload);
    if (upload?.isReady === true) await this.contents.erase(contentPrefix(tenant, uploadId));
    await this.spool.drop(tenant, uploadId);
  }

  async close(): Promise<void> {
    await this.covers.close();
    await this.finishing.close();
    await this.reports.close();
    await this.spool.close();
  }

  async #leave(upload: Upload | undefined): Promise<void> {
    if (upload === undefined) return;
    await upload.close('the upload was dropped');
    await this.finishing.leave(upload);
    this.reports.leave(upload);
  }

  #ended(upload: Upload): void {
    this.#o.onEnded?.(upload.report?.code ?? '');
    this.reports.add(upload);
  }
}

function checkNames(tenant: string, id: string): void {
  if (roomKeyOf(tenant, 'room') === undefined || !isUploadId(id))
    throw new MeridianError('REQUEST_INVALID', 'neither tenant nor content may have such a name');
}

function requestInvalid(error: unknown): never {
  if (error instanceof RangeError) throw new MeridianError('REQUEST_INVALID', error.message);
  throw error;
}

function planOf(message: wire.OpenUpload): UploadPlan {
  const { tenant, uploadId, bytes, blocks, sha256, name, expiresWallMs, owner } = message;
  const parts = message.parts.map((part) => ({ from: part.from ?? 0, bytes: part.bytes ?? 0 }));
  const copies = message.copies.map((copy) => {
    const { contentId, contentFrom } = copy;
    return { from: copy.from ?? 0, bytes: copy.bytes ?? 0, contentId: contentId ?? '', contentFrom: contentFrom ?? 0 };
  });
  const hashes = Buffer.from(blocks).toString('hex');
  return { tenant, uploadId, bytes, parts, copies, blocks: hashes, sha256, name, expiresWallMs, owner };
}
