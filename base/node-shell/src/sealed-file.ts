// Keeps data that must survive the process, sealed in a file of the state folder (AES-256-GCM). The key is in a file
// beside it that only the node's user can read, so a copy of either file alone is worthless.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '@meridian/runtime';

const KEY_FILE = 'sealing.key';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export interface SealedFileOptions {
  readonly dir: string;
  /** Name of the file, also part of the seal, so that files cannot be swapped. */
  readonly name: string;
  readonly log: Logger;
}

export class SealedFile {
  readonly #o: SealedFileOptions;
  readonly #key: Buffer;
  #pending: (() => unknown) | undefined;
  #writing: Promise<void> | undefined;

  /** Makes the key file when it is missing or damaged. Throws when it can be neither read nor written. */
  constructor(o: SealedFileOptions) {
    this.#o = o;
    this.#key = sealingKey(o.dir);
  }

  /** Returns the last saved value. Returns undefined without a file, and with a warning for damage or another key. */
  load(): unknown {
    const { dir, name, log } = this.#o;
    try {
      const bytes = readFileSync(join(dir, name));
      const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, NONCE_BYTES))
        .setAAD(Buffer.from(name))
        .setAuthTag(bytes.subarray(-TAG_BYTES));
      const sealed = bytes.subarray(NONCE_BYTES, -TAG_BYTES);
      return JSON.parse(Buffer.concat([decipher.update(sealed), decipher.final()]).toString('utf8'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        log.warn({ file: name, err: error }, 'a sealed file cannot be opened; going on without what it held');
      return undefined;
    }
  }

  /**
   * Replaces the file atomically, soon: `value` is called at the write, and several calls meanwhile are a single write.
   * A failed write is logged, and repaired by the next.
   */
  save(value: () => unknown): void {
    this.#pending = value;
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
    });
  }

  /** Resolves when all saves are in the file. */
  async close(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    for (let value = this.#pending; value !== undefined; value = this.#pending) {
      this.#pending = undefined;
      try {
        await this.#write(JSON.stringify(value()));
      } catch (error) {
        this.#o.log.error({ file: this.#o.name, err: error }, 'a sealed file was not written');
      }
    }
  }

  async #write(text: string): Promise<void> {
    const { dir, name } = this.#o;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(Buffer.from(name));
    const bytes = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    const draft = join(dir, `.${name}.${process.pid}.new`);
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await rm(draft, { force: true });
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, join(dir, name));
  }
}

/** Reads or makes the key. A new key cannot open older files, which then count as missing. */
function sealingKey(dir: string): Buffer {
  const file = join(dir, KEY_FILE);
  const present = read(file);
  if (present?.length === KEY_BYTES) return present;
  const key = randomBytes(KEY_BYTES);
  writeFileSync(file, key, { mode: 0o600 });
  return key;
}

function read(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
