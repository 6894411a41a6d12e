// Effects on local video and audio: `@meridian/sdk-web/effects`. A page that does not use them loads nothing of this;
// the model and its runtime are loaded when an effect is switched on.
import { backgroundAssets, backgroundWorker, noiseAssets } from './assets.ts';
import { type Background, BackgroundProcessor } from './background.ts';
import { NoiseProcessor } from './noise.ts';

export type { TrackProcessor } from '../tracks/processor.ts';
export type { Background, BackgroundProcessor } from './background.ts';
export { denoiserDelayMs } from './core/denoiser.ts';
export type { SecondOfWork } from './core/speed.ts';
export type { NoiseProcessor } from './noise.ts';
export { drawPicture, type PictureName, pictureNames } from './pictures.ts';

/** Creates a background for one camera: `localTrack.setProcessor(createBackground({ kind: 'blur', … }))`. */
export function createBackground(background: Background): BackgroundProcessor {
  return new BackgroundProcessor(background, { assets: backgroundAssets(), makeWorker: backgroundWorker });
}

/** Returns noise suppression for one microphone, mono at 48 kHz; it delays the audio by `denoiserDelayMs`. */
export function createNoiseSuppression(): NoiseProcessor {
  return new NoiseProcessor(noiseAssets());
}
