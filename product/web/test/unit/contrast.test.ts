// Contrast of texts in both schemes: the text colours of tokens.css on their backgrounds.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { accentGrounds, accentsOf, CONTRAST_MIN, contrastOf } from '../../src/core/accent.ts';

const css = readFileSync(join(import.meta.dirname, '../../src/styles/tokens.css'), 'utf8');
const [darkPart = '', lightPart = ''] = css.split('@media (prefers-color-scheme: light)');
const coloursOf = (part: string): Map<string, string> =>
  new Map([...part.matchAll(/--([a-z-]+): (#[0-9a-f]{3,6});/g)].map(([, name = '', colour = '']) => [name, colour]));
const dark = coloursOf(darkPart);
const schemes = { dark, light: new Map([...dark, ...coloursOf(lightPart)]) };

/** Expands #abc to #aabbcc. */
const long = (colour: string): string =>
  colour.length === 4 ? `#${[1, 2, 3].map((at) => colour.charAt(at).repeat(2)).join('')}` : colour;

describe.each(['dark', 'light'] as const)('in the %s scheme', (scheme) => {
  const grounds = ['ground', 'surface', 'raised'];
  const pairs = [
    ...['text', 'text-soft', 'text-faint', 'accent', 'danger-text', 'warning'].flatMap((text) =>
      grounds.map((ground) => [text, ground]),
    ),
    ['accent', 'accent-wash'],
    ['accent-ink', 'accent'],
    ['accent-ink', 'accent-hover'],
    ['danger-text', 'danger-wash'],
    ['danger-text', 'danger-wash-hover'],
    ['text', 'warning-wash'],
    ['tip-ink', 'tip'],
  ];
  it.each(pairs)('%s on %s is legible', (text = '', ground = '') => {
    const [one = '', other = ''] = [text, ground].map((name) => long(schemes[scheme].get(name) ?? ''));
    expect(contrastOf(one, other)).toBeGreaterThanOrEqual(CONTRAST_MIN);
  });
});

describe('the colour of a company', () => {
  const steps = ['00', '33', '66', '99', 'cc', 'ff'];
  const colours = steps.flatMap((red) => steps.flatMap((green) => steps.map((blue) => `#${red}${green}${blue}`)));
  const ground = (scheme: 'dark' | 'light', name: string): string => long(schemes[scheme].get(name) ?? '');

  it.each(['dark', 'light'] as const)(
    'is legible in the %s scheme, whichever it is, and so is text on it',
    (scheme) => {
      const { ground: page, surface } = accentGrounds[scheme];
      expect([page, surface]).toEqual([ground(scheme, 'ground'), ground(scheme, 'surface')]);
      const unread = colours.flatMap((colour) => {
        const accents = accentsOf(colour)?.[scheme] ?? expect.fail(colour);
        const { accent, 'accent-hover': hover, 'accent-ink': ink, 'accent-wash': wash, glow } = accents;
        const pairs = [
          ...[page, surface, wash].map((other) => [accent, other] as const),
          ...[accent, hover].map((other) => [ink, other] as const),
          ...[glow, wash].map((other) => [ground(scheme, 'text-soft'), other] as const),
        ];
        return pairs.filter(([one, other]) => contrastOf(one, other) < CONTRAST_MIN).map((pair) => [colour, ...pair]);
      });
      expect(unread).toEqual([]);
    },
  );

  it('stays unchanged where it is legible', () => {
    expect(accentsOf('#0b7264')?.light.accent).toBe('#0b7264');
    expect(accentsOf('#4CD0BE')?.dark.accent).toBe('#4cd0be');
  });

  it('is rejected in other notations', () => {
    for (const text of ['', 'red', '#abc', '#12345g', '#1234567']) expect(accentsOf(text)).toBeUndefined();
  });
});
