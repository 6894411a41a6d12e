// Preview pictures along a video, cut from sheets that are fetched on demand.

import { Store } from '../../room/store.ts';
import { type Cue, parseVtt, pictureAt, type SmallPicture } from '../core/vtt.ts';

/** Maximum number of sheets fetched; a library node makes only one. */
const SHEETS_MAX = 8;

export interface Thumbnail extends Omit<SmallPicture, 'sheet'> {
  readonly url: string;
}

export type LoadBeside = (url: string, responseType: 'text' | 'blob') => Promise<unknown>;

export class Thumbnails {
  /** Number that is incremented at each arrival. */
  readonly version = new Store(0);
  readonly #vttUrl: string;
  readonly #load: LoadBeside;
  readonly #sheets = new Map<string, string>();
  #cues: readonly Cue[] | undefined;
  #isClosed = false;

  constructor(vttUrl: string, load: LoadBeside) {
    this.#vttUrl = vttUrl;
    this.#load = load;
  }

  /** Returns the picture of a time; undefined when it is not (yet) available. */
  at(ms: number): Thumbnail | undefined {
    if (this.#cues === undefined) {
      this.#cues = [];
      this.#fetch('the list', async () => {
        this.#cues = parseVtt(String(await this.#load(this.#vttUrl, 'text')));
      });
    }
    const found = pictureAt(this.#cues, ms);
    if (found === undefined) return undefined;
    const { sheet, x, y, width, height } = found;
    const url = this.#sheetOf(sheet);
    return url === undefined ? undefined : { url, x, y, width, height };
  }

  /** Idempotent. */
  close(): void {
    this.#isClosed = true;
    for (const url of this.#sheets.values()) URL.revokeObjectURL(url);
    this.#sheets.clear();
  }

  #sheetOf(sheet: string): string | undefined {
    const known = this.#sheets.get(sheet);
    if (known !== undefined) return known === '' ? undefined : known;
    if (this.#isClosed || this.#sheets.size >= SHEETS_MAX) return undefined;
    this.#sheets.set(sheet, ''); // a failed sheet is not fetched again
    this.#fetch(sheet, async () => {
      const blob = await this.#load(new URL(sheet, this.#vttUrl).href, 'blob');
      if (!this.#isClosed && blob instanceof Blob) this.#sheets.set(sheet, URL.createObjectURL(blob));
    });
    return undefined;
  }

  #fetch(what: string, run: () => Promise<void>): void {
    run().then(
      () => this.version.set(this.version.get() + 1),
      (error: unknown) => console.info(`small pictures are not shown, ${what}:`, error),
    );
  }
}
