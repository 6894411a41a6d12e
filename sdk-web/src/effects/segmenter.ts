// Finds the person in a picture with MediaPipe's model in WebAssembly. Runs in a worker.
import { ImageSegmenter } from '@mediapipe/tasks-vision';
import type { BackgroundAssets } from './background-orders.ts';
import { MaskSmoother } from './core/mask.ts';
import { withInputDescription } from './core/model-file.ts';

/** Input sizes of the models; pictures are scaled to them. */
const sizes = { landscape: { width: 256, height: 144 }, square: { width: 256, height: 256 } } as const;

export interface Mask {
  readonly width: number;
  readonly height: number;
  /** Confidence of a person at each point, 0 … 255. Valid until the next picture. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export class Segmenter {
  readonly #segmenter: ImageSegmenter;
  readonly #canvas: OffscreenCanvasRenderingContext2D;
  readonly #smoother = new MaskSmoother();
  #timeMs = 0;

  /** Loads the model. Rejects with the errors of MediaPipe and fetch. */
  static async load(assets: BackgroundAssets, shape: keyof typeof sizes): Promise<Segmenter> {
    const url = shape === 'landscape' ? assets.landscapeModel : assets.squareModel;
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`the model: ${answer.status}`);
    const modelAssetBuffer = withInputDescription(new Uint8Array(await answer.arrayBuffer()));
    const segmenter = await ImageSegmenter.createFromOptions(
      { wasmLoaderPath: assets.wasmLoader, wasmBinaryPath: assets.wasm },
      {
        // A graphics card may be slow or absent, and reading back its result takes as long as the model on the CPU.
        baseOptions: { modelAssetBuffer, delegate: 'CPU' },
        runningMode: 'VIDEO',
        outputConfidenceMasks: true,
        outputCategoryMask: false,
      },
    );
    return new Segmenter(segmenter, shape);
  }

  private constructor(segmenter: ImageSegmenter, shape: keyof typeof sizes) {
    this.#segmenter = segmenter;
    const { width, height } = sizes[shape];
    const canvas = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    if (canvas === null) throw new Error('no canvas');
    this.#canvas = canvas;
  }

  find(picture: VideoFrame | ImageBitmap | OffscreenCanvas): Mask {
    const { width, height } = this.#canvas.canvas;
    this.#canvas.drawImage(picture, 0, 0, width, height);
    const pixels = this.#canvas.getImageData(0, 0, width, height);
    this.#timeMs += 1; // the model only requires a rising time
    let bytes: Uint8Array<ArrayBuffer> | undefined;
    this.#segmenter.segmentForVideo(pixels, this.#timeMs, ({ confidenceMasks }) => {
      const [mask] = confidenceMasks ?? [];
      if (mask !== undefined) bytes = this.#smoother.next(mask.getAsFloat32Array());
    });
    if (bytes === undefined) throw new Error('the model gave no mask');
    return { width, height, bytes };
  }

  reset(): void {
    this.#smoother.reset();
  }

  close(): void {
    this.#segmenter.close();
  }
}
