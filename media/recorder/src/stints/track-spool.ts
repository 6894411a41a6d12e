// Appends the pieces of a stint's track to files on the disk. A piece that cannot be written becomes a gap, which lasts
// until a key frame, because later frames refer to the missing ones.
import { createHash, type Hash } from 'node:crypto';
import { join } from 'node:path';
import { sha256Of } from '@meridian/object-store';
import type { JournalLine, TrackGap } from '../core/journal/lines.ts';
import { fileName } from '../core/names.ts';
import type { FileBegin, Piece } from '../core/tracks/outputs.ts';
import type { Disk, DiskFile } from './disk.ts';

/**
 * File of a track as far as the journal lists it. `bytes` grows by whole pieces; the hash is of the received bytes, not
 * of those read back.
 */
export class SpooledFile {
  readonly number: number;
  readonly name: string;
  readonly path: string;
  readonly #hash: Hash = createHash('sha256');
  #bytes = 0;
  #sha256: string | undefined;

  constructor(o: { number: number; name: string; folder: string }) {
    this.number = o.number;
    this.name = o.name;
    this.path = join(o.folder, o.name);
  }

  /** Durable bytes, all named by durable lines of the journal. */
  get bytes(): number {
    return this.#bytes;
  }
  /** Hash of the whole file; undefined while it may grow. */
  get sha256(): string | undefined {
    return this.#sha256;
  }

  static recovered(o: { number: number; name: string; folder: string; bytes: number; sha256: string }): SpooledFile {
    const file = new SpooledFile(o);
    file.#bytes = o.bytes;
    file.#sha256 = o.sha256;
    return file;
  }

  grow(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
  }
  end(): void {
    this.#sha256 ??= this.#hash.digest('hex');
  }
}

/** Lines to add to the journal, in the order of their items, and the state when they are durable. */
export interface Entry {
  readonly order: number;
  readonly lines: readonly JournalLine[];
  readonly file: SpooledFile | undefined;
  readonly grown: readonly Uint8Array[];
  readonly isFileEnd: boolean;
}

export type TrackItem =
  | { readonly type: 'begin'; readonly order: number; readonly begin: FileBegin }
  | { readonly type: 'piece'; readonly order: number; readonly piece: Piece }
  | { readonly type: 'lost'; readonly order: number; readonly ms: number }
  | { readonly type: 'endFile'; readonly order: number }
  | { readonly type: 'endTrack'; readonly order: number; readonly ms: number };

export interface TrackSpoolOptions {
  readonly track: number;
  readonly folder: string;
  readonly disk: Disk;
  /** Returns the number of the next file; undefined at the stint's bound. */
  nextFile(): number | undefined;
  /** Called when a piece was not kept; later ones may be. */
  onLost(error: unknown): void;
  /** Called for another failure, without loss. */
  onTrouble(error: unknown): void;
}

interface OpenFile {
  readonly begin: FileBegin;
  readonly spooled: SpooledFile;
  readonly handle: DiskFile;
  syncedBytes: number;
  bytes: number;
}
interface Gap {
  readonly fromMs: number;
  readonly why: TrackGap['why'];
}
interface Unsynced {
  readonly entry: Entry;
  readonly ms: number;
  /** Gap that this piece ends, if it becomes durable. */
  readonly gap: Gap | undefined;
}

export class TrackSpool {
  readonly #o: TrackSpoolOptions;
  #nextBegin: FileBegin | undefined;
  #file: OpenFile | undefined;
  #gap: Gap | undefined;
  #unsynced: Unsynced[] = [];

  constructor(o: TrackSpoolOptions) {
    this.#o = o;
  }

