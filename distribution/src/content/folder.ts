// Contents of a receiver or library node on its disk (`ContentFolder`).
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { absent } from '@meridian/object-store';
import { BLOCK_BYTES, isUploadId } from '@meridian/protocol';
import { type Clock, type Logger, parseJson } from '@meridian/runtime';
import { rangeOf, touched } from '../core/blocks.ts';
import { SinkError } from '../sinks/sink.ts';
import { allBlocks, diskError, Filling } from './filling.ts';
import { KeptContent, replace } from './kept-content.ts';
import { SourceClient } from './source.ts';
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
}

const HOLDS = 'holds.json';

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
  #turn: Promise<unknown> = Promise.resolve();
  /** By content: names. Also of contents that are not there yet. */
  readonly #holds = new Map<string, Set<string>>();
  /** By content: the last one that writes its holds. */
  readonly #writing = new Map<string, Promise<void>>();
  readonly #end = new AbortController();
  #uses = 0;
  #usedBytes = 0;

  constructor(o: Options) {
    this.#o = o;
    this.#blockBytes = o.blockBytes ?? BLOCK_BYTES;
  }

  async open(): Promise<void> {
    for (const name of await readdir(this.#o.folder)) {
      const path = join(this.#o.folder, name);
      const holds = isUploadId(name) ? await readHolds(path) : [];
      const kept = isUploadId(name) ? await KeptContent.open(path, this.#blockBytes) : undefined;
      if (kept === undefined || kept.wanted.content !== name) await rm(path, { recursive: true, force: true });
      else this.#add(kept);
      if (holds.length > 0 && kept !== undefined) this.#holds.set(name, new Set(holds));
    }
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
      };
      const demand = { supply, blocks: allBlocks(kept), isUrgent: false, onBlock };
      const { mayGoOn } = o;
      const gated = mayGoOn === undefined ? demand : Object.assign(demand, { mayGoOn: () => mayGoOn() });
      await filling.want(gated, signal);
      if (!(await kept.check())) {
        await this.#take(() => this.#drop(wanted.content, entry));
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
    const names = this.#holds.get(content) ?? new Set();
    if (names.has(by)) return;
    names.add(by);
    this.#holds.set(content, names);
    await this.#writeHolds(content);
  }

  async release(content: string, by: string): Promise<void> {
    const names = this.#holds.get(content);
    if (names?.delete(by) !== true) return;
    if (names.size === 0) this.#holds.delete(content);
    await this.#writeHolds(content);
  }

  async releaseAll(isOver: (by: string) => boolean): Promise<void> {
    for (const [content, names] of [...this.#holds])
      for (const by of [...names]) if (isOver(by)) await this.release(content, by);
  }

  async close(): Promise<void> {
    this.#end.abort(new Error('the folder closes'));
    this.#client.close();
    await this.#turn;
    await Promise.all([...this.#entries.values()].map(({ filling }) => filling.close()));
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
    return this.#take(async () => this.#used(this.#entries.get(content) ?? (await this.#make(wanted)), wanted));
  }

  #used(entry: Entry, wanted: Wanted): Entry {
    if (entry.kept.wanted.sha256 !== wanted.sha256 || entry.kept.bytes !== wanted.bytes)
      throw new SinkError('HASH_MISMATCH', 'the content has other bytes here');
    this.#touch(entry);
    entry.users += 1;
    return entry;
  }

  #take<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #make(wanted: Wanted): Promise<Entry> {
    this.#end.signal.throwIfAborted();
    const { content, tenant, bytes, sha256, blocksSha256 } = wanted;
    await this.#makeRoom(bytes);
    try {
      const own = { content, tenant, bytes, sha256, blocksSha256 };
      const kept = await KeptContent.create(join(this.#o.folder, content), own, this.#blockBytes);
      if (this.#holds.has(content)) await this.#writeHolds(content, true);
      return this.#add(kept);
    } catch (error) {
      throw diskError(error);
    }
  }

  #add(kept: KeptContent): Entry {
    const { clock, log, parallel } = this.#o;
    const filling = new Filling({ content: kept, client: this.#client, parallel, clock, log });
    const entry: Entry = { kept, filling, users: 0, used: 0 };
    this.#touch(entry);
    this.#entries.set(kept.wanted.content, entry);
    this.#usedBytes += kept.bytes;
    return entry;
  }

  #touch(entry: Entry): void {
    this.#uses += 1;
    entry.used = this.#uses;
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
    await entry.kept.remove();
  }

  /** Of a content that is not there yet, they are written with it. */
  async #writeHolds(content: string, isNew = false): Promise<void> {
    if (!isNew && !this.#entries.has(content)) return;
    const before = this.#writing.get(content) ?? Promise.resolve();
    const write = async (): Promise<void> => {
      await before.catch(() => undefined); // its caller hears of it
      const names = [...(this.#holds.get(content) ?? [])];
      await replace(join(this.#o.folder, content), HOLDS, Buffer.from(JSON.stringify(names)));
    };
    const writing = write().finally(() => {
      if (this.#writing.get(content) === writing) this.#writing.delete(content);
    });
    this.#writing.set(content, writing);
    await writing;
  }
}

async function readHolds(path: string): Promise<string[]> {
  const names = parseJson((await readFile(join(path, HOLDS), 'utf8').catch(absent)) ?? '[]');
  return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
}
