// Addresses of the files that effects load when switched on: models, WebAssembly, the audio worklet. Bundlers put the
// files beside the code, so that effects load nothing from other hosts.

import type { BackgroundAssets } from './background-orders.ts';
import noiseWorklet from './noise-worklet.ts?worker&url';

const addressOf = (url: URL): string => url.href;

export const backgroundAssets = (): BackgroundAssets => ({
  landscapeModel: addressOf(
    new URL('@mediapipe/selfie_segmentation/selfie_segmentation_landscape.tflite?no-inline', import.meta.url),
  ),
  squareModel: addressOf(
    new URL('@mediapipe/selfie_segmentation/selfie_segmentation.tflite?no-inline', import.meta.url),
  ),
  wasm: addressOf(new URL('@mediapipe/tasks-vision/vision_wasm_module_internal.wasm?no-inline', import.meta.url)),
  wasmLoader: addressOf(new URL('@mediapipe/tasks-vision/vision_wasm_module_internal.js?no-inline', import.meta.url)),
});

export const backgroundWorker = (): Worker =>
  new Worker(new URL('./background-worker.ts', import.meta.url), { type: 'module' });

export const noiseAssets = (): { readonly worklet: string; readonly wasm: string } => ({
  worklet: noiseWorklet,
  wasm: addressOf(new URL('@sapphi-red/web-noise-suppressor/rnnoise_simd.wasm?no-inline', import.meta.url)),
});
