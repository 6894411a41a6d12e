import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { BLOCK_BYTES, isUploadId } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import { blockRange, blocksInRange } from '../core/blocks.ts';
import { SinkError } from '../sinks/sink.ts';
import { allBlocks, BlockFetcher } from './block-fetcher.ts';
import { diskError } from './disk.ts';
import { Holds, LASTING_PREFIX } from './holds.ts';
import { SerialQueue } from './serial-queue.ts';
import { SourceClient } from './source.ts';
import { StoredContent } from './stored-content.ts';
import type { ContentFolder, ContentFolderOptions, ContentSpec, FetchedContent, Supply } from './types.ts';

type Options = ContentFolderOptions & {
  readonly clock: Clock;
  readonly log: Logger;
  /** Smaller in tests. */
  readonly blockBytes?: number;
};

interface Entry {
  readonly kept: StoredContent;
  readonly fetcher: BlockFetcher;
  users: number;
  readonly readers: Set<Readable>;
  /** Aborted when the removal begins; the entry then accepts no users. */
  readonly end: AbortController;
  /** Resolved when an entry in removal has lost its last user. */
  readonly left: PromiseWithResolvers<void>;
  used: number;
  noteAtMs: number;
  noting: Promise<void>;
}

/** Interval of notes of a content's use; after a restart the eviction order is right to about this time. */
const NOTE_MS = 60_000;
/** Share of the folder that a tenant may hold for months; the rest is for deliveries under way. */
const LASTING_SHARE = 1 / 2;

/** Opens the folder: incomplete contents continue, unknown files are removed. Rejects as the disk does. */
export async function openContentFolder(o: Options): Promise<ContentFolder> {
  await mkdir(o.folder, { recursive: true, mode: 0o700 });
  const folder = new Folder(o);
  await folder.open();
  return folder;
}

class Folder implements ContentFolder {
  readonly #o: Options;
  readonly #blockBytes: number;
  readonly #client = new SourceClient();
  readonly #entries = new Map<string, Entry>();
  /** Serialises changes of the set, so that room is counted before it is taken. */
  readonly #queue = new SerialQueue();
  readonly #holds: Holds;
  readonly #end = new AbortController();
  #uses = 0;
  #usedBytes = 0;

  constructor(o: Options) {
    this.#o = o;
    this.#holds = new Holds(o.folder);
    this.#blockBytes = o.blockBytes ?? BLOCK_BYTES;
  }

