// How a colour is read on the pages. Pure.
import { accentGrounds, accentsOf, contrastOf } from '../../../core/accent.ts';

export const grounds = { light: accentGrounds.light.ground, dark: accentGrounds.dark.ground } as const;
export type Scheme = keyof typeof grounds;

/** WCAG 2.2 asks for so much of large texts and of parts of controls. */
const HARD_BELOW = 3;

/** #rrggbb */
export const isColour = (text: string): boolean => accentsOf(text) !== undefined;

/** The schemes in which the colour itself would be hard to read, so that pages show a shade of it. */
export const hardToRead = (colour: string): readonly Scheme[] =>
  (['light', 'dark'] as const).filter((scheme) => contrastOf(colour, grounds[scheme]) < HARD_BELOW);

/** What pages have without a colour of their own (tokens.css: `--accent`). */
export const usualAccent = { light: '#0b7264', dark: '#4cd0be' } as const;
const usualInk = { light: '#ffffff', dark: '#04211d' } as const;

/** What pages show of a colour in a scheme, and the colour of texts on it; '': what they have by themselves. */
export function shownAccent(colour: string, scheme: Scheme): { readonly accent: string; readonly ink: string } {
  const shown = accentsOf(colour)?.[scheme];
  if (shown === undefined) return { accent: usualAccent[scheme], ink: usualInk[scheme] };
  return { accent: shown.accent, ink: shown['accent-ink'] };
}
