// Effects on the own picture and sound. Their code is loaded when one of them is remembered as on, or is chosen.
import type { LocalTrack, ProcessorMaker } from '@meridian/sdk-web';
import { type EffectPart, type EffectsChoice, noEffects, readEffects } from '../core/effects.ts';
import type { EffectsControl } from './effects-control.ts';

const KEY = 'meridian.effects';

export interface EffectsPorts {
  /** Camera and microphone that are open, in the lobby or in the meeting. */
  tracks(): readonly LocalTrack[];
  /** An effect went off by itself. */
  stopped(part: EffectPart, code: string): void;
}

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

// Storage throws where the user forbids it; the page then forgets the choice and works on.
export function rememberedEffects(): EffectsChoice {
  try {
    return readEffects(localStorage.getItem(KEY));
  } catch {
    return noEffects;
  }
}

export function rememberEffects({ background, noise }: EffectsChoice): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ background, noise }));
  } catch (error) {
    console.info('The choice of effects is not kept:', error);
  }
}
