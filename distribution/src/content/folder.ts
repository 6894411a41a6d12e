// Contents of a receiver or library node on its disk (`ContentFolder`).
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { BLOCK_BYTES, isUploadId } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import { rangeOf, touched } from '../core/blocks.ts';
import { SinkError } from '../sinks/sink.ts';
import { diskError } from './disk.ts';
import { allBlocks, Filling } from './filling.ts';
import { Holds } from './holds.ts';
import { KeptContent } from './kept-content.ts';
import { SourceClient } from './source.ts';
import { Turns } from './turns.ts';
import type { Came, ContentFolder, ContentFolderOptions, Supply, Wanted } from './types.ts';

type Options = ContentFolderOptions & {
  readonly clock: Clock;
  readonly log: Logger;
  /** Of tests; as uploads have them. */
  readonly blockBytes?: number;
};

interface Entry {
  readonly kept: KeptContent;
  readonly filling: Filling;
  /** Reads and fetches under way. */
  users: number;
  /** Rises with each use. */
  used: number;
  /** Its use is noted on the disk from then on. */
  noteAtMs: number;
  noting: Promise<void>;
}

/** Uses are noted on the disk so often: after a restart the least lately used go first, to about a minute. */
const NOTE_MS = 60_000;

/** Opens the folder; what is half there goes on, what is no content is removed. Rejects as the disk does. */
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
  /** One change of the set at a time: room is counted before it is taken, and what goes is gone. */
  readonly #turns = new Turns();
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
    const found: { readonly kept: KeptContent; readonly usedMs: number }[] = [];
    for (const name of await readdir(this.#o.folder)) {
      const path = join(this.#o.folder, name);
      const kept = isUploadId(name) ? await KeptContent.open(path, this.#blockBytes) : undefined;
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
    const kept = this.#entries.get(content)?.kept;
    return kept && { bytes: kept.bytes, tenant: kept.wanted.tenant, isWhole: kept.isWhole };
  }

  async blocks(content: string): Promise<Uint8Array | undefined> {
    return this.#entries.get(content)?.kept.hashes;
  }

  async know(wanted: Wanted, blocks: Uint8Array): Promise<void> {
    const entry = await this.#use(wanted);
    try {
      if (!(await entry.kept.setHashes(blocks))) throw new SinkError('HASH_MISMATCH', 'hashes of another content');
    } finally {
      entry.users -= 1;
    }
  }

  async fetch(wanted: Wanted, supply: Supply, o: Parameters<ContentFolder['fetch']>[2]): Promise<Came> {
    const signal = AbortSignal.any([o.signal, this.#end.signal]);
    const entry = await this.#use(wanted);
    const { kept, filling } = entry;
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
      await filling.want(gated, signal);
      if (!(await kept.check(signal))) {
        await this.#turns.take(() => this.#drop(wanted.content, entry));
        throw new SinkError('HASH_MISMATCH', 'the whole has another hash');
      }
      return { path: kept.path, bytes: kept.bytes, fromNeighbours };
    } finally {
      entry.users -= 1;
    }
  }

  async read(
    content: string,
    range: { readonly from: number; readonly bytes: number },
    o: Parameters<ContentFolder['read']>[2],
  ): Promise<Readable | undefined> {
    const entry = this.#entries.get(content);
    if (entry === undefined || (o.supply === undefined && !entry.kept.isWhole)) return undefined;
    const signal = AbortSignal.any([o.signal, this.#end.signal]);
    this.#touch(entry);
    entry.users += 1;
    const pieces = this.#pieces(entry, range, { signal, supply: o.supply });
    const stream = Readable.from(pieces, { objectMode: false, highWaterMark: 1_048_576 });
    stream.once('close', () => {
      entry.users -= 1;
    });
    return stream;
  }

  async hold(content: string, by: string): Promise<void> {
    await this.#holds.add(content, by);
  }

  async release(content: string, by: string): Promise<void> {
    await this.#holds.remove(content, by);
  }

  async releaseAll(isOver: (by: string) => boolean): Promise<void> {
    for (const [content, by] of this.#holds.all()) if (isOver(by)) await this.release(content, by);
  }

  async close(): Promise<void> {
    this.#end.abort(new Error('the folder closes'));
    this.#client.close();
    await this.#turns.ended();
    await Promise.all(
      [...this.#entries.values()].flatMap(({ kept, filling, noting }) => [filling.close(), kept.ended(), noting]),
    );
  }

  async *#pieces(
    { kept, filling }: Entry,
    range: { readonly from: number; readonly bytes: number },
    { signal, supply }: { readonly signal: AbortSignal; readonly supply: Supply | undefined },
  ): AsyncGenerator<Uint8Array, void> {
    for (const number of touched(kept, range)) {
      if (!kept.has(number)) {
        if (supply === undefined) throw new SinkError('SOURCE_GONE', 'a block is missing');
        await filling.want({ supply, blocks: [number], isUrgent: true }, signal);
      }
      const block = rangeOf(kept, number);
      const from = Math.max(block.from, range.from);
      const end = Math.min(block.from + block.bytes, range.from + range.bytes);
      yield* kept.pieces({ from, bytes: end - from }, signal);
    }
  }

  /** Makes it when it is new. It counts as used at once, so that it stays: the caller takes one of `users`. */
  async #use(wanted: Wanted): Promise<Entry> {
    const { content } = wanted;
    if (!isUploadId(content)) throw new SinkError('REFUSED', 'no content has such an id');
    const known = this.#entries.get(content);
    if (known !== undefined) return this.#used(known, wanted);
    return this.#turns.take(async () => this.#used(this.#entries.get(content) ?? (await this.#make(wanted)), wanted));
  }

  #used(entry: Entry, wanted: Wanted): Entry {
    if (entry.kept.wanted.sha256 !== wanted.sha256 || entry.kept.bytes !== wanted.bytes)
      throw new SinkError('HASH_MISMATCH', 'the content has other bytes here');
    this.#touch(entry);
    entry.users += 1;
    return entry;
  }

  async #make(wanted: Wanted): Promise<Entry> {
    this.#end.signal.throwIfAborted();
    const { content, tenant, bytes, sha256, blocksSha256 } = wanted;
    await this.#makeRoom(bytes);
    try {
      const own = { content, tenant, bytes, sha256, blocksSha256 };
      const kept = await KeptContent.create(join(this.#o.folder, content), own, this.#blockBytes);
      await this.#holds.begin(content);
      return this.#add(kept);
    } catch (error) {
      throw diskError(error);
    }
  }

  #add(kept: KeptContent): Entry {
    const { clock, log, parallel } = this.#o;
    const filling = new Filling({ content: kept, client: this.#client, parallel, clock, log });
    const entry: Entry = { kept, filling, users: 0, used: this.#uses, noteAtMs: 0, noting: Promise.resolve() };
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
      .catch((err: unknown) => log.warn({ err, content }, 'the use of a content is not noted'));
  }

  async #makeRoom(bytes: number): Promise<void> {
    if (bytes > this.#o.bytesMax) throw new SinkError('DISK_FULL', 'the content is larger than the folder may be');
    while (this.#usedBytes + bytes > this.#o.bytesMax) {
      let least: [string, Entry] | undefined;
      for (const [content, entry] of this.#entries) {
        if (entry.users > 0 || entry.filling.isBusy || this.#holds.has(content)) continue;
        if (least === undefined || entry.used < least[1].used) least = [content, entry];
      }
      if (least === undefined) throw new SinkError('DISK_FULL', 'all that the folder has is needed');
      await this.#drop(...least);
    }
  }

  async #drop(content: string, entry: Entry): Promise<void> {
    if (this.#entries.get(content) !== entry) return;
    this.#entries.delete(content);
    this.#usedBytes -= entry.kept.bytes;
    await this.#holds.without(content, () => entry.kept.remove());
  }
}
