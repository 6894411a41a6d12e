// Journal and track files of one stint on the recorder's disk. Every line of the journal is true after any crash: its
// data was durable before the line was written.
import { join } from 'node:path';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import type { JournalLine } from '../core/journal/lines.ts';
import { lineText } from '../core/journal/write.ts';
import { JOURNAL_NAME } from '../core/names.ts';
import type { TrackOutput } from '../core/tracks/outputs.ts';
import type { Disk, DiskFile } from './disk.ts';
import { type Entry, type SpooledFile, type TrackItem, TrackSpool } from './track-spool.ts';

/** Bound of the bytes that wait for the disk: half a minute of video at 8 Mbit/s. Further bytes become gaps. */
export const QUEUE_BYTES_MAX = 32 * 1_048_576;
/** Further bound for lines without pieces: a day of mutes and speakers on a full disk. Beyond it the stint fails. */
const LINES_BYTES_MAX = 4 * 1_048_576;
/** Cost of an item besides its bytes: its line. */
const LINE_BYTES = 300;
/** Bound of a stint's files: a window that is resized for an hour begins a few thousand. Further files become gaps. */
export const FILES_MAX = 10_000;
export const RETRY_MS = 1000;

export interface StintSpoolOptions {
  readonly folder: string;
  readonly disk: Disk;
  readonly clock: Clock;
  readonly log: Logger;
  isFull(): boolean;
  onLines?(lines: readonly JournalLine[]): void;
  /** Called with each change of `queuedBytes`. */
  onWaiting?(bytes: number): void;
  /** Called for each piece with the time from its arrival until it and its line are durable. */
  onFlushed?(waitedMs: number): void;
  onKeyNeeded(track: number): void;
  /** Called when a file has grown or ended, durably. */
  onFile(file: SpooledFile): void;
  /** Called once when the spool can keep nothing more. */
  onFailed(error: unknown): void;
}

interface JournalState {
  readonly journalBytes: number;
  readonly journalLines: number;
  readonly files: number;
}
interface Track {
  readonly files: TrackSpool;
  /** True after a failure of the disk or a full queue: pieces are dropped up to a key frame. */
  isShut: boolean;
  retryAtMs: number;
}
interface LineItem {
  readonly type: 'line';
  readonly order: number;
  readonly line: JournalLine;
  readonly durable: PromiseWithResolvers<void> | undefined;
}
type Item =
  | LineItem
  | { readonly type: 'track'; readonly track: number; readonly item: TrackItem; readonly atMs: number };

export class StintSpool {
  readonly folder: string;
  readonly #o: StintSpoolOptions;
  readonly #journal: DiskFile;
  readonly #tracks = new Map<number, Track>();
  #journalBytes: number;
  #journalLines: number;
  #files: number;
  #order = 0;
  #queue: Item[] = [];
  #queuedBytes = 0;
  /** Times of arrival of the oldest pieces in the batch that is written, and in the queue. */
  #writingSinceMs: number | undefined;
  #queuedSinceMs: number | undefined;
  #drained: Promise<void> | undefined;
  #keyRequestTimer: Timer | undefined;
  #journalRetry: { readonly timer: Timer; readonly go: () => void } | undefined;
  #isFailed = false;
  #closed: Promise<void> | undefined;

  /** Begins or continues a stint; creates a missing folder. Rejects with the error of the disk. */
  static async open(
    o: StintSpoolOptions,
    had: JournalState = { journalBytes: 0, journalLines: 0, files: 0 },
  ): Promise<StintSpool> {
    await o.disk.makeFolder(o.folder);
    const journal = await o.disk.open(join(o.folder, JOURNAL_NAME));
    try {
      await journal.truncate(had.journalBytes);
      await journal.datasync();
      await o.disk.syncFolder(o.folder);
    } catch (error) {
      await journal.close();
      throw error;
    }
    return new StintSpool(o, journal, had);
  }

  private constructor(o: StintSpoolOptions, journal: DiskFile, had: JournalState) {
    this.folder = o.folder;
    this.#o = o;
    this.#journal = journal;
    this.#journalBytes = had.journalBytes;
    this.#journalLines = had.journalLines;
    this.#files = had.files;
  }

