// Paints tiles onto the canvas, only where the picture has changed.
import type { Size, Tile } from '../core/layouts/layout.ts';
import {
  type Canvas,
  type Colour,
  colourOf,
  copyRectangle,
  drawText,
  fill,
  newCanvas,
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
  readonly #canvas: Canvas;
  #isPainted = false;

  constructor(o: PainterOptions) {
    this.#o = o;
    this.#canvas = newCanvas(o.size);
  }

  /** Paints the next picture from the background on, because tiles or labels have changed. */
  repaint(): void {
    this.#isPainted = false;
  }

  /** Returns the canvas, which the next call changes. */
  paint<T extends Tile>(
    tiles: readonly T[],
    stateOf: (tile: T) => { picture: Canvas | undefined; isNew: boolean },
  ): Canvas {
    const isWhole = this.#isPainted;
    if (!isWhole) this.#paintBackground();
    this.#isPainted = true;
    for (const tile of tiles) {
      const { picture, isNew } = stateOf(tile);
      if (!isWhole || isNew) this.#paintTile(tile, picture);
    }
    return this.#canvas;
  }

  #paintBackground(): void {
    const { background, size } = this.#o;
    const whole = { x: 0, y: 0, width: size.width, height: size.height };
    if ('data' in background) copyRectangle(this.#canvas, background, whole);
    else fill(this.#canvas, whole, background);
  }

  #paintTile(tile: Tile, picture: Canvas | undefined): void {
    if (picture === undefined) fill(this.#canvas, tile, tileColour);
    else putPicture(this.#canvas, tile, picture);
    this.#paintLabel(tile, picture !== undefined);
    if (tile.isSpeaking) outline(this.#canvas, tile, EDGE, speakingColour);
  }

  /** Paints the label at the bottom left of a picture, or in the middle of a tile without a picture. */
  #paintLabel(tile: Tile, hasPicture: boolean): void {
    const { x, y, width, height } = tile;
    const wanted = Math.min(LABEL_HEIGHT.max, Math.max(LABEL_HEIGHT.min, height / LABEL_SHARE));
    const high = Math.floor(wanted / 2) * 2;
    const mask = this.#o.labels.get({ text: tile.label, isMuted: tile.isMuted }, high);
    if (mask === undefined || mask.width === 0) return;
    const free = Math.max(0, width - mask.width);
    const left = hasPicture ? Math.min(EDGE, free) : free / 2;
    const top = hasPicture ? height - mask.height - EDGE : (height - mask.height) / 2;
    drawText(this.#canvas, tile, mask, { x: x + (left & ~1), y: y + Math.max(0, top & ~1) });
  }
}
