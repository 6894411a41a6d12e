// Derives a company's accent colours for both schemes: lighter in the dark one, darker in the light one, as far as
// contrast needs.

type Rgb = readonly [red: number, green: number, blue: number];

/** Values that replace the accent of tokens.css; `glow` lies behind the top of a page. */
export interface Accent {
  readonly accent: string;
  readonly 'accent-hover': string;
  readonly 'accent-ink': string;
  readonly 'accent-wash': string;
  readonly glow: string;
}

/** Backgrounds under the accent, copied from tokens.css (a test compares them). */
export const accentGrounds = {
  dark: { ground: '#0c1012', surface: '#141a1d' },
  light: { ground: '#eef2f3', surface: '#ffffff' },
} as const;

/** Minimum contrast of text: WCAG 2, level AA. */
export const CONTRAST_MIN = 4.5;
const STEPS = 50;
const [WHITE, BLACK]: readonly [Rgb, Rgb] = [
  [255, 255, 255],
  [0, 0, 0],
];
/** Shares of the colour in its wash and its glow, and how far the hover shade differs. */
const [WASH, GLOW, HOVER] = [0.14, 0.06, 0.15];

export function accentsOf(color: string): { readonly dark: Accent; readonly light: Accent } | undefined {
  if (!/^#[0-9a-f]{6}$/i.test(color)) return undefined;
  return { dark: accentIn('dark', color), light: accentIn('light', color) };
}

function accentIn(scheme: keyof typeof accentGrounds, color: string): Accent {
  const { ground, surface } = accentGrounds[scheme];
  const [end, ink] = scheme === 'dark' ? [WHITE, BLACK] : [BLACK, WHITE];
  const wash = mixed(rgbOf(surface), rgbOf(color), WASH);
  const shades = Array.from({ length: STEPS + 1 }, (_, step) => mixed(rgbOf(color), end, step / STEPS));
  const isLegible = (shade: Rgb): boolean =>
    [rgbOf(ground), rgbOf(surface), wash, ink].every((other) => contrast(shade, other) >= CONTRAST_MIN);
  const accent = shades.find(isLegible) ?? end;
  return {
    accent: textOf(accent),
    'accent-hover': textOf(mixed(accent, end, HOVER)),
    'accent-ink': textOf(ink),
    'accent-wash': textOf(wash),
    glow: textOf(mixed(rgbOf(ground), rgbOf(color), GLOW)),
  };
}

/** Returns the contrast of two #rrggbb colours, from 1 to 21. */
export const contrastOf = (one: string, other: string): number => contrast(rgbOf(one), rgbOf(other));

function contrast(one: Rgb, other: Rgb): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/** Returns the relative luminance as WCAG 2 defines it. */
function luminance(color: Rgb): number {
  const [red = 0, green = 0, blue = 0] = color.map((part) => {
    const value = part / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const rgbOf = (color: string): Rgb => {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  return [red, green, blue];
};
const textOf = (color: Rgb): string => `#${color.map((part) => part.toString(16).padStart(2, '0')).join('')}`;

/** Mixes two colours; the number, 0 to 1, is the share of the second. */
const mixed = ([red, green, blue]: Rgb, to: Rgb, share: number): Rgb => {
  const part = (from: number, end: number): number => Math.round(from + (end - from) * share);
  return [part(red, to[0]), part(green, to[1]), part(blue, to[2])];
};
