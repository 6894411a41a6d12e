// Whether a colour can be read on the pages. Pure.

/** What pages stand on (tokens.css: `--ground`), in either scheme. */
export const grounds = { light: '#eef2f3', dark: '#0c1012' } as const;
export type Scheme = keyof typeof grounds;

/** WCAG 2.2 asks for so much of large texts and of parts of controls. */
const CONTRAST_MIN = 3;
const COLOUR = /^#[0-9a-f]{6}$/i;

/** #rrggbb */
export const isColour = (text: string): boolean => COLOUR.test(text);

/** Relative luminance, as WCAG 2 defines it. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** From 1 to 21. Both are #rrggbb. */
export function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

/** Of text on the colour: black or white, whichever is read better. */
export const inkOn = (colour: string): string =>
  contrast(colour, '#ffffff') >= contrast(colour, '#000000') ? '#ffffff' : '#000000';

/** The schemes in which the colour is hard to read. */
export const hardToRead = (colour: string): readonly Scheme[] =>
  (['light', 'dark'] as const).filter((scheme) => contrast(colour, grounds[scheme]) < CONTRAST_MIN);
