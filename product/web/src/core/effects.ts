// What the user wants done with the own picture and sound, and what becomes of it.

export const backgrounds = ['none', 'slight', 'strong', 'studio', 'hills', 'shelf', 'window', 'own'] as const;
/** `slight`, `strong`: blurred; `own`: the user's image; the others are drawn. */
export type BackgroundChoice = (typeof backgrounds)[number];
export type EffectPart = 'background' | 'noise';

export interface EffectsChoice {
  readonly background: BackgroundChoice;
  readonly noise: boolean;
}
export const noEffects: EffectsChoice = { background: 'none', noise: false };

/** It went off, or did not start: EFFECT_TOO_SLOW or another code. `IMAGE_INVALID`: the file is no picture. */
export interface EffectsProblem {
  readonly part: EffectPart;
  readonly code: string;
}

/** What is on. Less than the user's choice while there is a problem. */
export interface EffectsModel extends EffectsChoice {
  /** Being switched on: the model loads. */
  readonly starting: EffectPart | undefined;
  readonly problem: EffectsProblem | undefined;
  /** The user's own image. */
  readonly ownImage: Blob | undefined;
}

/** What was remembered; nothing is on when it is missing, or is not what this page writes. */
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
