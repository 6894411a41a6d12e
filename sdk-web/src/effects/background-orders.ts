// What the page and the worker of a background say to each other.
import type { SecondOfWork } from './core/speed.ts';

/** Files of the model and of what runs it, as addresses. */
export interface BackgroundAssets {
  /** For pictures that are wider than high, and for others. */
  readonly landscapeModel: string;
  readonly squareModel: string;
  readonly wasm: string;
  readonly wasmLoader: string;
}

/** `radius`: of the blur, the width of Gauss' curve as a share of the picture's height. */
export type BackgroundOrder =
  | { readonly kind: 'blur'; readonly radius: number }
  | { readonly kind: 'image'; readonly image: ImageBitmap };

/** `intervalUs`: between two frames of the camera, as it says. */
export interface StreamsOrder {
  readonly kind: 'streams';
  readonly run: number;
  readonly intervalUs: number;
  readonly readable: ReadableStream<VideoFrame>;
  readonly writable: WritableStream<VideoFrame>;
}

/**
 * `run` counts devices: what belongs to an older one is of no use. `streams`: frames come and go by them. `frame`: one
 * comes, and its result goes, as a message.
 */
export type WorkerOrder =
  | { readonly kind: 'start'; readonly assets: BackgroundAssets; readonly background: BackgroundOrder }
  | { readonly kind: 'background'; readonly background: BackgroundOrder }
  | StreamsOrder
  | { readonly kind: 'frame'; readonly run: number; readonly frame: ImageBitmap }
  | { readonly kind: 'dropped' }
  /** Ticks are wanted, or not any more: a hidden page draws nothing and its timers are slow. */
  | { readonly kind: 'ticks'; readonly intervalMs: number };

export type WorkerAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly reason: string }
  /** The first frame of a run was written. */
  | { readonly kind: 'begun'; readonly run: number }
  | { readonly kind: 'picture'; readonly run: number; readonly picture: ImageBitmap }
  | { readonly kind: 'second'; readonly second: SecondOfWork }
  | { readonly kind: 'tick' };
