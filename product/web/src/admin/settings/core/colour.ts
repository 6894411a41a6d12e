import { accentGrounds, accentsOf, contrastOf } from '../../../core/accent.ts';

export const grounds = { light: accentGrounds.light.ground, dark: accentGrounds.dark.ground } as const;
export type Scheme = keyof typeof grounds;

/** Minimum contrast of large text and parts of controls in WCAG 2.2. */
const LEGIBLE_CONTRAST_MIN = 3;

export const isColour = (text: string): boolean => accentsOf(text) !== undefined;

/** Returns the schemes in which the colour is hard to read, where pages show a shade of it. */
export const illegibleSchemes = (colour: string): readonly Scheme[] =>
  (['light', 'dark'] as const).filter((scheme) => contrastOf(colour, grounds[scheme]) < LEGIBLE_CONTRAST_MIN);

/** Default colour of the pages (tokens.css: `--accent`). */
export const usualAccent = { light: '#0b7264', dark: '#4cd0be' } as const;
const usualInk = { light: '#ffffff', dark: '#04211d' } as const;

/** Returns the shown shade of a colour in a scheme, and the text colour on it; '' gives the default. */
export function shownAccent(colour: string, scheme: Scheme): { readonly accent: string; readonly ink: string } {
  const shown = accentsOf(colour)?.[scheme];
  if (shown === undefined) return { accent: usualAccent[scheme], ink: usualInk[scheme] };
  return { accent: shown.accent, ink: shown['accent-ink'] };
}
