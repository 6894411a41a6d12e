import { type EffectsChoice, noEffects, readEffects } from '../core/effects.ts';

const KEY = 'meridian.effects';

// Storage throws where the user forbids it; the page then works without the stored choice.
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
    console.info('The choice of effects was not stored:', error);
  }
}