  /** Writes the items in order; the entries' bytes are durable. Never rejects for failures of the disk. */
  async write(items: readonly TrackItem[]): Promise<Entry[]> {
    const entries: Entry[] = [];
    for (const item of items)
      switch (item.type) {
        case 'begin':
          entries.push(...(await this.#endFile(item.order)));
          this.#nextBegin = item.begin;
          break;
        case 'piece':
          await this.#piece(item.piece, item.order);
          break;
        case 'lost':
          this.#gap ??= { fromMs: item.ms, why: 'disk' };
          break;
        case 'endFile':
          entries.push(...(await this.#endFile(item.order)));
          break;
        case 'endTrack':
          entries.push(...(await this.#endFile(item.order)), this.#endTrack(item));
      }
    entries.push(...(await this.#sync()));
    return entries;
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.handle.close().catch(this.#o.onTrouble);
  }

  async #piece(piece: Piece, order: number): Promise<void> {
    if (this.#gap !== undefined && !piece.isKey) return;
    try {
      const isFirst = this.#nextBegin !== undefined;
      const file = await this.#fileOfNext();
      if (file === undefined) {
        this.#gap ??= { fromMs: piece.ms, why: 'error' };
        return;
      }
      await file.handle.write(piece.bytes, file.bytes);
      const gap = this.#gap;
      const lines: JournalLine[] = gap === undefined ? [] : [this.#gapLine(gap, piece.ms)];
      if (isFirst) lines.push(this.#fileLine(file));
      lines.push(pieceLine(file, piece));
      const grown = isFirst ? [file.begin.bytes, piece.bytes] : [piece.bytes];
      file.bytes += piece.bytes.length;
      const entry: Entry = { order, lines, file: file.spooled, grown, isFileEnd: false };
      this.#unsynced.push({ entry, ms: piece.ms, gap });
      this.#gap = undefined;
    } catch (error) {
      await this.#dropPiece(piece.ms, error);
    }
  }

  async #fileOfNext(): Promise<OpenFile | undefined> {
    const begin = this.#nextBegin;
    if (begin === undefined) return this.#file;
    const number = this.#o.nextFile();
    if (number === undefined) return undefined;
    const spooled = new SpooledFile({ number, name: fileName(this.#o.track, number), folder: this.#o.folder });
    const handle = await this.#o.disk.open(spooled.path);
    this.#file = { begin, spooled, handle, syncedBytes: 0, bytes: begin.bytes.length };
    this.#nextBegin = undefined;
    await handle.write(begin.bytes, 0);
    return this.#file;
  }

  /** Makes written bytes durable, or drops their pieces. */
  async #sync(): Promise<Entry[]> {
    const [file, unsynced] = [this.#file, this.#unsynced];
    this.#unsynced = [];
    const first = unsynced[0];
    if (file === undefined || first === undefined) return [];
    try {
      await file.handle.datasync();
    } catch (error) {
      this.#gap = first.gap;
      await this.#dropPiece(first.ms, error);
      return [];
    }
    file.syncedBytes = file.bytes;
    return unsynced.map(({ entry }) => entry);
  }

  /** Drops a piece: the file ends at its durable bytes, and an empty file is begun again later. */
  async #dropPiece(ms: number, error: unknown): Promise<void> {
    this.#gap ??= { fromMs: ms, why: 'disk' };
    this.#o.onLost(error);
    const file = this.#file;
    if (file === undefined) return;
    // Written pieces of this batch become durable with the next sync, or are dropped then.
    const keptBytes = this.#unsynced.length > 0 ? file.bytes : file.syncedBytes;
    try {
      if (keptBytes > 0) {
        await file.handle.truncate(keptBytes);
        file.bytes = keptBytes;
        return;
      }
      this.#file = undefined;
      this.#nextBegin ??= file.begin;
      await file.handle.close();
      await this.#o.disk.remove(file.spooled.path);
    } catch (trouble) {
      // The next piece overwrites the bytes behind the durable ones, or the next start cuts them.
      file.bytes = keptBytes;
      this.#o.onTrouble(trouble);
    }
  }

  async #endFile(order: number): Promise<Entry[]> {
    const entries = await this.#sync();
    this.#nextBegin = undefined;
    const file = this.#file;
    if (file === undefined) return entries;
    await this.close();
    return [...entries, { order, lines: [], file: file.spooled, grown: [], isFileEnd: true }];
  }

  #endTrack(item: { order: number; ms: number }): Entry {
    const gap = this.#gap;
    this.#gap = undefined;
    const end: JournalLine = { type: 'trackEnd', track: this.#o.track, ms: item.ms };
    const lines = gap === undefined ? [end] : [this.#gapLine(gap, item.ms), end];
    return { order: item.order, lines, file: undefined, grown: [], isFileEnd: false };
  }

  #gapLine({ fromMs, why }: Gap, untilMs: number): TrackGap {
    return { type: 'gap', track: this.#o.track, ms: fromMs, durationMs: Math.max(0, untilMs - fromMs), why };
  }

  #fileLine({ begin, spooled }: OpenFile): JournalLine {
    return {
      type: 'file',
      track: this.#o.track,
      file: spooled.number,
      name: spooled.name,
      codec: begin.codec,
      codecs: begin.codecs,
      width: begin.size?.width,
      height: begin.size?.height,
      timescale: begin.timescale,
      bytes: begin.bytes.length,
      sha256: sha256Of(begin.bytes),
      ms: begin.ms,
      run: begin.run,
    };
  }
}

function pieceLine(file: OpenFile, piece: Piece): JournalLine {
  return {
    type: 'piece',
    file: file.spooled.number,
    offset: file.bytes,
    bytes: piece.bytes.length,
    sha256: sha256Of(piece.bytes),
    ms: piece.ms,
    durationMs: piece.durationMs,
    frames: piece.frames,
    isKey: piece.isKey,
    rtpTimestamp: piece.rtpTimestamp,
    laterMs: piece.laterMs,
  };
}
