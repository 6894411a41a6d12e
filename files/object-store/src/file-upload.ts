import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { checkPart, checkSha256, PARTS_MAX } from './core/bounds.ts';
import { StoreError } from './core/errors.ts';
import { type FileRoot, fileError, syncFolder, writeAll } from './files.ts';
import { checkBytes, sha256Of } from './hash.ts';
import type { CallOptions, ObjectInfo, PartInfo, Upload } from './store.ts';

const LINE = /^(\d{1,9}) ([0-9a-f]{64})$/;
const READ_BYTES = 1_048_576;
/** `finish` reads the whole file: an hour of ten pictures at 40 MB/s. */
const FINISH_LIMIT_MS = 1_800_000;

/**
 * `uploads/HASH-OF-KEY/data` grows, and `parts` gets a line when a part is on the disk. The next part overwrites data
 * after the last complete line.
 */
export class FileUpload implements Upload {
  readonly #store: FileRoot;
  readonly #key: string;
  readonly #folder: string;
  readonly #parts: PartInfo[];
  #bytes: number;
  #isBusy = false;
  #isAborted = false;
  #finished: ObjectInfo | undefined;

  static async open(store: FileRoot, key: string): Promise<FileUpload> {
    const folder = join(store.root, 'uploads', sha256Of(Buffer.from(key)));
    await mkdir(folder, { recursive: true });
    for (const name of ['data', 'parts']) await (await open(join(folder, name), 'a', 0o600)).close();
    await syncFolder(folder);
    await syncFolder(join(store.root, 'uploads'));
    const lines = (await readFile(join(folder, 'parts'), 'latin1')).split('\n').slice(0, PARTS_MAX);
    const { size } = await stat(join(folder, 'data'));
    const parts: PartInfo[] = [];
    let bytes = 0;
    // The last element is empty or a line that a crash cut.
    for (const line of lines.slice(0, -1)) {
      const [, length, sha256] = LINE.exec(line) ?? [];
      if (sha256 === undefined || bytes + Number(length) > size) break;
      parts.push({ bytes: Number(length), sha256 });
      bytes += Number(length);
    }
    return new FileUpload(store, key, folder, parts, bytes);
  }

  private constructor(store: FileRoot, key: string, folder: string, parts: PartInfo[], bytes: number) {
    this.#store = store;
    this.#key = key;
    this.#folder = folder;
    this.#parts = parts;
    this.#bytes = bytes;
  }

  get parts(): readonly PartInfo[] {
    return this.#parts;
  }

  append(bytes: Uint8Array, o: { readonly sha256: string } & CallOptions): Promise<void> {
    return this.#exclusive(o, async () => {
      if (this.#finished !== undefined) throw new StoreError('STORE_REFUSED', 'the upload is finished');
      checkSha256(o.sha256);
      checkPart(bytes.length, this.#parts);
      checkBytes(this.#key, bytes, o.sha256);
      await this.#edit('data', async (file) => {
        await file.truncate(this.#bytes);
        await writeAll(file, bytes, this.#bytes);
        await file.datasync();
      });
      const lines = [...this.#parts, { bytes: bytes.length, sha256: o.sha256 }].map(lineOf);
      const last = lines.pop() ?? '';
      await this.#edit('parts', async (file) => {
        const from = lines.join('').length;
        await file.truncate(from);
        await writeAll(file, Buffer.from(last), from);
        await file.datasync();
      });
      this.#parts.push({ bytes: bytes.length, sha256: o.sha256 });
      this.#bytes += bytes.length;
    });
  }

  finish(sha256?: string, o: CallOptions = {}): Promise<ObjectInfo> {
    return this.#exclusive(o, async (signal) => {
      if (this.#finished !== undefined) return this.#finished;
      if (sha256 !== undefined) checkSha256(sha256);
      const found = { bytes: this.#bytes, sha256: await this.#hash(signal) };
      if (sha256 !== undefined && found.sha256 !== sha256) {
        await this.#drop();
        throw new StoreError('HASH_MISMATCH', `${this.#key} has the hash ${found.sha256}, not ${sha256}`);
      }
      await this.#store.commit(this.#key, join(this.#folder, 'data'), found);
      this.#finished = found;
      await this.#drop();
      return found;
    });
  }

  async abort(o: CallOptions = {}): Promise<void> {
    if (this.#isAborted || this.#finished !== undefined) return;
    await this.#exclusive(o, () => this.#drop());
  }

  async #drop(): Promise<void> {
    this.#isAborted = this.#finished === undefined;
    await rm(this.#folder, { recursive: true, force: true });
    await syncFolder(join(this.#store.root, 'uploads'));
  }

  async #exclusive<T>(o: CallOptions, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.#isBusy) throw new StoreError('STORE_REFUSED', 'one call of an upload at a time');
    if (this.#isAborted) throw new StoreError('STORE_REFUSED', 'the upload was aborted');
    return await this.#store.calls.run(
      o.signal,
      fileError,
      async (signal) => {
        // Busy until the disk is done, even past the deadline, as the next call would write into this one.
        this.#isBusy = true;
        try {
          return await work(signal);
        } finally {
          this.#isBusy = false;
        }
      },
      FINISH_LIMIT_MS,
    );
  }

  async #edit(name: string, work: (file: FileHandle) => Promise<void>): Promise<void> {
    const file = await open(join(this.#folder, name), 'r+');
    try {
      await work(file);
    } finally {
      await file.close();
    }
  }

  async #hash(signal: AbortSignal): Promise<string> {
    const hash = createHash('sha256');
    await this.#edit('data', async (file) => {
      await file.truncate(this.#bytes);
      await file.datasync();
      const buffer = Buffer.alloc(READ_BYTES);
      for (let at = 0; at < this.#bytes; ) {
        signal.throwIfAborted();
        const { bytesRead } = await file.read(buffer, 0, READ_BYTES, at);
        if (bytesRead === 0) throw new StoreError('HASH_MISMATCH', `${this.#key} ends at byte ${at}`);
        hash.update(buffer.subarray(0, bytesRead));
        at += bytesRead;
      }
    });
    return hash.digest('hex');
  }
}

const lineOf = ({ bytes, sha256 }: PartInfo): string => `${bytes} ${sha256}\n`;
