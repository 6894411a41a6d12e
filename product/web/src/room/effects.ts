// Effects on the user's picture and sound. Their code loads once the user chooses an effect, or chose one earlier.
import type { LocalTrack, ProcessorMaker } from '@meridian/sdk-web';
import type { EffectPart, EffectsProblem } from '../core/effects.ts';
import type { EffectsControl, EffectsPorts } from './effects-control.ts';
import { rememberedEffects } from './effects-memory.ts';
import { Store } from './store.ts';

export class Effects {
  /** Current problem, for components that do not load the effects' code. */
  readonly problem = new Store<EffectsProblem | undefined>(undefined);
  readonly #ports: EffectsPorts;
  #control: Promise<EffectsControl> | undefined;

  constructor(ports: EffectsPorts) {
    this.#ports = ports;
  }

  /** Loads the effects' code once. Rejects when it cannot be loaded; the next call tries again. */
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

  /** Returns a maker for a room's capture defaults, which uses the choice at the time the device opens. */
  maker(part: EffectPart): ProcessorMaker {
    return async () => (isOn(part) ? (await this.load()).make(part) : undefined);
  }

  /** Enables effects that stopped by themselves for the next call. */
  callEnded(): void {
    this.#control?.then(
      (control) => control.retryStopped(),
      () => undefined, // `load` has reported it
    );
  }

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
