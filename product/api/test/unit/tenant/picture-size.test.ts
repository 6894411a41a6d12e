import { expect, it } from 'vitest';
import { pictureSize } from '../../../src/tenant/core/picture-size.ts';
import { jpegHead, pngHead, webpHeads } from '../../support/pictures.ts';

const withBytes = (file: Buffer, at: number, ...bytes: number[]): Buffer => {
  const copy = Buffer.from(file);
  copy.set(bytes, at);
  return copy;
};
const jpeg = jpegHead(9, 7);
const soiOnly = Buffer.from([0xff, 0xd8, 0xff]);

it.each<[string, string, Buffer]>([
  ['empty', 'png', Buffer.alloc(0)],
  ['empty', 'jpeg', Buffer.alloc(0)],
  ['empty', 'webp', Buffer.alloc(0)],
  ['of an unknown type', 'gif', pngHead(1, 1)],
  ['cut off within the height', 'png', pngHead(9, 7).subarray(0, 23)],
  ['with another first chunk', 'png', withBytes(pngHead(9, 7), 12, 0x69)],
  ['without width', 'png', pngHead(0, 7)],
  ['without height', 'png', pngHead(9, 0)],
  ['without segments', 'jpeg', soiOnly],
  ['cut off within the width', 'jpeg', jpeg.subarray(0, jpeg.length - 1)],
  ['with a segment of no length', 'jpeg', withBytes(jpeg, 4, 0, 0)],
  ['with a segment beyond the end', 'jpeg', withBytes(jpeg, 4, 0xff, 0xff)],
  ['with bytes between segments', 'jpeg', withBytes(jpeg, 4, 0, 12)],
  ['with a scan before a frame', 'jpeg', withBytes(jpeg, 3, 0xda)],
  ['with its height after the scan', 'jpeg', jpegHead(9, 0)],
  ['with tables alone', 'jpeg', jpegHead(9, 7, 0xc4)],
  ['cut off', 'webp', webpHeads.lossy(9, 7).subarray(0, 29)],
  ['of an unknown chunk', 'webp', withBytes(webpHeads.extended(9, 7), 15, 0x59)],
  ['without a key frame', 'webp', withBytes(webpHeads.lossy(9, 7), 23, 0)],
  ['without its signature', 'webp', withBytes(webpHeads.lossless(9, 7), 20, 0)],
])('a picture %s has no known size (%s)', (_, type, file) => {
  expect(pictureSize(type, file)).toBeUndefined();
});

it.each<[string, string, (widthPx: number, heightPx: number) => Buffer]>([
  ['PNG', 'png', pngHead],
  ['JPEG', 'jpeg', jpegHead],
  ['progressive JPEG', 'jpeg', (widthPx, heightPx) => jpegHead(widthPx, heightPx, 0xc2)],
  ['lossy WebP', 'webp', webpHeads.lossy],
  ['lossless WebP', 'webp', webpHeads.lossless],
  ['extended WebP', 'webp', webpHeads.extended],
])('the size of a %s is read', (_, type, head) => {
  for (const [widthPx, heightPx] of [
    [9, 7],
    [16_000, 300],
  ] as const)
    expect(pictureSize(type, head(widthPx, heightPx))).toEqual({ widthPx, heightPx });
});
