// Renders labels of tiles on first use and caches them. A label appears a moment after its tile.
import type { Logger } from '@meridian/runtime';
import type { Mask } from './core/canvas.ts';
import { LABELS_MAX, type Label } from './core/labels.ts';
import { makeLabels } from './one-shot.ts';

export interface LabelCacheOptions {
  readonly sandbox: readonly string[];
  /** Width of the widest label; a longer label is cut. */
  readonly width: number;
  readonly log: Pick<Logger, 'warn'>;
  onReady(): void;
}

/** Participants come, go and change names for hours; the oldest labels are dropped. */
const LABELS_KEPT_MAX = 512;

interface NeededLabel extends Label {
  readonly height: number;
}

export class LabelCache {
  readonly #o: LabelCacheOptions;
  /** Masks by key; undefined for a label that failed and is not retried. */
  readonly #masks = new Map<string, Mask | undefined>();
  readonly #needed = new Map<string, NeededLabel>();
  #running: Promise<void> | undefined;
  #isClosed = false;

  constructor(o: LabelCacheOptions) {
    this.#o = o;
  }

  /** Returns a label's mask; undefined while it is being made, or if it failed. */
  get(label: Label, height: number): Mask | undefined {
    const key = keyOf(label, height);
    if (this.#masks.has(key)) return this.#masks.get(key);
    this.#needed.set(key, { text: label.text, isMuted: label.isMuted, height });
    return undefined;
  }

  make(): void {
    if (this.#isClosed || this.#running !== undefined || this.#needed.size === 0) return;
    const [first] = this.#needed.values();
    const height = first?.height ?? 0;
    const batch = [...this.#needed].filter(([, one]) => one.height === height).slice(0, LABELS_MAX);
    this.#running = this.#run(batch, height).finally(() => {
      this.#running = undefined;
      if (!this.#isClosed) this.#o.onReady();
    });
  }

  /** Makes all needed labels; resolves when they are ready. */
  async made(): Promise<void> {
    while (!this.#isClosed && (this.#running !== undefined || this.#needed.size > 0)) {
      this.make();
      await this.#running;
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#running;
  }

  async #run(batch: readonly (readonly [string, NeededLabel])[], height: number): Promise<void> {
    const labels = batch.map(([, label]) => label);
    try {
      const masks = await makeLabels(labels, { width: this.#o.width, height }, this.#o.sandbox);
      for (const [index, [key]] of batch.entries()) this.#masks.set(key, masks[index]);
    } catch (err) {
      this.#o.log.warn({ err, labels: labels.length }, 'tiles are composed without their names');
      for (const [key] of batch) this.#masks.set(key, undefined);
    }
    for (const [key] of batch) this.#needed.delete(key);
    for (const key of this.#masks.keys()) {
      if (this.#masks.size <= LABELS_KEPT_MAX) break;
      this.#masks.delete(key);
    }
  }
}

const keyOf = ({ text, isMuted }: Label, height: number): string => `${height} ${isMuted} ${text}`;
