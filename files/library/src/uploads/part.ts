// A part of an upload: a range of the upload's file, with a journal beside it.
import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { absent, type FileThreads, writeAll } from '@meridian/object-store';
import { BLOCK_BYTES } from '@meridian/protocol';
import { blockLine, offsetLine, readJournal } from '../core/journal.ts';
import { announcedHash, type Range, type UploadPlan } from '../core/plan.ts';
import type { Incoming } from './incoming.ts';

const READ_BYTES = 1_048_576;

export interface PartOptions {
  readonly plan: UploadPlan;
  readonly range: Range;
  readonly dataPath: string;
  readonly journalPath: string;
  readonly threads: FileThreads;
}

interface Session {
  readonly data: FileHandle;
  readonly journal: FileHandle;
  hash: Hash;
  /** Written bytes of the part, on the disk or not. */
  at: number;
  /** Sync of the latest whole block. */
  syncing: Promise<void>;
}

export class BlockMismatch extends Error {
  constructor(block: number) {
    super(`block ${block} has another hash than was announced`);
    this.name = 'BlockMismatch';
  }
}

export class Part {
  readonly range: Range;
  readonly #plan: UploadPlan;
  readonly #dataPath: string;
  readonly #journalPath: string;
  readonly #threads: FileThreads;
  #hashes: string[];
  #offset: number;
  #journalLength: number;
  /** A crash or a full disk cut the last line, which the next line must not continue. */
  #isTorn: boolean;

  /** Returns a part without bytes, whose journal is empty. */
  static begin(o: PartOptions): Part {
    return new Part(o, { hashes: [], offset: 0, length: 0, isTorn: false });
  }

  /** Opens a part with the bytes that an earlier process has received. */
  static async open(o: PartOptions): Promise<Part> {
    const text = (await readFile(o.journalPath, 'latin1').catch(absent)) ?? '';
    const received = readJournal(text, o.range);
    return new Part(o, { ...received, isTorn: text.length > received.length });
  }

  private constructor(o: PartOptions, received: ReturnType<typeof readJournal> & { readonly isTorn: boolean }) {
    this.#plan = o.plan;
    this.range = o.range;
    this.#dataPath = o.dataPath;
    this.#journalPath = o.journalPath;
    this.#threads = o.threads;
    this.#hashes = [...received.hashes];
    this.#offset = received.offset;
    this.#journalLength = received.length;
    this.#isTorn = received.isTorn;
  }

  get offset(): number {
    return this.#offset;
  }

  get isComplete(): boolean {
    return this.#offset === this.range.bytes;
  }

