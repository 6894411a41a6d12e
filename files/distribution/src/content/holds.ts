// Names that hold contents, in memory and in a file of each content.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { absent } from '@meridian/object-store';
import { parseJson } from '@meridian/runtime';
import { replace } from './disk.ts';
import { SerialQueue } from './serial-queue.ts';

const HOLDS_NAME = 'holds.json';
/** Prefix of names that hold for months instead of until a delivery's end. */
export const LASTING_PREFIX = 'region:';

export class Holds {
  readonly #folder: string;
  /** Names by content, which need not exist yet. */
  readonly #names = new Map<string, Set<string>>();
  /** Contents whose file differs from memory. */
  readonly #unwritten = new Set<string>();
  readonly #queues = new Map<string, SerialQueue>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  has(content: string): boolean {
    return this.#names.has(content);
  }

  isLasting(content: string): boolean {
    return [...(this.#names.get(content) ?? [])].some((by) => by.startsWith(LASTING_PREFIX));
  }

  all(): readonly (readonly [content: string, by: string])[] {
    return [...this.#names].flatMap(([content, names]) => [...names].map((by) => [content, by] as const));
  }

  async read(content: string): Promise<void> {
    const text = await readFile(join(this.#folder, content, HOLDS_NAME), 'utf8').catch(absent);
    const json = parseJson(text ?? '[]');
    const names = Array.isArray(json) ? json.filter((name) => typeof name === 'string') : [];
    if (names.length > 0) this.#names.set(content, new Set(names));
  }

  /** Holds at once, and durably when it resolves. Rejects with DISK_FULL or the file system's error. Idempotent. */
  async add(content: string, by: string): Promise<void> {
    const names = this.#names.get(content) ?? new Set();
    if (!names.has(by)) this.#unwritten.add(content);
    this.#names.set(content, names.add(by));
    await this.#write(content);
  }

  async remove(content: string, by: string): Promise<void> {
    const names = this.#names.get(content);
    if (names?.delete(by) === true) this.#unwritten.add(content);
    if (names?.size === 0) this.#names.delete(content);
    await this.#write(content);
  }

  forget(content: string): void {
    this.#names.delete(content);
    this.#unwritten.delete(content);
  }

  /** Writes the holds that were made before the content existed. */
  async writePending(content: string): Promise<void> {
    if (!this.#names.has(content)) return;
    this.#unwritten.add(content);
    await this.#write(content);
  }

  /** Runs `work` on a content's folder while no hold is written into it. */
  async runExclusive(content: string, work: () => Promise<void>): Promise<void> {
    const turns = this.#queues.get(content) ?? new SerialQueue();
    this.#queues.set(content, turns);
    const mine = turns.run(work);
    try {
      await mine;
    } finally {
      if (this.#queues.get(content) === turns && turns.isIdle) this.#queues.delete(content);
    }
  }

  /** Writes the names; without a folder they stay in memory until the content is created. */
  #write(content: string): Promise<void> {
    return this.runExclusive(content, async () => {
      if (!this.#unwritten.delete(content)) return;
      const names = [...(this.#names.get(content) ?? [])];
      try {
        await replace(join(this.#folder, content), HOLDS_NAME, Buffer.from(JSON.stringify(names))).catch(absent);
      } catch (error) {
        this.#unwritten.add(content);
        throw error;
      }
    });
  }
}
