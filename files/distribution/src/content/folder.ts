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
  readonly stored: StoredContent;
  readonly fetcher: BlockFetcher;
  users: number;
  readonly readers: Set<Readable>;
  /** Aborted when the removal begins; the entry then accepts no users. */
  readonly end: AbortController;
  /** Resolved when an entry in removal has lost its last user. */
  readonly lastUserLeft: PromiseWithResolvers<void>;
  lastUse: number;
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
    const found: { readonly stored: StoredContent; readonly usedMs: number }[] = [];
    for (const name of await readdir(this.#o.folder)) {
      const path = join(this.#o.folder, name);
      const stored = isUploadId(name) ? await StoredContent.open(path, this.#blockBytes) : undefined;
      if (stored?.spec.content !== name) {
        await rm(path, { recursive: true, force: true });
        continue;
      }
      await this.#holds.read(name);
      found.push({ stored, usedMs: await stored.usedMs() });
    }
    for (const { stored } of found.sort((a, b) => a.usedMs - b.usedMs)) this.#add(stored);
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }
  get freeBytes(): number {
    return Math.max(0, this.#o.bytesMax - this.#usedBytes);
  }

  find(content: string) {
    const kept = this.#found(content)?.stored;
    return kept && { bytes: kept.bytes, tenant: kept.spec.tenant, isWhole: kept.isWhole };
  }

  async blocks(content: string): Promise<Uint8Array | undefined> {
    return this.#found(content)?.stored.hashes;
  }

  async register(spec: ContentSpec, blocks: Uint8Array): Promise<void> {
    const entry = await this.#acquire(spec);
    try {
      if (!(await entry.stored.setHashes(blocks))) throw new SinkError('HASH_MISMATCH', 'hashes of another content');
    } finally {
      this.#removeUser(entry);
    }
  }

  async fetch(spec: ContentSpec, supply: Supply, o: Parameters<ContentFolder['fetch']>[2]): Promise<FetchedContent> {
    const entry = await this.#acquire(spec);
    const { stored, fetcher: filling, end } = entry;
    const signal = AbortSignal.any([o.signal, this.#end.signal, end.signal]);
    let fromNeighbours = 0;
    try {
      const onBlock = (_number: number, bytes: number, isFromNeighbour: boolean): void => {
        if (isFromNeighbour) fromNeighbours += bytes;
        o.onBytes?.(bytes);
        void stored.prepare(signal);
      };
      const demand = { supply, blocks: allBlocks(stored), isUrgent: false, onBlock };
      const { mayGoOn } = o;
      const gated = mayGoOn === undefined ? demand : Object.assign(demand, { mayGoOn: () => mayGoOn() });
      await filling.requireBlocks(gated, signal);
      if (!(await stored.check(signal))) {
        await this.#queue.run(() => this.#evict(spec.content, entry));
        throw new SinkError('HASH_MISMATCH', 'the complete file has another hash');
      }
      return { path: stored.path, bytes: stored.bytes, fromNeighbours };
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
    if (entry === undefined || (o.supply === undefined && !entry.stored.isWhole)) return undefined;
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
    if (entry.users > 0) await entry.lastUserLeft.promise;
    await this.#queue.run(async () => {
      await Promise.all([entry.fetcher.close(), entry.stored.idle(), entry.noting]);
      const currentEntry = this.#entries.get(content);
      if (currentEntry === entry) this.#forget(content, entry);
      if (currentEntry === undefined || currentEntry === entry) await this.#erase(content);
    });
  }

  async close(): Promise<void> {
    this.#end.abort(new Error('the folder closes'));
    this.#client.close();
    await this.#queue.idle();
    await Promise.all(
      [...this.#entries.values()].flatMap(({ stored, fetcher: filling, noting }) => [
        filling.close(),
        stored.idle(),
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
    if (entry.users === 0 && entry.end.signal.aborted) entry.lastUserLeft.resolve();
  }

  /** Throws DISK_FULL if the tenant would exceed its share with this content. */
  #checkShare(content: string): void {
    const target = this.#entries.get(content)?.stored;
    if (target === undefined || this.#holds.isLasting(content)) return;
    let bytes = target.bytes;
    for (const [other, { stored }] of this.#entries)
      if (stored.spec.tenant === target.spec.tenant && this.#holds.isLasting(other)) bytes += stored.bytes;
    if (bytes > LASTING_SHARE * this.#o.bytesMax)
      throw new SinkError('DISK_FULL', 'the tenant holds its share of the folder');
  }

  async *#pieces(
    { stored, fetcher: filling }: Entry,
    range: { readonly from: number; readonly bytes: number },
    { signal, supply }: { readonly signal: AbortSignal; readonly supply: Supply | undefined },
  ): AsyncGenerator<Uint8Array, void> {
    for (const number of blocksInRange(stored, range)) {
      if (!stored.has(number)) {
        if (supply === undefined) throw new SinkError('SOURCE_GONE', 'a block is missing');
        await filling.requireBlocks({ supply, blocks: [number], isUrgent: true }, signal);
      }
      const block = blockRange(stored, number);
      const from = Math.max(block.from, range.from);
      const end = Math.min(block.from + block.bytes, range.from + range.bytes);
      yield* stored.pieces({ from, bytes: end - from }, signal);
    }
  }

  /** Counts a user of the entry at once, so that it is not evicted. */
  async #acquire(spec: ContentSpec): Promise<Entry> {
    const { content } = spec;
    if (!isUploadId(content)) throw new SinkError('REFUSED', 'no content has such an id');
    const known = this.#entries.get(content);
    if (known !== undefined) return this.#addUser(known, spec);
    return this.#queue.run(async () => this.#addUser(this.#entries.get(content) ?? (await this.#make(spec)), spec));
  }

  #addUser(entry: Entry, spec: ContentSpec): Entry {
    entry.end.signal.throwIfAborted();
    if (entry.stored.spec.sha256 !== spec.sha256 || entry.stored.bytes !== spec.bytes)
      throw new SinkError('HASH_MISMATCH', 'the folder has the content with other bytes');
    this.#touch(entry);
    entry.users += 1;
    return entry;
  }

  async #make(requestedSpec: ContentSpec): Promise<Entry> {
    this.#end.signal.throwIfAborted();
    const { content, tenant, bytes, sha256, blocksSha256 } = requestedSpec;
    await this.#makeRoom(bytes);
    try {
      const spec = { content, tenant, bytes, sha256, blocksSha256 };
      const kept = await StoredContent.create(join(this.#o.folder, content), spec, this.#blockBytes);
      await this.#holds.writePending(content);
      return this.#add(kept);
    } catch (error) {
      throw diskError(error);
    }
  }

  #add(stored: StoredContent): Entry {
    const { clock, log, parallel } = this.#o;
    const filling = new BlockFetcher({ content: stored, client: this.#client, parallel, clock, log });
    const entry: Entry = {
      stored,
      fetcher: filling,
      users: 0,
      readers: new Set(),
      end: new AbortController(),
      lastUserLeft: Promise.withResolvers(),
      lastUse: this.#uses,
      noteAtMs: 0,
      noting: Promise.resolve(),
    };
    this.#uses += 1;
    this.#entries.set(stored.spec.content, entry);
    this.#usedBytes += stored.bytes;
    return entry;
  }

  #touch(entry: Entry): void {
    this.#uses += 1;
    entry.lastUse = this.#uses;
    const { clock, log } = this.#o;
    if (clock.nowMs() < entry.noteAtMs) return;
    entry.noteAtMs = clock.nowMs() + NOTE_MS;
    const { content } = entry.stored.spec;
    entry.noting = entry.stored
      .noteUse(clock.wallMs())
      .catch((err: unknown) => log.warn({ err, content }, 'the time of a content’s use could not be written'));
  }

  async #makeRoom(bytes: number): Promise<void> {
    if (bytes > this.#o.bytesMax) throw new SinkError('DISK_FULL', 'the content is larger than the folder may be');
    while (this.#usedBytes + bytes > this.#o.bytesMax) {
      let least: [string, Entry] | undefined;
      for (const [content, entry] of this.#entries) {
        if (entry.users > 0 || entry.fetcher.isBusy || this.#holds.has(content)) continue;
        if (least === undefined || entry.lastUse < least[1].lastUse) least = [content, entry];
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
    this.#usedBytes -= entry.stored.bytes;
  }

  async #erase(content: string): Promise<void> {
    this.#holds.forget(content);
    await this.#clear(content);
  }

  async #clear(content: string): Promise<void> {
    await this.#holds.runExclusive(content, () => StoredContent.remove(join(this.#o.folder, content)));
  }
}
