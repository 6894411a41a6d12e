import { afterEach, expect, it, vi } from 'vitest';
import { logoOf } from '../../../src/admin/settings/logo.ts';

afterEach(() => vi.unstubAllGlobals());

/** A fake browser that decodes a picture of this size, and encodes smaller ones to few bytes. */
const browserWith = (width: number, height: number): number[][] => {
  const written: number[][] = [];
  vi.stubGlobal('createImageBitmap', () => Promise.resolve({ width, height, close: () => undefined }));
  vi.stubGlobal(
    'OffscreenCanvas',
    class {
      constructor(...size: number[]) {
        written.push(size);
      }
      getContext = () => null;
      convertToBlob = () => Promise.resolve(new Blob(['small'], { type: 'image/webp' }));
    },
  );
  return written;
};
const file = (bytes: number): Blob => new Blob([new Uint8Array(bytes)], { type: 'image/png' });

it.each([
  ['unchanged with a side of 2048 pixels', 2048, 30, 100, []],
  ['smaller if it is a pixel wider, even with a small file', 2049, 30, 100, [[512, 7]]],
  ['smaller if it is a pixel higher', 30, 2049, 100, [[7, 512]]],
  ['smaller if its file is too large', 600, 300, 36_001, [[512, 256]]],
])('a logo is sent %s', async (_, width, height, bytes, sizes) => {
  const written = browserWith(width, height);
  const logo = await logoOf(file(bytes));
  expect(written).toEqual(sizes);
  expect('url' in logo && logo.url.startsWith(sizes.length === 0 ? 'data:image/png' : 'data:image/webp')).toBe(true);
});
