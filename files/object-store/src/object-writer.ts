// Objects of repeatable jobs, which write the same bytes under the same name each time.
import { createHash } from 'node:crypto';
import { LIST_LIMIT_MAX, PART_BYTES_MIN, PARTS_MAX } from './core/bounds.ts';
import { hasCode } from './core/errors.ts';
import { sha256Of } from './hash.ts';
import type { ListedObject, ObjectInfo, Store, Upload } from './store.ts';

/** The part size grows after this many parts, so that they suffice for 250 GB. */
const PARTS_OF_A_SIZE = PARTS_MAX / 10;

/**
 * Writes an object, and replaces different bytes of an earlier try. Rejects with the store's error, and with that of
 * `refuse`, which is called before each write. A begun write is not aborted, since the store might complete it after
 * its prefix was erased.
 */
export async function placeObject(
  store: Store,
  key: string,
  bytes: Uint8Array,
  refuse?: () => void,
): Promise<ObjectInfo> {
  const sha256 = sha256Of(bytes);
  refuse?.();
  try {
    await store.put(key, bytes, { sha256 });
  } catch (error) {
    if (!hasCode(error, 'OBJECT_EXISTS')) throw error;
    await store.remove(key);
    await store.put(key, bytes, { sha256 });
  }
  return { bytes: bytes.length, sha256 };
}

export async function listAll(store: Store, prefix: string, signal?: AbortSignal): Promise<ListedObject[]> {
  const all: ListedObject[] = [];
  for (;;) {
    const page = await store.list(prefix, { after: all.at(-1)?.key, limit: LIST_LIMIT_MAX, signal });
    all.push(...page);
    if (page.length < LIST_LIMIT_MAX) return all;
  }
}

/** An object written piece by piece, of which one part is in memory. `refuse` is that of `placeObject`. */
export class ObjectWriter {
  readonly #store: Store;
  readonly #key: string;
  readonly #refuse: () => void;
  readonly #hash = createHash('sha256');
  #buffered: Uint8Array[] = [];
  #bufferedBytes = 0;
  #parts = 0;
  #upload: Upload | undefined;

  constructor(store: Store, key: string, refuse: () => void) {
    this.#store = store;
    this.#key = key;
    this.#refuse = refuse;
  }

  /** Accepts one call at a time; the bytes must not change afterwards. Rejects as the store does. */
  async write(bytes: Uint8Array): Promise<void> {
    this.#buffered.push(bytes);
    this.#bufferedBytes += bytes.length;
    this.#hash.update(bytes);
    while (this.#bufferedBytes >= this.#partBytes) {
      const all = Buffer.concat(this.#buffered);
      const part = all.subarray(0, this.#partBytes);
      this.#hold(all.subarray(part.length));
      await this.#append(part);
    }
  }

  /** Resolves when the object exists. Rejects as the store does. */
  async finish(): Promise<ObjectInfo> {
    const rest = Buffer.concat(this.#buffered);
    if (this.#upload === undefined) return await placeObject(this.#store, this.#key, rest, this.#refuse);
    if (rest.length > 0) await this.#append(rest);
    const sha256 = this.#hash.digest('hex');
    this.#refuse();
    try {
      return await this.#upload.finish(sha256);
    } catch (error) {
      // The object of an earlier try has other bytes: this try fails, and the next finds the key free.
      if (hasCode(error, 'OBJECT_EXISTS')) {
        await this.#upload.abort();
        await this.#store.remove(this.#key);
      }
      throw error;
    }
  }

  /** Never rejects: parts that the store still has are no object. */
  async abort(): Promise<void> {
    await this.#upload?.abort().catch(() => undefined);
  }

  get #partBytes(): number {
    return PART_BYTES_MIN * (1 + Math.floor(this.#parts / PARTS_OF_A_SIZE));
  }

  #hold(rest: Uint8Array): void {
    this.#buffered = rest.length === 0 ? [] : [rest];
    this.#bufferedBytes = rest.length;
  }

  async #append(part: Uint8Array): Promise<void> {
    this.#refuse();
    this.#upload ??= await this.#begin();
    await this.#upload.append(part, { sha256: sha256Of(part) });
    this.#parts += 1;
  }

  /** Drops the parts of an earlier try, as the store may not know their hashes. */
  async #begin(): Promise<Upload> {
    const found = await this.#store.upload(this.#key);
    if (found.parts.length === 0) return found;
    await found.abort();
    return await this.#store.upload(this.#key);
  }
}
