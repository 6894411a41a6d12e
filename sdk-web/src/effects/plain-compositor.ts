// Compositor on a 2D canvas, for computers that emulate WebGL, where shaders take many times as long.
import type { BackgroundOrder } from './background-orders.ts';
import { coverScale, type FrameCompositor, sizeOf } from './compositor.ts';
import type { Mask } from './segmenter.ts';

/** The picture is reduced by this factor for the blur. */
const shrinkFactor = 8;
/** Rounds that fill the hole of the person in the blur from around it; each doubles the opacity at the hole's edge. */
const fillRounds = 3;

/** Blur of the mask at its own resolution; it turns the stairs of the enlarged mask into slopes. */
const edgeBlur = 'blur(1px)';

export class PlainCompositor implements FrameCompositor {
  readonly canvas = new OffscreenCanvas(2, 2);
  readonly isLost = false;
  readonly #out = contextOf(this.canvas);
  readonly #coarse = contextOf(new OffscreenCanvas(1, 1));
  readonly #mask = contextOf(new OffscreenCanvas(1, 1));
  readonly #whole = contextOf(new OffscreenCanvas(1, 1));
  readonly #small = contextOf(new OffscreenCanvas(1, 1));
  readonly #blurred = contextOf(new OffscreenCanvas(1, 1));
  #pixels = new ImageData(1, 1);
  #background: BackgroundOrder;

  constructor(background: BackgroundOrder) {
    this.#background = background;
  }

  setBackground(background: BackgroundOrder): void {
    if (this.#background !== background && this.#background.kind === 'image') this.#background.image.close();
    this.#background = background;
  }

  /** Draws the frame once, because every draw of a frame converts its colours again. */
  take(picture: VideoFrame | ImageBitmap): OffscreenCanvas {
    const { width, height } = sizeOf(picture);
    resize(this.canvas, width, height);
    drawOn(this.#out, 'copy', picture, width, height);
    return this.canvas;
  }

  draw(mask: Mask): void {
    const { width, height } = this.canvas;
    this.#setMask(mask);
    const out = this.#out;
    const background = this.#background;
    if (background.kind === 'blur') this.#blur(width, height, background.radius);
    drawOn(out, 'destination-in', this.#mask.canvas, width, height);
    if (background.kind === 'blur') {
      drawOn(out, 'destination-over', this.#blurred.canvas, width, height);
      return;
    }
    const { image } = background;
    const [across, down] = coverScale({ width, height }, image);
    const [seenWidth, seenHeight] = [image.width * across, image.height * down];
    const [left, top] = [(image.width - seenWidth) / 2, (image.height - seenHeight) / 2];
    out.globalCompositeOperation = 'destination-over';
    out.drawImage(image, left, top, seenWidth, seenHeight, 0, 0, width, height);
  }

  close(): void {
    if (this.#background.kind === 'image') this.#background.image.close();
  }

  /** Converts the model's confidence to the person's opacity, which is soft only at middle confidence. */
  #setMask({ width, height, bytes }: Mask): void {
    if (this.#pixels.width !== width || this.#pixels.height !== height) {
      for (const { canvas } of [this.#coarse, this.#mask]) resize(canvas, width, height);
      this.#pixels = new ImageData(width, height);
    }
    const { data } = this.#pixels;
    for (let at = 0; at < bytes.length; at += 1) data[4 * at + 3] = opacities[bytes[at] ?? 0] ?? 0;
    this.#coarse.putImageData(this.#pixels, 0, 0);
    this.#mask.filter = edgeBlur;
    drawOn(this.#mask, 'copy', this.#coarse.canvas, width, height);
  }

  #blur(width: number, height: number, radius: number): void {
    const [smallWidth, smallHeight] = [Math.ceil(width / shrinkFactor), Math.ceil(height / shrinkFactor)];
    const [whole, small, blurred] = [this.#whole, this.#small, this.#blurred];
    for (const { canvas } of [whole, small, blurred]) resize(canvas, smallWidth, smallHeight);
    drawOn(whole, 'copy', this.canvas, smallWidth, smallHeight);
    drawOn(small, 'copy', whole.canvas, smallWidth, smallHeight);
    drawOn(small, 'destination-out', this.#mask.canvas, smallWidth, smallHeight);
    blurred.filter = `blur(${(radius * smallHeight).toFixed(1)}px)`;
    drawOn(blurred, 'copy', small.canvas, smallWidth, smallHeight);
    blurred.filter = 'none';
    for (let round = 0; round < fillRounds; round += 1)
      drawOn(blurred, 'source-over', blurred.canvas, smallWidth, smallHeight);
    drawOn(blurred, 'destination-over', whole.canvas, smallWidth, smallHeight);
  }
}

/** Opacity for each value of the mask: a smooth step from a quarter to three quarters, as in the shader. */
const opacities = Uint8Array.from({ length: 256 }, (_, byte) => {
  const share = Math.min(1, Math.max(0, (byte / 255 - 0.25) / 0.5));
  return Math.round(255 * share * share * (3 - 2 * share));
});

function contextOf(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no canvas');
  return context;
}

function resize(canvas: OffscreenCanvas, width: number, height: number): void {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}

function drawOn(
  to: OffscreenCanvasRenderingContext2D,
  operation: GlobalCompositeOperation,
  picture: CanvasImageSource,
  width: number,
  height: number,
): void {
  to.globalCompositeOperation = operation;
  to.drawImage(picture, 0, 0, width, height);
}
