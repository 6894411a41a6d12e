import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { contrastOf } from '../../../src/core/accent.ts';

const folder = new URL('../../../src/styles/', import.meta.url);
const sheets = readdirSync(folder)
  .filter((name) => name.endsWith('.css'))
  .map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }));
const sheet = (name: string): string => sheets.find((one) => one.name === name)?.text ?? '';

type Colours = ReadonlyMap<string, string>;
const declared = (text: string): readonly (readonly [string, string])[] =>
  [...text.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(([, name = '', value = '']) => [name, value] as const);

/** Returns the colours of both schemes; the light scheme overrides the dark one in its media query. */
function schemesOf(text: string): Readonly<Record<'dark' | 'light', Colours>> {
  const [dark = '', rest = ''] = text.split('@media (prefers-color-scheme: light)');
  const light = rest.slice(0, rest.indexOf('\n}\n'));
  return { dark: new Map(declared(dark)), light: new Map([...declared(dark), ...declared(light)]) };
}
const schemes = schemesOf(sheet('tokens.css'));
const map = schemesOf(sheet('console-map.css'));

function hexOf(colours: Colours, value: string | undefined): string {
  const name = /^var\((--[\w-]+)\)$/.exec(value ?? '')?.[1];
  if (name !== undefined) return hexOf(colours, colours.get(name));
  expect(value).toMatch(/^#([\da-f]{3}|[\da-f]{6})$/);
  return value?.length === 4 ? value.replaceAll(/[\da-f]/g, '$&$&') : (value ?? '');
}

describe.each(['dark', 'light'] as const)('in the %s scheme', (scheme) => {
  const colours = schemes[scheme];
  const hexNamed = (name: string): string => hexOf(colours, colours.get(name));

  it.each(['--strong', '--medium', '--weak', '--unmeasured'])('a mark in %s is visible on each background', (name) => {
    for (const ground of ['--ground', '--surface', '--raised'])
      expect(contrastOf(hexNamed(name), hexNamed(ground)), ground).toBeGreaterThanOrEqual(3);
  });

  it('the map has the colours of the other pages', () => {
    const names = ['good', 'fair', 'bad', 'unknown'].map((name) => map[scheme].get(`--map-${name}`));
    expect(names).toEqual(['--strong', '--medium', '--weak', '--unmeasured'].map((name) => `var(${name})`));
  });

  it.each(['site', 'good', 'fair', 'bad', 'unknown', 'text'])('%s is visible on the map’s land and sea', (name) => {
    const all = new Map([...colours, ...map[scheme]]);
    for (const ground of ['--surface', '--map-land'])
      expect(
        contrastOf(hexOf(all, all.get(`--map-${name}`)), hexOf(all, all.get(ground))),
        ground,
      ).toBeGreaterThanOrEqual(3);
  });
});

it('the colours of connection strength are declared only once', () => {
  const declaring = sheets.filter(({ text }) =>
    declared(text).some(([name]) => /^--(medium|weak|unmeasured)$/.test(name)),
  );
  expect(declaring.map(({ name }) => name)).toEqual(['tokens.css']);
});

it('the console’s good colour is that of strong connections', () => {
  expect(new Map(declared(sheet('console.css'))).get('--good')).toBe('var(--strong)');
});
