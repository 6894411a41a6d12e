// Detects the browser's support of effects. Separate from the effects, so that a page can ask before it loads them.

interface Globals {
  readonly MediaStreamTrackGenerator?: unknown;
  readonly OffscreenCanvas?: unknown;
  readonly Worker?: unknown;
  readonly WebAssembly?: { validate(bytes: Uint8Array): boolean };
  readonly AudioWorkletNode?: unknown;
  readonly HTMLVideoElement?: { readonly prototype: object };
  readonly HTMLCanvasElement?: { readonly prototype: object };
}
const globals = (): Globals => globalThis as unknown as Globals;

/** Returns whether the browser has workers, WebGL 2 and WebAssembly, and a way to process the frames of a track. */
export function areBackgroundsSupported(): boolean {
  const { MediaStreamTrackGenerator, OffscreenCanvas, Worker, HTMLVideoElement, HTMLCanvasElement } = globals();
  if (OffscreenCanvas === undefined || Worker === undefined || !hasVectors() || !hasWebGl2()) return false;
  if (MediaStreamTrackGenerator !== undefined) return true;
  const element = HTMLVideoElement?.prototype ?? {};
  return 'requestVideoFrameCallback' in element && 'captureStream' in (HTMLCanvasElement?.prototype ?? {});
}

/** Returns whether the browser has audio worklets and WebAssembly, which noise suppression needs. */
export function isNoiseSuppressionSupported(): boolean {
  return globals().AudioWorkletNode !== undefined && hasVectors();
}

/** Returns whether the browser has WebGL 2, which the model's runtime needs. Some systems have none without a GPU. */
function hasWebGl2(): boolean {
  const context = new OffscreenCanvas(1, 1).getContext('webgl2');
  context?.getExtension('WEBGL_lose_context')?.loseContext();
  return context !== null;
}

/** The smallest WebAssembly module with a vector instruction. */
const vectors = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
];
const hasVectors = (): boolean => globals().WebAssembly?.validate(new Uint8Array(vectors)) === true;
