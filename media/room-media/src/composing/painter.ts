// Paints tiles onto canvases, only where the picture has changed since a canvas was painted last.
import type { Size, Tile } from '../core/layouts/layout.ts';
import {
  type Canvas,
  type Colour,
  colourOf,
  copyRectangle,
  drawText,
  fill,
  outline,
  putPicture,
} from './core/canvas.ts';
import type { LabelCache } from './label-cache.ts';

export interface PainterOptions {
  readonly size: Size;
  readonly background: Canvas | Colour;
  readonly labels: LabelCache;
}

/** Colour behind pictures of another aspect, and behind names without a picture. */
export const tileHex = '#202428';
const tileColour: Colour = colourOf(tileHex) ?? { y: 16, u: 128, v: 128 };
const speakingColour: Colour = colourOf('#2fd06f') ?? { y: 145, u: 54, v: 34 };
const EDGE = 4;
/** A label has a ninth of the tile's height; letters below 16 pixels are unreadable. */
const LABEL_SHARE = 9;
const LABEL_HEIGHT = { min: 18, max: 40 };

export class Painter {
  readonly #o: PainterOptions;
  /** Number of calls of `repaint`. */
  #look = 0;
  /** Look of each canvas, with the version of each tile on it. */
  readonly #painted = new WeakMap<Canvas, { readonly look: number; readonly versions: number[] }>();

  constructor(o: PainterOptions) {
    this.#o = o;
  }

  /** Paints each canvas from the background on, because tiles or labels have changed. */
  repaint(): void {
    this.#look += 1;
  }

  /** Brings a canvas up to date. Between two calls of `repaint` the tiles and their order are the same. */
  paint<T extends Tile>(
    canvas: Canvas,
    tiles: readonly T[],
    stateOf: (tile: T) => { readonly picture: Canvas | undefined; readonly version: number },
  ): void {
    let painted = this.#painted.get(canvas);
    if (painted?.look !== this.#look) {
      this.#paintBackground(canvas);
      painted = { look: this.#look, versions: [] };
      this.#painted.set(canvas, painted);
    }
    for (const [index, tile] of tiles.entries()) {
      const { picture, version } = stateOf(tile);
      if (painted.versions[index] === version) continue;
      painted.versions[index] = version;
      this.#paintTile(canvas, tile, picture);
    }
  }

  #paintBackground(canvas: Canvas): void {
    const { background, size } = this.#o;
    const whole = { x: 0, y: 0, width: size.width, height: size.height };
    if ('data' in background) copyRectangle(canvas, background, whole);
    else fill(canvas, whole, background);
  }

  #paintTile(canvas: Canvas, tile: Tile, picture: Canvas | undefined): void {
    if (picture === undefined) fill(canvas, tile, tileColour);
    else putPicture(canvas, tile, picture);
    this.#paintLabel(canvas, tile, picture !== undefined);
    if (tile.isSpeaking) outline(canvas, tile, EDGE, speakingColour);
  }

  /** Paints the label at the bottom left of a picture, or in the middle of a tile without a picture. */
  #paintLabel(canvas: Canvas, tile: Tile, hasPicture: boolean): void {
    const { x, y, width, height } = tile;
    const wanted = Math.min(LABEL_HEIGHT.max, Math.max(LABEL_HEIGHT.min, height / LABEL_SHARE));
    const high = Math.floor(wanted / 2) * 2;
    const mask = this.#o.labels.get({ text: tile.label, isMuted: tile.isMuted }, high);
    if (mask === undefined || mask.width === 0) return;
    const free = Math.max(0, width - mask.width);
    const left = hasPicture ? Math.min(EDGE, free) : free / 2;
    const top = hasPicture ? height - mask.height - EDGE : (height - mask.height) / 2;
    drawText(canvas, tile, mask, { x: x + (left & ~1), y: y + Math.max(0, top & ~1) });
  }
}
