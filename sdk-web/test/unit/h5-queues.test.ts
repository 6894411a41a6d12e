import { describe, expect, test } from 'vitest';
import { type CodedUnit, DecodeQueue } from '../../src/h5/core/decode-queue.ts';
import { PictureQueue } from '../../src/h5/core/picture-queue.ts';
import { writeRgba } from '../../src/h5/core/rgb.ts';

const key = Uint8Array.of(0, 0, 1, 0, 0, 0x0f, 0xff, 0xf8);
const delta = Uint8Array.of(0, 0, 1, 0, 0, 0x57, 0xff, 0xf9);
const picture = (ptsMs: number, isKey = false) => ({ kind: 'video' as const, ptsMs, data: isKey ? key : delta });
const sound = (ptsMs: number) => ({ kind: 'audio' as const, ptsMs, data: new Uint8Array() });

function drained(queue: DecodeQueue<CodedUnit>): number[] {
  const times: number[] = [];
  for (let unit = queue.next(); unit !== undefined; unit = queue.next()) times.push(unit.ptsMs);
  return times;
}

describe('units that wait to be decoded', () => {
  test('come out audio first, and each kind in order', () => {
    const queue = new DecodeQueue();
    for (const unit of [picture(0, true), sound(1), picture(40), sound(25)]) queue.push(unit);
    expect([queue.next(), queue.next(), queue.next()].map((unit) => unit?.ptsMs)).toEqual([1, 25, 0]);
  });

  test('continue with the newest key picture when they are a second behind', () => {
    const queue = new DecodeQueue();
    for (let at = 0; at <= 25; at++) queue.push(picture(at * 40, at === 10));
    expect(drained(queue)).toEqual(Array.from({ length: 16 }, (_, at) => 400 + at * 40));
    expect(queue.skippedPictures).toBe(10);
  });

  test('are dropped when they have no key picture, until the next key picture', () => {
    const queue = new DecodeQueue();
    for (let at = 0; at <= 30; at++) queue.push(picture(at * 40, at === 20));
    expect(drained(queue)).toEqual(Array.from({ length: 11 }, (_, at) => 800 + at * 40));
  });

  test('include a long group for a new viewer, up to a limit', () => {
    const queue = new DecodeQueue();
    for (let at = 0; at < 300; at++) queue.push(picture(at * 40, at === 0));
    expect(queue.skippedPictures).toBe(0);
    queue.push(picture(12_000));
    expect(drained(queue)).toEqual([]);
  });

  test('include only the end of audio that comes all at once', () => {
    const queue = new DecodeQueue();
    for (let at = 0; at < 1000; at++) queue.push(sound(at * 24));
    const times = drained(queue);
    expect(times.at(-1)).toBe(999 * 24);
    expect(times.length).toBe(13);
    for (let at = 0; at < 1000; at++) queue.push(sound(0));
    expect(drained(queue).length).toBe(100);
  });
});

describe('pictures that wait for their time', () => {
  test('are shown as the newest picture that is due; earlier ones count as late', () => {
    const queue = new PictureQueue();
    expect(queue.takeDue(0)).toBeUndefined();
    for (const ptsMs of [0, 40, 80, 120]) queue.push({ ptsMs });
    expect(queue.takeDue(-100)).toBeUndefined();
    expect(queue.takeDue(85)).toEqual({ ptsMs: 80 });
    expect(queue.lateCount).toBe(2);
    expect(queue.takeDue(85)).toBeUndefined();
    expect(queue.takeDue(Number.POSITIVE_INFINITY)).toEqual({ ptsMs: 120 });
  });

  test('are not blocked when the time jumps back', () => {
    const queue = new PictureQueue();
    queue.push({ ptsMs: 90_000 });
    queue.push({ ptsMs: 10 });
    expect(queue.takeDue(20)).toEqual({ ptsMs: 10 });
    expect(queue.lateCount).toBe(1);
  });

  test('are the newest 16 in a hidden page', () => {
    const queue = new PictureQueue();
    for (let at = 0; at < 1000; at++) queue.push({ ptsMs: at });
    expect(queue.takeDue(984 - 9)).toBeUndefined();
    expect(queue.takeDue(984)).toEqual({ ptsMs: 992 });
    expect(queue.lateCount).toBe(984 + 8);
  });
});

test.each([
  ['black', [16, 128, 128], [0, 0, 0]],
  ['white', [235, 128, 128], [255, 255, 255]],
  ['red', [81, 90, 240], [254, 0, 0]],
  ['green', [145, 54, 34], [0, 255, 1]],
  ['blue', [41, 240, 110], [0, 0, 255]],
] as const)('%s', (_name, [y, cb, cr], rgb) => {
  // 3×1: two samples share their colour, the third has its own.
  const rgba = new Uint8ClampedArray(12);
  writeRgba(rgba, Uint8Array.of(y, y, y, cb, cb, cr, cr), 3, 1);
  for (const at of [0, 4, 8]) {
    for (const [index, value] of rgb.entries())
      expect(Math.abs((rgba[at + index] ?? 0) - value)).toBeLessThanOrEqual(1);
    expect(rgba[at + 3]).toBe(255);
  }
});
