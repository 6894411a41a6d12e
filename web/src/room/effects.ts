// Effects on the own picture and sound. Their code is loaded when one of them is remembered as on, or is chosen.
import type { LocalTrack, ProcessorMaker } from '@meridian/sdk-web';
import type { EffectPart } from '../core/effects.ts';
import type { EffectsControl, EffectsPorts } from './effects-control.ts';
import { rememberedEffects } from './effects-memory.ts';

export class Effects {
  readonly #ports: EffectsPorts;
  #control: Promise<EffectsControl> | undefined;

  constructor(ports: EffectsPorts) {
    this.#ports = ports;
  }

  /** Rejects when the code cannot be loaded; the next call tries again. */
  readonly load = (): Promise<EffectsControl> => {
    this.#control ??= import('./effects-control.ts')
      .then((module) => new module.EffectsControl(this.#ports))
      .catch((error: unknown) => {
        this.#control = undefined;
        throw error;
      });
    return this.#control;
  };

  /** For a room's capture defaults: what is chosen when the device opens. */
  maker(part: EffectPart): ProcessorMaker {
    return async () => (isOn(part) ? (await this.load()).make(part) : undefined);
  }

  /** A camera or microphone is open. */
  opened(track: LocalTrack): void {
    const part = track.kind === 'video' ? 'background' : 'noise';
    if (!isOn(part)) return;
    this.load().then(
      (control) => control.watch(track),
      (error: unknown) => console.info('Effects cannot be loaded:', error),
    );
  }
}

function isOn(part: EffectPart): boolean {
  const { background, noise } = rememberedEffects();
  return part === 'noise' ? noise : background !== 'none';
}
