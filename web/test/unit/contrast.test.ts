// Texts can be read in both schemes: what tokens.css gives to texts and what they stand on.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const css = readFileSync(join(import.meta.dirname, '../../src/styles/tokens.css'), 'utf8');
const [darkPart = '', lightPart = ''] = css.split('@media (prefers-color-scheme: light)');
const coloursOf = (part: string): Map<string, string> =>
  new Map([...part.matchAll(/--([a-z-]+): (#[0-9a-f]{3,6});/g)].map(([, name = '', colour = '']) => [name, colour]));
const dark = coloursOf(darkPart);
const schemes = { dark, light: new Map([...dark, ...coloursOf(lightPart)]) };

/** Relative luminance, as WCAG 2 defines it. */
function luminance(colour: string): number {
  const short = colour.length === 4;
  const parts = [0, 1, 2].map((index) => {
    const digits = short ? colour.charAt(index + 1).repeat(2) : colour.slice(2 * index + 1, 2 * index + 3);
    const value = Number.parseInt(digits, 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const [red = 0, green = 0, blue = 0] = parts;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

describe.each(['dark', 'light'] as const)('in the %s scheme', (scheme) => {
  const grounds = ['ground', 'surface', 'raised'];
  const pairs = [
    ...['text', 'text-soft', 'text-faint'].flatMap((text) => grounds.map((ground) => [text, ground])),
    ['accent', 'ground'],
    ['accent', 'surface'],
    ['accent', 'accent-wash'],
    ['accent-ink', 'accent'],
    ['accent-ink', 'accent-hover'],
    ['danger-text', 'danger-wash'],
    ['danger-text', 'danger-wash-hover'],
    ['text', 'warning-wash'],
    ['tip-ink', 'tip'],
  ];
  it.each(pairs)('%s on %s is read', (text = '', ground = '') => {
    const [one, other] = [text, ground].map((name) => luminance(schemes[scheme].get(name) ?? ''));
    const [lighter, darker] = [Math.max(one ?? 0, other ?? 0), Math.min(one ?? 0, other ?? 0)];
    expect((lighter + 0.05) / (darker + 0.05)).toBeGreaterThanOrEqual(4.5);
  });
});
