// Draws decoded pictures on a canvas: with WebGL if the browser has it, else with the conversion of core/rgb.ts.
import { writeRgba } from './core/rgb.ts';
import type { DecodedPicture } from './decoding.ts';
import { WebGlPainter } from './webgl-painter.ts';

export interface Painter {
  /** Draws the picture; the canvas takes its size, and can be read (`toBlob`, `drawImage`). */
  paint(picture: DecodedPicture): void;
  /** Releases resources; the last picture stays. Idempotent. */
  close(): void;
}

/** Throws Error if the canvas already has another kind of context. */
export function openPainter(canvas: HTMLCanvasElement): Painter {
  const gl = canvas.getContext('webgl', { alpha: false, antialias: false, depth: false, preserveDrawingBuffer: true });
  if (gl !== null) return new WebGlPainter(canvas, gl);
  const context = canvas.getContext('2d', { alpha: false });
  if (context === null) throw new Error('the canvas has another context');
  return new CanvasPainter(canvas, context);
}

class CanvasPainter implements Painter {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  #image: ImageData | undefined;

  constructor(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D) {
    this.#canvas = canvas;
    this.#context = context;
  }

  paint({ planes, width, height }: DecodedPicture): void {
    if (this.#image?.width !== width || this.#image.height !== height) {
      this.#canvas.width = width;
      this.#canvas.height = height;
      this.#image = this.#context.createImageData(width, height);
    }
    writeRgba(this.#image.data, planes, width, height);
    this.#context.putImageData(this.#image, 0, 0);
  }

  close(): void {
    this.#image = undefined;
  }
}
