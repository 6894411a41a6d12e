// A content on the disk: the file, the hashes of its blocks, and the set of present blocks.
import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { absent, syncFolder, writeAll } from '@meridian/object-store';
import { parseJson } from '@meridian/runtime';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { type BlockLayout, blockCount, blockRange, HASH_BYTES, hashAt } from '../core/blocks.ts';
import { NEW_SUFFIX, replace, withBuffer } from './disk.ts';
import type { ContentSpec } from './types.ts';
import { WholeHash } from './whole-hash.ts';

/** Bytes of a read for readers, which keep the buffer until it is sent. */
const PIECE_BYTES = 262_144;
const META_NAME = 'meta.json';

const metaSchema = Type.Object({
  content: Type.String(),
  tenant: Type.String(),
  bytes: Type.Integer({ minimum: 0 }),
  sha256: Type.String(),
  blocksSha256: Type.String(),
  isChecked: Type.Boolean(),
});

/**
 * The folder has `file`, `have` (a byte per block; 1: the block is on the disk and correct), `blocks` (hashes) and
 * `meta.json`, whose modification time is the last use.
 */
export class StoredContent implements BlockLayout {
  readonly spec: ContentSpec;
  readonly blockBytes: number;
  readonly #folder: string;
  readonly #have: Uint8Array;
  #hashes: Uint8Array | undefined;
  #missingBlocks: number;
  #isChecked: boolean;
  #checking: Promise<void> | undefined;
  readonly #wholeHash: WholeHash;

