// The user's choice of background and noise filter, and the effects that are active.

export const backgrounds = ['none', 'slight', 'strong', 'studio', 'hills', 'shelf', 'window', 'own'] as const;
/** `slight` and `strong` blur; `own` is the user's image; the others are drawn. */
export type BackgroundChoice = (typeof backgrounds)[number];
export type EffectPart = 'background' | 'noise';

export interface EffectsChoice {
  readonly background: BackgroundChoice;
  readonly noise: boolean;
}
export const noEffects: EffectsChoice = { background: 'none', noise: false };

/** An effect stopped or did not start: EFFECT_TOO_SLOW or another code. `IMAGE_INVALID`: the file is not an image. */
export interface EffectsProblem {
  readonly part: EffectPart;
  readonly code: string;
}

/** Active effects: fewer than the user's choice while there is a problem. */
export interface EffectsModel extends EffectsChoice {
  readonly starting: EffectPart | undefined;
  readonly problem: EffectsProblem | undefined;
  readonly ownImage: Blob | undefined;
}

/** Reads the stored choice; returns `noEffects` when it is missing or malformed. */
export function readEffects(text: string | null): EffectsChoice {
  if (text === null) return noEffects;
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return noEffects; // written by hand, or by another page
  }
  const { background, noise } = (read ?? {}) as { background?: unknown; noise?: unknown };
  return {
    background: backgrounds.find((one) => one === background) ?? 'none',
    noise: noise === true,
  };
}
