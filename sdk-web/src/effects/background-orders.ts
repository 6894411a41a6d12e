import type { SecondOfWork } from './core/speed.ts';

/** Addresses of the model files and of their runtime. */
export interface BackgroundAssets {
  /** For pictures wider than high, and for others. */
  readonly landscapeModel: string;
  readonly squareModel: string;
  readonly wasm: string;
  readonly wasmLoader: string;
}

/** `radius`: standard width of the Gaussian blur as a share of the picture's height. */
export type BackgroundOrder =
  | { readonly kind: 'blur'; readonly radius: number }
  | { readonly kind: 'image'; readonly image: ImageBitmap };

/** `intervalUs`: time between two camera frames, by the camera's settings. */
export interface StreamsOrder {
  readonly kind: 'streams';
  readonly run: number;
  readonly intervalUs: number;
  readonly readable: ReadableStream<VideoFrame>;
  readonly writable: WritableStream<VideoFrame>;
}

/** `run` counts devices: messages of an older run are ignored. `streams` carry frames; `frame` is a single one. */
export type WorkerOrder =
  | { readonly kind: 'start'; readonly assets: BackgroundAssets; readonly background: BackgroundOrder }
  | { readonly kind: 'background'; readonly background: BackgroundOrder }
  | StreamsOrder
  | { readonly kind: 'frame'; readonly run: number; readonly frame: ImageBitmap }
  | { readonly kind: 'dropped' }
  /** Starts or stops ticks: a hidden page draws nothing and its timers are slow. */
  | { readonly kind: 'ticks'; readonly intervalMs: number };

export type WorkerAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'begun'; readonly run: number }
  | { readonly kind: 'picture'; readonly run: number; readonly picture: ImageBitmap }
  | { readonly kind: 'second'; readonly second: SecondOfWork }
  | { readonly kind: 'tick' };
