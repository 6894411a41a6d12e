import { describe, expect, it } from 'vitest';
import {
  brandingRefusals,
  changedBranding,
  LOGO_CHARACTERS_MAX,
  noBranding,
} from '../../../src/tenant/core/branding.ts';
import { jpegHead, pngHead, webpHeads } from '../../support/pictures.ts';

const url = (type: string, bytes: Buffer): string => `data:image/${type};base64,${bytes.toString('base64')}`;
const png = pngHead(96, 28);
const jpeg = jpegHead(96, 28);
const head = 'data:image/png;base64,';
const pngOf = (characters: number): string => head + png.toString('base64') + 'A'.repeat(characters - head.length - 32);
/** Longest logo in whole groups of four characters of base64. */
const longest = LOGO_CHARACTERS_MAX - ((LOGO_CHARACTERS_MAX - head.length) % 4);

describe('a logo', () => {
  it.each([
    ['PNG', url('png', png)],
    ['JPEG', url('jpeg', jpeg)],
    ['WebP', url('webp', webpHeads.lossy(96, 28))],
    ['PNG of the largest width and height', url('png', pngHead(2048, 2048))],
    ['PNG of the largest size', pngOf(longest)],
  ])('may be a %s', (_, logo) => {
    expect(brandingRefusals({ logo })).toEqual([]);
  });

  it.each([
    ['too large', pngOf(longest + 4)],
    ['an SVG', url('svg+xml', Buffer.from('<svg/>'))],
    ['an SVG that calls itself a PNG', url('png', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'))],
    ['a JPEG that calls itself a PNG', url('png', jpeg)],
    ['a PNG that calls itself a WebP', url('webp', png)],
    ['a RIFF file of another type', url('webp', Buffer.from('RIFF\0\0\0\0WAVEfmt '))],
    ['cut off within its header', url('png', png.subarray(0, 6))],
    ['a pixel too wide', url('png', pngHead(2049, 1))],
    ['a pixel too high', url('jpeg', jpegHead(1, 2049))],
    ['of 256 million pixels in a small file', url('webp', webpHeads.lossless(16_000, 16_000))],
    ['empty', 'data:image/png;base64,'],
    ['not in base64', 'data:image/png,%89PNG'],
    ['of wrong base64', `${head}iVBORw0KGg`],
    ['of base64 with a blank', `${head}iVBORw0K GgoA`],
    ['with more parameters', `data:image/png;x="><script>;base64,${png.toString('base64')}`],
    ['at another URL', 'https://example.org/logo.png'],
  ])('is refused if it is %s', (_, logo) => {
    expect(brandingRefusals({ logo }).map(({ pointer }) => pointer)).toEqual(['/branding/logo']);
  });
});

describe('the other parts of a branding', () => {
  it.each([
    { displayName: 'Acme' },
    { displayName: '北京公司' },
    { accentColor: '#0b7264' },
    { accentColor: '#0B7264' },
    { supportUrl: 'https://help.example.org/a?b=c#d' },
    { supportUrl: 'mailto:help@example.org?subject=Meetings' },
    { displayName: null, accentColor: null, logo: null, supportUrl: null },
    {},
  ])('may be %j', (parts) => {
    expect(brandingRefusals(parts)).toEqual([]);
  });

  it.each([
    { displayName: ' ' },
    { displayName: '\u3164' },
    { displayName: '\u2800 \u200b' },
    { displayName: 'Bank <security@bank.example>' },
    { displayName: 'Bank>' },
    { displayName: 'security@bank.example' },
    { displayName: 'a'.repeat(65) },
    { displayName: 'a\r\nBcc: eve@example.org' },
    { accentColor: 'red' },
    { accentColor: '#abc' },
    { accentColor: '#12345g' },
    { accentColor: '#123456;}' },
    { supportUrl: 'http://example.org' },
    { supportUrl: 'javascript:alert(1)' },
    { supportUrl: 'https://' },
    { supportUrl: 'https://user:secret@example.org' },
    { supportUrl: 'mailto:' },
    { supportUrl: 'mailto:ann' },
    { supportUrl: 'mailto:a%@example.org' },
    { supportUrl: 'https://example.org/ a' },
    { supportUrl: `https://example.org/${'a'.repeat(512)}` },
    { supportUrl: 'help' },
  ])('may not be %j', (parts) => {
    expect(brandingRefusals(parts).map(({ pointer }) => pointer)).toEqual([`/branding/${Object.keys(parts)[0]}`]);
  });

  it('stay unless they are named, and null removes them', () => {
    const all = { displayName: 'Acme', accentColor: '#0b7264', logo: url('png', png), supportUrl: 'https://a.example' };
    expect(changedBranding(all, {})).toEqual(all);
    expect(changedBranding(noBranding, { ...all, displayName: ' Acme ', accentColor: '#0B7264' })).toEqual(all);
    for (const part of Object.keys(all))
      expect(changedBranding(all, { [part]: null })).toEqual({ ...all, [part]: null });
  });
});