  /** Durable bytes of the journal, in whole lines. */
  get journalBytes(): number {
    return this.#journalBytes;
  }
  get journalLines(): number {
    return this.#journalLines;
  }
  /** True if the spool keeps nothing more; the next start recovers its data. */
  get isFailed(): boolean {
    return this.#isFailed;
  }
  /** Bytes that wait for the disk, at most `QUEUE_BYTES_MAX` and the lines without pieces. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** Time for which the oldest piece has waited for the disk; 0 when none waits. */
  get waitingMs(): number {
    const sinceMs = this.#writingSinceMs ?? this.#queuedSinceMs;
    return sinceMs === undefined ? 0 : this.#o.clock.nowMs() - sinceMs;
  }

  /** Adds a line after everything given before. */
  note(line: JournalLine): void {
    this.#push({ type: 'line', order: this.#order++, line, durable: undefined }, LINE_BYTES);
  }

  /** Same as `note`; resolves when the line is durable, rejects if it never will be. */
  async noteDurably(line: JournalLine): Promise<void> {
    const durable = Promise.withResolvers<void>();
    const isTaken = this.#push({ type: 'line', order: this.#order++, line, durable }, LINE_BYTES);
    if (!isTaken) durable.reject(new Error('the spool takes no more lines'));
    await durable.promise;
  }