  /** Creates the content, with all blocks missing. */
  static async create(folder: string, spec: ContentSpec, blockBytes: number): Promise<StoredContent> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const { bytes } = spec;
    const file = await open(join(folder, 'file'), 'w', 0o600);
    try {
      await file.truncate(bytes);
    } finally {
      await file.close();
    }
    // Neither file needs a sync before the first block: the content starts again when a file has a wrong length.
    const have = new Uint8Array(blockCount({ bytes, blockBytes }));
    await writeFile(join(folder, 'have'), have, { mode: 0o600 });
    const content = new StoredContent({ folder, spec, blockBytes, have, hashes: undefined, isChecked: false });
    await content.#writeMeta();
    await syncFolder(dirname(folder));
    return content;
  }

  /** Opens the content of an earlier process; undefined when nothing is usable. */
  static async open(folder: string, blockBytes: number): Promise<StoredContent | undefined> {
    const text = await readFile(join(folder, META_NAME), 'utf8').catch(absent);
    const meta = text === undefined ? undefined : parseJson(text);
    const have = await readFile(join(folder, 'have')).catch(absent);
    if (!Value.Check(metaSchema, meta) || have?.length !== blockCount({ bytes: meta.bytes, blockBytes }))
      return undefined;
    const file = await open(join(folder, 'file'), 'r').catch(absent);
    const size = (await file?.stat())?.size;
    await file?.close();
    if (size !== meta.bytes) return undefined;
    for (const name of await readdir(folder))
      if (name.endsWith(NEW_SUFFIX)) await rm(join(folder, name), { force: true });
    const { isChecked, ...spec } = meta;
    const hashes = await readFile(join(folder, 'blocks')).catch(absent);
    return new StoredContent({ folder, spec, blockBytes, have, hashes, isChecked });
  }

  private constructor(o: {
    readonly folder: string;
    readonly spec: ContentSpec;
    readonly blockBytes: number;
    readonly have: Uint8Array;
    readonly hashes: Uint8Array | undefined;
    readonly isChecked: boolean;
  }) {
    this.#folder = o.folder;
    this.spec = o.spec;
    this.blockBytes = o.blockBytes;
    this.#have = o.have;
    this.#isChecked = o.isChecked;
    this.#wholeHash = new WholeHash(this);
    this.#missingBlocks = o.have.reduce((left, one) => left - (one === 1 ? 1 : 0), o.have.length);
    if (o.hashes !== undefined && this.#areHashes(o.hashes)) this.#hashes = o.hashes;
    // The only block of a content is the whole; an empty content has no hashes.
    else if (o.have.length <= 1) this.#hashes = Buffer.from(o.have.length === 0 ? '' : o.spec.sha256, 'hex');
  }

  get bytes(): number {
    return this.spec.bytes;
  }
  get count(): number {
    return this.#have.length;
  }
  get path(): string {
    return join(this.#folder, 'file');
  }
  get isWhole(): boolean {
    return this.#missingBlocks === 0;
  }
  /** True when all blocks are present and the hash of the whole is verified. */
  get isChecked(): boolean {
    return this.#isChecked;
  }
  get hashes(): Uint8Array | undefined {
    return this.#hashes;
  }
  has(number: number): boolean {
    return this.#have[number] === 1;
  }
  /** Returns the offset of the first missing byte from `from` on, or the end. */
  filledTo(from: number): number {
    const missing = this.#have.indexOf(0, Math.floor(from / this.blockBytes));
    return missing < 0 ? this.bytes : Math.max(from, missing * this.blockBytes);
  }

  /** Returns false for hashes that do not match the notice. */
  async setHashes(hashes: Uint8Array): Promise<boolean> {
    if (this.#hashes !== undefined) return true;
    if (!this.#areHashes(hashes)) return false;
    await replace(this.#folder, 'blocks', hashes);
    this.#hashes = hashes;
    return true;
  }

  /** Writes a block from its pieces. Returns false for a wrong hash or length. */
  async writeBlock(number: number, pieces: AsyncIterable<Uint8Array>): Promise<boolean> {
    const hashes = this.#hashes;
    if (hashes === undefined) throw new Error('the hashes of the blocks are not set');
    const { from, bytes } = blockRange(this, number);
    const isRight = await withBuffer(async (memory) => {
      const hash = createHash('sha256');
      let receivedBytes = 0;
      const file = await open(this.path, 'r+');
      try {
        for await (const piece of gathered(pieces, memory)) {
          if (receivedBytes + piece.length > bytes) return false;
          hash.update(piece);
          await writeAll(file, piece, from + receivedBytes);
          receivedBytes += piece.length;
        }
        if (receivedBytes !== bytes || hash.digest('hex') !== hashAt(hashes, number)) return false;
        await file.datasync();
      } finally {
        await file.close();
      }
      return true;
    });
    if (isRight) await this.#mark(number);
    return isRight;
  }

  /** Hashes the blocks received so far, so that `check` has less to do. Never rejects: `check` meets the same error. */
  async prepare(signal: AbortSignal): Promise<void> {
    if (this.count > 1 && !this.#isChecked) await this.#wholeHash.advance(signal).catch(() => undefined);
  }

  /** Resolves when no hashing and no write is under way. The signals of all callers must have fired. */
  async idle(): Promise<void> {
    await this.#wholeHash.idle();
    await Promise.allSettled([this.#checking]);
  }

  /** Compares the whole with its hash; concurrent callers share the work. */
  async check(signal: AbortSignal): Promise<boolean> {
    if (this.#isChecked) return true;
    // The only block of a content is the whole.
    if (this.count !== 1 && (await this.#wholeHash.digest(signal)) !== this.spec.sha256) return false;
    this.#checking ??= this.#markChecked().finally(() => {
      this.#checking = undefined;
    });
    await this.#checking;
    return true;
  }

  async #markChecked(): Promise<void> {
    await this.#writeMeta(true);
    this.#isChecked = true;
  }

  /** Reads a range whose blocks are present. */
  async *pieces(
    range: { readonly from: number; readonly bytes: number },
    signal?: AbortSignal,
  ): AsyncGenerator<Uint8Array, void> {
    const file = await open(this.path, 'r');
    try {
      for (let at = 0; at < range.bytes; ) {
        signal?.throwIfAborted();
        const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, range.bytes - at));
        const { bytesRead } = await file.read(piece, 0, piece.length, range.from + at);
        if (bytesRead === 0) throw new Error('the file is shorter than its content');
        at += bytesRead;
        yield piece.subarray(0, bytesRead);
      }
    } finally {
      await file.close();
    }
  }

  /** Returns the wall clock time of the last `noteUse`, or of the creation. */
  async usedMs(): Promise<number> {
    return (await stat(join(this.#folder, META_NAME))).mtimeMs;
  }

  /** Ignores a content that is removed meanwhile. */
  async noteUse(wallMs: number): Promise<void> {
    await utimes(join(this.#folder, META_NAME), wallMs / 1000, wallMs / 1000).catch(absent);
  }

  /**
   * Removes `meta.json` first: without it nothing of the folder is used again, even if a crash leaves or restores the
   * rest.
   */
  static async remove(folder: string): Promise<void> {
    await rm(join(folder, META_NAME), { force: true });
    await syncFolder(folder).catch(absent);
    await rm(folder, { recursive: true, force: true });
  }

  /** Marks a block as present, after its bytes are on the disk. */
  async #mark(number: number): Promise<void> {
    const file = await open(join(this.#folder, 'have'), 'r+');
    try {
      await file.write(Uint8Array.of(1), 0, 1, number);
      await file.datasync();
    } finally {
      await file.close();
    }
    if (this.#have[number] === 1) return;
    this.#have[number] = 1;
    this.#missingBlocks -= 1;
  }

  #writeMeta(isChecked = false): Promise<void> {
    return replace(this.#folder, META_NAME, Buffer.from(JSON.stringify(Object.assign({ isChecked }, this.spec))));
  }

  #areHashes(hashes: Uint8Array): boolean {
    if (hashes.length !== this.count * HASH_BYTES) return false;
    return createHash('sha256').update(hashes).digest('hex') === this.spec.blocksSha256;
  }
}

/**
 * Yields full buffers, since each write costs much and sockets deliver small pieces. A yielded buffer is valid until
 * the next one.
 */
async function* gathered(pieces: AsyncIterable<Uint8Array>, memory: Buffer): AsyncGenerator<Uint8Array, void> {
  let filled = 0;
  for await (const piece of pieces)
    for (let at = 0; at < piece.length; ) {
      const copiedBytes = Math.min(piece.length - at, memory.length - filled);
      memory.set(piece.subarray(at, at + copiedBytes), filled);
      at += copiedBytes;
      filled += copiedBytes;
      if (filled < memory.length) continue;
      yield memory;
      filled = 0;
    }
  if (filled > 0) yield memory.subarray(0, filled);
}
