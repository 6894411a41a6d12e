import type { SecondOfWork } from './core/speed.ts';

/** Addresses of the model files and of their runtime. */
export interface BackgroundAssets {
  /** Model for pictures that are wider than high. */
  readonly landscapeModel: string;
  /** Model for all other pictures. */
  readonly squareModel: string;
  readonly wasm: string;
  readonly wasmLoader: string;
}

/** A chosen background. `radius`: standard deviation of the Gaussian blur as a share of the picture's height. */
export type BackgroundOrder =
  | { readonly kind: 'blur'; readonly radius: number }
  | { readonly kind: 'image'; readonly image: ImageBitmap };

/** Streams of camera frames in and out. `intervalUs`: time between two frames, by the camera's settings. */
export interface StreamsOrder {
  readonly kind: 'streams';
  readonly run: number;
  readonly intervalUs: number;
  readonly readable: ReadableStream<VideoFrame>;
  readonly writable: WritableStream<VideoFrame>;
}

/** `run` counts devices; messages of an older run are ignored. `streams` carry all frames, `frame` is a single one. */
export type WorkerOrder =
  | { readonly kind: 'start'; readonly assets: BackgroundAssets; readonly background: BackgroundOrder }
  | { readonly kind: 'background'; readonly background: BackgroundOrder }
  | StreamsOrder
  | { readonly kind: 'frame'; readonly run: number; readonly frame: ImageBitmap }
  | { readonly kind: 'dropped' }
  /** Starts or stops (0) ticks for a hidden page, which draws nothing and has slow timers. */
  | { readonly kind: 'ticks'; readonly intervalMs: number };

export type WorkerAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'begun'; readonly run: number }
  | { readonly kind: 'picture'; readonly run: number; readonly picture: ImageBitmap }
  | { readonly kind: 'second'; readonly second: SecondOfWork }
  | { readonly kind: 'tick' };
