// Receives and cuts a lower layer of a stream's picture while a viewer plays it.
import type { AddressPlaces } from '@meridian/protocol';
import type { Clock, Timer } from '@meridian/runtime';
import { shiftedPicture } from '../core/hls/pictures.ts';
import { Rung } from '../core/hls/rung.ts';
import type { Cut } from '../core/hls/segmenter.ts';
import type { SegmentWindow } from '../core/hls/window.ts';
import { HlsVariant } from './hls-variant.ts';
import type { Programme, ProgrammeLayer } from './programme.ts';

/** Time after its last request at which a rung ends; the same as for the stream. */
export const IDLE_MS = 30_000;

export interface HlsRungOptions {
  readonly programme: Programme;
  readonly spatialLayer: number;
  readonly clock: Clock;
  readonly targetS: () => number | undefined;
  readonly zeroWallMs: number;
  /** The programme's time 0, in the stream's time. */
  readonly offsetMs: number;
  readonly waiting: AddressPlaces;
  /** Called when the next segment cannot continue the last. */
  onInterruption(): void;
  onClosed(): void;
}

export class HlsRung {
  readonly #o: HlsRungOptions;
  readonly #rung = new Rung();
  readonly #variant: HlsVariant;
  readonly #opened: Promise<void>;
  #layer: ProgrammeLayer | undefined;
  #users = 0;
  #idle: Timer | undefined;
  #isClosed = false;

  constructor(o: HlsRungOptions) {
    this.#o = o;
    const { clock, targetS, zeroWallMs, waiting } = o;
    this.#variant = new HlsVariant({ clock, targetS, zeroWallMs, waiting, window: () => this.#rung.window });
    this.#opened = this.#open();
  }

  get window(): SegmentWindow | undefined {
    return this.#rung.window;
  }

  /** Serves one request. Rejects with errors of the layer's session (`SessionClient.connect`). */
  async use<T>(ask: (variant: HlsVariant) => Promise<T>): Promise<T> {
    this.#users += 1;
    this.#idle?.cancel();
    try {
      await this.#opened;
      return await ask(this.#variant);
    } finally {
      this.#users -= 1;
      if (this.#users === 0 && !this.#isClosed) this.#idle = this.#o.clock.after(IDLE_MS, () => this.close());
    }
  }

  segmentEnded(stream: SegmentWindow): void {
    this.#rung.segmentEnded(stream);
  }
  follow(cuts: readonly Cut[]): void {
    this.#changed(this.#rung.follow(cuts, this.#o.targetS()));
  }
  demandKeyFrame(): void {
    this.#layer?.demandKeyFrame();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#idle?.cancel();
    this.#layer?.close();
    this.#variant.close();
    this.#o.onClosed();
  }

  async #open(): Promise<void> {
    try {
      const layer = await this.#o.programme.openLayer(this.#o.spatialLayer, {
        onPicture: (unit) => this.#changed(this.#rung.picture(shiftedPicture(unit, this.#o.offsetMs))),
        onEnded: () => this.close(),
      });
      if (this.#isClosed) layer.close();
      else this.#layer = layer;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  #changed(hasChanged: boolean): void {
    if (this.#rung.needsInterruption) this.#o.onInterruption();
    if (hasChanged) this.#variant.changed();
  }
}