  async open(): Promise<void> {
    const found: { readonly kept: StoredContent; readonly usedMs: number }[] = [];
    for (const name of await readdir(this.#o.folder)) {
      const path = join(this.#o.folder, name);
      const kept = isUploadId(name) ? await StoredContent.open(path, this.#blockBytes) : undefined;
      if (kept?.wanted.content !== name) {
        await rm(path, { recursive: true, force: true });
        continue;
      }
      await this.#holds.read(name);
      found.push({ kept, usedMs: await kept.usedMs() });
    }
    for (const { kept } of found.sort((a, b) => a.usedMs - b.usedMs)) this.#add(kept);
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }
  get freeBytes(): number {
    return Math.max(0, this.#o.bytesMax - this.#usedBytes);
  }

  find(content: string) {
    const kept = this.#found(content)?.kept;
    return kept && { bytes: kept.bytes, tenant: kept.wanted.tenant, isWhole: kept.isWhole };
  }

  async blocks(content: string): Promise<Uint8Array | undefined> {
    return this.#found(content)?.kept.hashes;
  }

  async register(wanted: ContentSpec, blocks: Uint8Array): Promise<void> {
    const entry = await this.#acquire(wanted);
    try {
      if (!(await entry.kept.setHashes(blocks))) throw new SinkError('HASH_MISMATCH', 'hashes of another content');
    } finally {
      this.#removeUser(entry);
    }
  }

  async fetch(wanted: ContentSpec, supply: Supply, o: Parameters<ContentFolder['fetch']>[2]): Promise<FetchedContent> {
    const entry = await this.#acquire(wanted);
    const { kept, fetcher: filling, end } = entry;
    const signal = AbortSignal.any([o.signal, this.#end.signal, end.signal]);
    let fromNeighbours = 0;
    try {
      const onBlock = (_number: number, bytes: number, isFromNeighbour: boolean): void => {
        if (isFromNeighbour) fromNeighbours += bytes;
        o.onBytes?.(bytes);
        void kept.prepare(signal);
      };
      const demand = { supply, blocks: allBlocks(kept), isUrgent: false, onBlock };
      const { mayGoOn } = o;
      const gated = mayGoOn === undefined ? demand : Object.assign(demand, { mayGoOn: () => mayGoOn() });
      await filling.requireBlocks(gated, signal);
      if (!(await kept.check(signal))) {
        await this.#queue.run(() => this.#evict(wanted.content, entry));
        throw new SinkError('HASH_MISMATCH', 'the complete file has another hash');
      }
      return { path: kept.path, bytes: kept.bytes, fromNeighbours };
    } finally {
      this.#removeUser(entry);
    }
  }

  async read(
    content: string,
    range: { readonly from: number; readonly bytes: number },
    o: Parameters<ContentFolder['read']>[2],
  ): Promise<Readable | undefined> {
    const entry = this.#found(content);
    if (entry === undefined || (o.supply === undefined && !entry.kept.isWhole)) return undefined;
    const signal = AbortSignal.any([o.signal, this.#end.signal, entry.end.signal]);
    this.#touch(entry);
    entry.users += 1;
    const pieces = this.#pieces(entry, range, { signal, supply: o.supply });
    const stream = Readable.from(pieces, { objectMode: false, highWaterMark: 1_048_576 });
    // `remove` may destroy the stream before its caller listens.
    stream.on('error', () => undefined);
    entry.readers.add(stream);
    stream.once('close', () => {
      entry.readers.delete(stream);
      this.#removeUser(entry);
    });
    return stream;
  }

  async hold(content: string, by: string): Promise<void> {
    if (by.startsWith(LASTING_PREFIX)) this.#checkShare(content);
    await this.#holds.add(content, by);
  }

  async release(content: string, by: string): Promise<void> {
    await this.#holds.remove(content, by);
  }

  async releaseAll(isOver: (by: string) => boolean): Promise<void> {
    for (const [content, by] of this.#holds.all()) if (isOver(by)) await this.release(content, by);
  }

  async remove(content: string): Promise<void> {
    if (!isUploadId(content)) return;
    // The turn waits for a content that is being created.
    const entry = await this.#queue.run(async () => {
      const found = this.#entries.get(content);
      if (found === undefined) await this.#erase(content);
      return found;
    });
    if (entry === undefined) return;
    entry.end.abort(new SinkError('SOURCE_GONE', 'the content is removed'));
    for (const reader of entry.readers) reader.destroy(entry.end.signal.reason);
    if (entry.users > 0) await entry.left.promise;
    await this.#queue.run(async () => {
      await Promise.all([entry.fetcher.close(), entry.kept.idle(), entry.noting]);
      const other = this.#entries.get(content);
      if (other === entry) this.#forget(content, entry);
      if (other === undefined || other === entry) await this.#erase(content);
    });
  }

  async close(): Promise<void> {
    this.#end.abort(new Error('the folder closes'));
    this.#client.close();
    await this.#queue.idle();
    await Promise.all(
      [...this.#entries.values()].flatMap(({ kept, fetcher: filling, noting }) => [
        filling.close(),
        kept.idle(),
        noting,
      ]),
    );
  }

  #found(content: string): Entry | undefined {
    const entry = this.#entries.get(content);
    return entry?.end.signal.aborted === true ? undefined : entry;
  }

  #removeUser(entry: Entry): void {
    entry.users -= 1;
    if (entry.users === 0 && entry.end.signal.aborted) entry.left.resolve();
  }

  /** Throws DISK_FULL if the tenant would exceed its share with this content. */
  #checkShare(content: string): void {
    const own = this.#entries.get(content)?.kept;
    if (own === undefined || this.#holds.isLasting(content)) return;
    let bytes = own.bytes;
    for (const [other, { kept }] of this.#entries)
      if (kept.wanted.tenant === own.wanted.tenant && this.#holds.isLasting(other)) bytes += kept.bytes;
    if (bytes > LASTING_SHARE * this.#o.bytesMax)
      throw new SinkError('DISK_FULL', 'the tenant holds its share of the folder');
  }

  async *#pieces(
    { kept, fetcher: filling }: Entry,
    range: { readonly from: number; readonly bytes: number },
    { signal, supply }: { readonly signal: AbortSignal; readonly supply: Supply | undefined },
  ): AsyncGenerator<Uint8Array, void> {
    for (const number of blocksInRange(kept, range)) {
      if (!kept.has(number)) {
        if (supply === undefined) throw new SinkError('SOURCE_GONE', 'a block is missing');
        await filling.requireBlocks({ supply, blocks: [number], isUrgent: true }, signal);
      }
      const block = blockRange(kept, number);
      const from = Math.max(block.from, range.from);
      const end = Math.min(block.from + block.bytes, range.from + range.bytes);
      yield* kept.pieces({ from, bytes: end - from }, signal);
    }
  }

  /** Counts a user of the entry at once, so that it is not evicted. */
  async #acquire(wanted: ContentSpec): Promise<Entry> {
    const { content } = wanted;
    if (!isUploadId(content)) throw new SinkError('REFUSED', 'no content has such an id');
    const known = this.#entries.get(content);
    if (known !== undefined) return this.#addUser(known, wanted);
    return this.#queue.run(async () => this.#addUser(this.#entries.get(content) ?? (await this.#make(wanted)), wanted));
  }

  #addUser(entry: Entry, wanted: ContentSpec): Entry {
    entry.end.signal.throwIfAborted();
    if (entry.kept.wanted.sha256 !== wanted.sha256 || entry.kept.bytes !== wanted.bytes)
      throw new SinkError('HASH_MISMATCH', 'the folder has the content with other bytes');
    this.#touch(entry);
    entry.users += 1;
    return entry;
  }

  async #make(wanted: ContentSpec): Promise<Entry> {
    this.#end.signal.throwIfAborted();
    const { content, tenant, bytes, sha256, blocksSha256 } = wanted;
    await this.#makeRoom(bytes);
    try {
      const own = { content, tenant, bytes, sha256, blocksSha256 };
      const kept = await StoredContent.create(join(this.#o.folder, content), own, this.#blockBytes);
      await this.#holds.writePending(content);
      return this.#add(kept);
    } catch (error) {
      throw diskError(error);
    }
  }

  #add(kept: StoredContent): Entry {
    const { clock, log, parallel } = this.#o;
    const filling = new BlockFetcher({ content: kept, client: this.#client, parallel, clock, log });
    const entry: Entry = {
      kept,
      fetcher: filling,
      users: 0,
      readers: new Set(),
      end: new AbortController(),
      left: Promise.withResolvers(),
      used: this.#uses,
      noteAtMs: 0,
      noting: Promise.resolve(),
    };
    this.#uses += 1;
    this.#entries.set(kept.wanted.content, entry);
    this.#usedBytes += kept.bytes;
    return entry;
  }

  #touch(entry: Entry): void {
    this.#uses += 1;
    entry.used = this.#uses;
    const { clock, log } = this.#o;
    if (clock.nowMs() < entry.noteAtMs) return;
    entry.noteAtMs = clock.nowMs() + NOTE_MS;
    const { content } = entry.kept.wanted;
    entry.noting = entry.kept
      .noteUse(clock.wallMs())
      .catch((err: unknown) => log.warn({ err, content }, 'the time of a content’s use could not be written'));
  }

  async #makeRoom(bytes: number): Promise<void> {
    if (bytes > this.#o.bytesMax) throw new SinkError('DISK_FULL', 'the content is larger than the folder may be');
    while (this.#usedBytes + bytes > this.#o.bytesMax) {
      let least: [string, Entry] | undefined;
      for (const [content, entry] of this.#entries) {
        if (entry.users > 0 || entry.fetcher.isBusy || this.#holds.has(content)) continue;
        if (least === undefined || entry.used < least[1].used) least = [content, entry];
      }
      if (least === undefined) throw new SinkError('DISK_FULL', 'all contents of the folder are in use');
      await this.#evict(...least);
    }
  }

  async #evict(content: string, entry: Entry): Promise<void> {
    if (this.#entries.get(content) !== entry) return;
    this.#forget(content, entry);
    await this.#clear(content);
  }

  #forget(content: string, entry: Entry): void {
    this.#entries.delete(content);
    this.#usedBytes -= entry.kept.bytes;
  }

  async #erase(content: string): Promise<void> {
    this.#holds.forget(content);
    await this.#clear(content);
  }

  async #clear(content: string): Promise<void> {
    await this.#holds.runExclusive(content, () => StoredContent.remove(join(this.#o.folder, content)));
  }
}
