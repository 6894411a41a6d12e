// Effects on one's own video and audio: `@meridian/sdk-web/effects`. A page that uses none of them loads nothing of
// this; the model and its program are loaded when an effect is switched on.
import { backgroundAssets, backgroundWorker, noiseAssets } from './assets.ts';
import { type Background, BackgroundProcessor } from './background.ts';
import { NoiseProcessor } from './noise.ts';

export type { TrackProcessor } from '../tracks/processor.ts';
export type { Background, BackgroundProcessor } from './background.ts';
export { denoiserDelayMs } from './core/denoiser.ts';
export type { SecondOfWork } from './core/speed.ts';
export type { NoiseProcessor } from './noise.ts';
export { drawPicture, type PictureName, pictureNames } from './pictures.ts';

/** For one camera: `localTrack.setProcessor(createBackground({ kind: 'blur', strength: 'strong' }))`. */
export function createBackground(background: Background): BackgroundProcessor {
  return new BackgroundProcessor(background, { assets: backgroundAssets(), makeWorker: backgroundWorker });
}

/** Returns noise suppression for one microphone, mono at 48 kHz; it delays the audio by `denoiserDelayMs`. */
export function createNoiseSuppression(): NoiseProcessor {
  return new NoiseProcessor(noiseAssets());
}