  /**
   * Writes bytes from `offset` on; one call at a time. Resolves with the new, durable offset, also for a cut-off
   * sender. Rejects with `BlockMismatch`: the offset is then the start of that block.
   */
  async receive(incoming: Incoming): Promise<number> {
    const first = await incoming.next();
    if (first !== undefined && incoming.isOver && this.#isRestOfBlock(first)) {
      await this.#receiveBlock(first);
      return this.#offset;
    }
    const data = await open(this.#dataPath, 'r+');
    try {
      const journal = await open(this.#journalPath, 'a+', 0o600);
      try {
        await this.#receive({ data, journal }, first, incoming);
      } finally {
        await journal.close();
      }
    } finally {
      await data.close();
    }
    return this.#offset;
  }

  /** Returns whether these are all bytes of the part's next block. */
  #isRestOfBlock({ length }: Uint8Array): boolean {
    const isAtBegin = this.#offset === this.#hashes.length * BLOCK_BYTES && !this.#isTorn;
    return isAtBegin && this.#offset + length === blockEnd(this.#offset, this.range);
  }

  /** Does for a whole block what `#receive` does, in one job of the file threads. */
  async #receiveBlock(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const number = Math.floor((this.range.from + this.#offset) / BLOCK_BYTES);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const announced = announcedHash(this.#plan, number);
    if (announced !== '' && announced !== sha256) throw new BlockMismatch(number);
    const line = Buffer.from(blockLine(number, sha256));
    const [data, journal] = [this.#dataPath, this.#journalPath];
    this.#isTorn = true;
    const { length } = bytes;
    await this.#threads.run(
      [
        { do: 'writeAt', path: data, bytes, at: this.range.from + this.#offset },
        { do: 'sync', files: [data] },
        { do: 'writeAt', path: journal, bytes: line, at: this.#journalLength, isNew: true },
        { do: 'sync', files: [journal] },
      ],
      [bytes.buffer],
    );
    this.#isTorn = false;
    this.#journalLength += line.length;
    this.#hashes.push(sha256);
    this.#offset += length;
  }

  async #receive(
    files: Pick<Session, 'data' | 'journal'>,
    first: Uint8Array | undefined,
    incoming: Incoming,
  ): Promise<void> {
    if (this.#isTorn) await files.journal.truncate(this.#journalLength);
    this.#isTorn = false;
    const hash = await this.#hashOfPartialBlock(files.data);
    const session = Object.assign({ hash, at: this.#offset, syncing: Promise.resolve() }, files);
    try {
      for (let bytes = first; bytes !== undefined; bytes = await incoming.next()) await this.#write(session, bytes);
    } finally {
      await session.syncing;
      await this.#settle(session);
    }
  }

  async #hashOfPartialBlock(data: FileHandle): Promise<Hash> {
    const hash = createHash('sha256');
    const begin = this.#hashes.length * BLOCK_BYTES;
    if (this.#offset <= begin) return hash;
    const buffer = Buffer.alloc(READ_BYTES);
    for (let at = begin; at < this.#offset; ) {
      const readBytes = Math.min(READ_BYTES, this.#offset - at);
      const { bytesRead } = await data.read(buffer, 0, readBytes, this.range.from + at);
      if (bytesRead === 0) throw new Error('the file of an upload is shorter than its journal says');
      hash.update(buffer.subarray(0, bytesRead));
      at += bytesRead;
    }
    return hash;
  }

  async #write(session: Session, bytes: Uint8Array): Promise<void> {
    for (let from = 0; from < bytes.length; ) {
      const end = blockEnd(session.at, this.range);
      const piece = bytes.subarray(from, from + end - session.at);
      session.hash.update(piece);
      await writeAll(session.data, piece, this.range.from + session.at);
      session.at += piece.length;
      from += piece.length;
      if (session.at === end) await this.#endBlock(session);
    }
  }

  /** Ends a whole block. Its sync runs while the next block arrives, whose end awaits it. */
  async #endBlock(session: Session): Promise<void> {
    const number = Math.floor((this.range.from + session.at - 1) / BLOCK_BYTES);
    const sha256 = session.hash.digest('hex');
    session.hash = createHash('sha256');
    await session.syncing;
    const announced = announcedHash(this.#plan, number);
    if (announced !== '' && announced !== sha256) {
      session.at = this.#hashes.length * BLOCK_BYTES;
      await this.#append(session.journal, offsetLine(session.at));
      this.#offset = session.at;
      throw new BlockMismatch(number);
    }
    const at = session.at;
    const sync = async (): Promise<void> => {
      await session.data.datasync();
      await this.#append(session.journal, blockLine(number, sha256));
      this.#hashes.push(sha256);
      this.#offset = at;
    };
    session.syncing = sync();
    // The rejection is handled by the await before the next block's end and in `#settle`.
    session.syncing.catch(() => undefined);
  }

  /** Makes an incomplete block and all journal lines durable. */
  async #settle(session: Session): Promise<void> {
    if (session.at !== this.#offset) {
      await session.data.datasync();
      await this.#append(session.journal, offsetLine(session.at));
    }
    await session.journal.datasync();
    this.#offset = session.at;
  }

  async #append(journal: FileHandle, line: string): Promise<void> {
    this.#isTorn = true;
    await writeAll(journal, Buffer.from(line), this.#journalLength);
    this.#isTorn = false;
    this.#journalLength += line.length;
  }

  get hashes(): readonly string[] {
    return this.#hashes;
  }
}

/** Returns the end of the block with this byte; offsets are in the part. */
const blockEnd = (at: number, { bytes }: Range): number =>
  Math.min(bytes, (Math.floor(at / BLOCK_BYTES) + 1) * BLOCK_BYTES);