  /** Takes output of a track. Never waits for the disk or throws its errors. */
  write(track: number, outputs: readonly TrackOutput[]): void {
    for (const output of outputs)
      if (output.type === 'file')
        this.#pushTrack(track, { type: 'begin', order: this.#order++, begin: output }, output.bytes.length);
      else if (output.type === 'fileEnd') this.#pushTrack(track, { type: 'endFile', order: this.#order++ });
      else if (this.#accepts(track, output.isKey, output.bytes.length))
        this.#pushTrack(track, { type: 'piece', order: this.#order++, piece: output }, output.bytes.length);
      else if (!this.#track(track).isShut) {
        this.#pushTrack(track, { type: 'lost', order: this.#order++, ms: output.ms });
        this.#shutTrack(track);
      }
  }

  endTrack(track: number, ms: number): void {
    this.#track(track).isShut = false;
    this.#pushTrack(track, { type: 'endTrack', order: this.#order++, ms });
  }

  /** Resolves when everything given before is on the disk or was dropped. */
  async flushed(): Promise<void> {
    while (this.#drained !== undefined) await this.#drained;
  }

  /** Closes without waiting for a failing disk: data that is not durable is lost. Idempotent. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#keyRequestTimer?.cancel();
    this.#journalRetry?.timer.cancel();
    this.#journalRetry?.go();
    await this.flushed();
    for (const { files } of this.#tracks.values()) await files.close();
    await this.#journal.close().catch((error) => this.#logDiskError(error));
  }

  #track(number: number): Track {
    const known = this.#tracks.get(number);
    if (known !== undefined) return known;
    const files = new TrackSpool({
      track: number,
      folder: this.#o.folder,
      disk: this.#o.disk,
      nextFile: () => {
        if (this.#files >= FILES_MAX) return undefined;
        this.#files += 1;
        return this.#files;
      },
      onLost: (error) => {
        this.#logDiskError(error);
        this.#shutTrack(number);
      },
      onTrouble: (error) => this.#logDiskError(error),
    });
    const track: Track = { files, isShut: false, retryAtMs: 0 };
    this.#tracks.set(number, track);
    return track;
  }

  #accepts(number: number, isKey: boolean, bytes: number): boolean {
    const track = this.#track(number);
    if (track.isShut && !(isKey && this.#o.clock.nowMs() >= track.retryAtMs)) return false;
    if (this.#o.isFull() || this.#queuedBytes + bytes > QUEUE_BYTES_MAX) return false;
    track.isShut = false;
    return true;
  }

  #shutTrack(number: number): void {
    const track = this.#track(number);
    track.isShut = true;
    track.retryAtMs = this.#o.clock.nowMs() + RETRY_MS;
    this.#keyRequestTimer ??= this.#o.clock.after(RETRY_MS, () => this.#requestKeyFrames());
  }

  #requestKeyFrames(): void {
    this.#keyRequestTimer = undefined;
    const shut = [...this.#tracks].filter(([, { isShut }]) => isShut);
    if (shut.length === 0 || this.#closed !== undefined) return;
    this.#keyRequestTimer = this.#o.clock.after(RETRY_MS, () => this.#requestKeyFrames());
    if (!this.#o.isFull()) for (const [number] of shut) this.#o.onKeyNeeded(number);
  }

  #pushTrack(track: number, item: TrackItem, bytes = 0): void {
    this.#track(track);
    this.#push({ type: 'track', track, item, atMs: this.#o.clock.nowMs() }, bytes + LINE_BYTES);
  }

  #push(item: Item, bytes: number): boolean {
    if (this.#isFailed || this.#closed !== undefined) return false;
    if (this.#queuedBytes + bytes > QUEUE_BYTES_MAX + LINES_BYTES_MAX) {
      this.#fail(new Error('too many lines wait for the disk'));
      return false;
    }
    this.#noteQueued(bytes);
    this.#queue.push(item);
    if (item.type === 'track' && item.item.type === 'piece') this.#queuedSinceMs ??= item.atMs;
    this.#drained ??= this.#drain();
    return true;
  }

  #noteQueued(bytes: number): void {
    this.#queuedBytes += bytes;
    this.#o.onWaiting?.(bytes);
  }

  async #drain(): Promise<void> {
    // Items of one turn of the event loop form a batch, so that simultaneous pieces share a sync.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const [batch, bytes] = [this.#queue, this.#queuedBytes];
      this.#queue = [];
      this.#writingSinceMs = this.#queuedSinceMs;
      this.#queuedSinceMs = undefined;
      try {
        if (!this.#isFailed) await this.#write(batch);
      } catch (error) {
        this.#fail(error);
      }
      this.#noteQueued(-bytes);
      if (this.#isFailed) for (const item of batch) if (item.type === 'line') item.durable?.reject(lostError());
    }
    // This is in the same step as the last check of the queue, so a later push starts a new drain.
    this.#drained = undefined;
    this.#writingSinceMs = undefined;
  }

  async #write(batch: readonly Item[]): Promise<void> {
    const byTrack = new Map<number, TrackItem[]>();
    const lines: Entry[] = [];
    for (const item of batch) {
      if (item.type === 'line') lines.push(entryOf(item));
      else if (!byTrack.get(item.track)?.push(item.item)) byTrack.set(item.track, [item.item]);
    }
    const written = await Promise.all([...byTrack].map(([number, items]) => this.#track(number).files.write(items)));
    const entries = [...lines, ...written.flat()].sort((a, b) => a.order - b.order);
    await this.#writeJournal(entries.flatMap((entry) => entry.lines));
    for (const item of batch)
      if (item.type === 'line') item.durable?.resolve();
      else if (item.item.type === 'piece') this.#o.onFlushed?.(this.#o.clock.nowMs() - item.atMs);
    for (const { file, grown, isFileEnd } of entries) {
      if (file === undefined) continue;
      for (const bytes of grown) file.grow(bytes);
      if (isFileEnd) file.end();
    }
    for (const file of new Set(entries.flatMap(({ file }) => file ?? []))) this.#o.onFile(file);
    for (const [number, items] of byTrack)
      if (items.some(({ type }) => type === 'endTrack')) this.#tracks.delete(number);
  }

  /** Adds the lines, with endless retries: without them the bytes on disk are unknown. */
  async #writeJournal(lines: readonly JournalLine[]): Promise<void> {
    if (lines.length === 0) return;
    const text = Buffer.from(lines.map(lineText).join(''));
    for (;;) {
      try {
        // The new file's name must be durable before a line names it.
        if (lines.some(({ type }) => type === 'file')) await this.#o.disk.syncFolder(this.#o.folder);
        await this.#journal.write(text, this.#journalBytes);
        await this.#journal.datasync();
        this.#journalBytes += text.length;
        this.#journalLines += lines.length;
        this.#o.onLines?.(lines);
        return;
      } catch (error) {
        this.#logDiskError(error);
        if (this.#closed !== undefined) throw error;
        await this.#pause();
      }
    }
  }

  async #pause(): Promise<void> {
    await new Promise<void>((go) => {
      this.#journalRetry = { timer: this.#o.clock.after(RETRY_MS, go), go };
    });
    this.#journalRetry = undefined;
  }

  #fail(error: unknown): void {
    if (this.#isFailed) return;
    this.#isFailed = true;
    this.#o.onFailed(error);
  }

  #logDiskError(error: unknown): void {
    this.#o.log.warn({ err: error, folder: this.#o.folder }, 'the disk of the spool fails');
  }
}

const lostError = (): Error => new Error('the spool has failed');

const entryOf = ({ order, line }: LineItem): Entry => ({
  order,
  lines: [line],
  file: undefined,
  grown: [],
  isFileEnd: false,
});
