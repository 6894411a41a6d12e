// Which contents are held, and by which names: in memory, and in a file of each content.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { absent } from '@meridian/object-store';
import { parseJson } from '@meridian/runtime';
import { replace } from './disk.ts';
import { Turns } from './turns.ts';

const HOLDS = 'holds.json';
/** Begins names that hold for months, not until a delivery has ended. */
export const LASTING = 'region:';

export class Holds {
  readonly #folder: string;
  /** By content: names. Also of contents that are not there yet. */
  readonly #names = new Map<string, Set<string>>();
  /** Contents whose file has other names. */
  readonly #unwritten = new Set<string>();
  /** By content: works on its folder. */
  readonly #turns = new Map<string, Turns>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  has(content: string): boolean {
    return this.#names.has(content);
  }

  /** By a name that lasts. */
  lasts(content: string): boolean {
    return [...(this.#names.get(content) ?? [])].some((by) => by.startsWith(LASTING));
  }

  /** All of them, as they are now. */
  all(): readonly (readonly [content: string, by: string])[] {
    return [...this.#names].flatMap(([content, names]) => [...names].map((by) => [content, by] as const));
  }

  /** As an earlier process has left them. */
  async read(content: string): Promise<void> {
    const text = await readFile(join(this.#folder, content, HOLDS), 'utf8').catch(absent);
    const json = parseJson(text ?? '[]');
    const names = Array.isArray(json) ? json.filter((name) => typeof name === 'string') : [];
    if (names.length > 0) this.#names.set(content, new Set(names));
  }

  /** Counts at once; is on the disk when it resolves. Rejects with DISK_FULL, or as the disk does. Idempotent. */
  async add(content: string, by: string): Promise<void> {
    const names = this.#names.get(content) ?? new Set();
    if (!names.has(by)) this.#unwritten.add(content);
    this.#names.set(content, names.add(by));
    await this.#write(content);
  }

  /** As `add`. */
  async remove(content: string, by: string): Promise<void> {
    const names = this.#names.get(content);
    if (names?.delete(by) === true) this.#unwritten.add(content);
    if (names?.size === 0) this.#names.delete(content);
    await this.#write(content);
  }

  /** Of a content whose folder goes. */
  forget(content: string): void {
    this.#names.delete(content);
    this.#unwritten.delete(content);
  }

  /** A content that is new there gets those that came before it. */
  async begin(content: string): Promise<void> {
    if (!this.#names.has(content)) return;
    this.#unwritten.add(content);
    await this.#write(content);
  }

  /** Does this to the folder of a content while nothing is written into it. */
  async without(content: string, work: () => Promise<void>): Promise<void> {
    const turns = this.#turns.get(content) ?? new Turns();
    this.#turns.set(content, turns);
    const mine = turns.take(work);
    try {
      await mine;
    } finally {
      if (this.#turns.get(content) === turns && turns.isIdle) this.#turns.delete(content);
    }
  }

  /** Where there is no folder yet, they are written with it. */
  #write(content: string): Promise<void> {
    return this.without(content, async () => {
      if (!this.#unwritten.delete(content)) return;
      const names = [...(this.#names.get(content) ?? [])];
      try {
        await replace(join(this.#folder, content), HOLDS, Buffer.from(JSON.stringify(names))).catch(absent);
      } catch (error) {
        this.#unwritten.add(content);
        throw error;
      }
    });
  }
}
