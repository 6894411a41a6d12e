// Effects on the own picture and sound. Their code is loaded when one of them is remembered as on, or is chosen.
import type { LocalTrack, ProcessorMaker } from '@meridian/sdk-web';
import type { EffectPart, EffectsProblem } from '../core/effects.ts';
import type { EffectsControl, EffectsPorts } from './effects-control.ts';
import { rememberedEffects } from './effects-memory.ts';
import { Store } from './store.ts';

export class Effects {
  /** Why one is off, for places that do not load the code. */
  readonly problem = new Store<EffectsProblem | undefined>(undefined);
  readonly #ports: EffectsPorts;
  #control: Promise<EffectsControl> | undefined;

  constructor(ports: EffectsPorts) {
    this.#ports = ports;
  }

  /** Rejects when the code cannot be loaded; the next call tries again. */
  readonly load = (): Promise<EffectsControl> => {
    this.#control ??= import('./effects-control.ts')
      .then((module) => {
        const control = new module.EffectsControl(this.#ports);
        control.store.subscribe(() => this.problem.set(control.store.get().problem));
        return control;
      })
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

  /** What went off by itself is tried again in the next call. */
  callEnded(): void {
    this.#control?.then(
      (control) => control.tryAgain(),
      () => undefined, // `load` rejected with it
    );
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
