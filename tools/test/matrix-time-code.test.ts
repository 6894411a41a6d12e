import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bursts } from '../support/clock/burst.ts';
import { black, type GrayPicture, timeCode, white } from '../support/clock/time-code.ts';

const nowMs = Date.UTC(2026, 10, 23, 1, 2, 3);
const empty = (width = 160, height = 90): GrayPicture => ({ data: new Uint8Array(width * height), width, height });
const drawn = (wallMs: number, width?: number, height?: number): GrayPicture => {
  const picture = empty(width, height);
  timeCode.draw(picture, wallMs);
  return picture;
};

test.each([
  ['nothing', { data: new Uint8Array(0), width: 0, height: 0 }],
  ['fewer samples than its size says', { data: new Uint8Array(100), width: 160, height: 90 }],
  ['less than the blocks', drawn(nowMs, 8, 5)],
  ['black', empty()],
  ['white', { ...empty(), data: new Uint8Array(160 * 90).fill(white) }],
  ['gray', { ...empty(), data: new Uint8Array(160 * 90).fill((black + white) / 2) }],
])('a picture that is %s says nothing', (_, picture) => {
  expect(timeCode.read(picture, nowMs)).toBe(undefined);
});

test('every time is read from pictures of every size that we use', () => {
  const sizes = fc.constantFrom([640, 360], [320, 240], [320, 180], [160, 90], [80, 45]);
  fc.assert(
    fc.property(fc.integer({ min: nowMs, max: nowMs + 2 ** 26 }), sizes, (wallMs, [width, height]) => {
      expect(timeCode.read(drawn(wallMs, width, height), wallMs + 30_000)).toBe(wallMs);
    }),
    { numRuns: 100 },
  );
});

test.each([
  ['4:3 in 16:9', 120, 90],
  ['9:16 in 16:9', 51, 90],
  ['9:16 in 4:3', 68, 90],
  ['16:9 in 4:3', 160, 68],
])('a picture with bars around it is read: %s', (_, width, height) => {
  const [outer, inner] = [empty(), drawn(nowMs, width, height)];
  const [left, top] = [Math.floor((160 - width) / 2), Math.floor((90 - height) / 2)];
  for (let y = 0; y < height; y += 1)
    outer.data.set(inner.data.subarray(y * width, (y + 1) * width), (top + y) * 160 + left);
  expect(timeCode.read(outer, nowMs)).toBe(nowMs);
});

test('a picture of the upper rows of one time and the lower rows of another says nothing', () => {
  const one = drawn(nowMs);
  for (let laterMs = 40; laterMs < 4000; laterMs += 40) {
    for (let rows = 1; rows < timeCode.rows; rows += 1) {
      const torn = drawn(nowMs + laterMs);
      torn.data.set(one.data.subarray(0, (one.data.length * rows) / timeCode.rows));
      expect([undefined, nowMs + laterMs, nowMs]).toContain(timeCode.read(torn, nowMs));
    }
  }
});

test('two pictures on top of each other, half of each, say nothing', () => {
  const [one, two] = [drawn(nowMs), drawn(nowMs + 40)];
  const mixed = { ...one, data: one.data.map((level, at) => (level + (two.data[at] ?? 0)) / 2) };
  expect(timeCode.read(mixed, nowMs)).toBe(undefined);
});

test('any one block that turned over is noticed', () => {
  for (let block = 0; block < timeCode.columns * timeCode.rows; block += 1) {
    const picture = drawn(nowMs);
    const [x, y] = [(block % 8) * 20, Math.floor(block / 8) * 18];
    for (let row = y; row < y + 18; row += 1)
      for (let column = x; column < x + 20; column += 1) {
        const at = row * 160 + column;
        picture.data[at] = black + white - (picture.data[at] ?? 0);
      }
    expect(timeCode.read(picture, nowMs)).toBe(undefined);
  }
});

test('noise and soft edges do not matter', () => {
  const picture = drawn(nowMs);
  const soft = {
    ...picture,
    data: picture.data.map((_, at) => {
      let sum = 0;
      for (let by = -4; by <= 4; by += 1) sum += picture.data[at + by] ?? black;
      return sum / 9 + ((at * 7919) % 61) - 30;
    }),
  };
  expect(timeCode.read(soft, nowMs)).toBe(nowMs);
});

const rate = 48_000;
/** What is heard from a time on. */
const sound = (fromMs: number, lengthMs: number, sampleRate = rate): Float32Array =>
  Float32Array.from({ length: (lengthMs * sampleRate) / 1000 }, (_, at) =>
    bursts.sample(fromMs + (at * 1000) / sampleRate),
  );
const heard = (samples: Float32Array, pieces: number, sampleRate = rate) => {
  const detector = bursts.detector(sampleRate);
  const all = [];
  for (let at = 0; at < samples.length; at += pieces) all.push(...detector.push(samples.subarray(at, at + pieces)));
  return all;
};

test.each([
  ['silence', new Float32Array(rate)],
  ['not a number', new Float32Array(rate).fill(Number.NaN)],
  ['a steady level', new Float32Array(rate).fill(0.5)],
  ['a click', new Float32Array(rate).fill(1, 1000, 1040)],
  ['noise', Float32Array.from({ length: rate }, (_, at) => ((at * 7919) % 2001) / 1000 - 1)],
  ['a tone that is none of ours', Float32Array.from({ length: rate }, (_, at) => Math.sin(at / 9))],
])('no burst is heard in %s', (_, samples) => {
  expect(heard(samples, 480)).toEqual([]);
});

test.each([1, 128, 960, 100_000])('the second and its begin are heard, %i samples at a time', (pieces) => {
  const fromMs = nowMs + 700;
  const found = heard(sound(fromMs, 4200), pieces);
  expect(found.map(({ tone }) => tone)).toEqual([1, 2, 3, 0].map((second) => (second + nowMs / 1000) % 4));
  for (const [index, { at }] of found.entries())
    expect(Math.abs((at * 1000) / rate - 300 - index * 1000)).toBeLessThan(1);
});

test('a burst whose begin was before the first sample is none', () => {
  expect(heard(sound(nowMs + 20, 500), 480)).toEqual([]);
});

test.each([0.95, 0.98, 1.02, 1.05])('all tones are heard where they are played at %d of their speed', (speed) => {
  const samples = sound(nowMs - 300, 4200, rate / speed);
  expect(heard(samples, 480).map(({ tone }) => tone)).toEqual([0, 1, 2, 3].map((at) => (at + nowMs / 1000) % 4));
});

test('other sample rates, quiet noise and a lost packet move the begin by 5 ms at most', () => {
  const sampleRate = 44_100;
  const samples = sound(nowMs - 250, 1000, sampleRate).map((level, at) => level * 0.6 + ((at * 7919) % 200) / 4000);
  samples.fill(0, 0.3 * sampleRate, 0.31 * sampleRate);
  const [burst, ...more] = heard(samples, 1000, sampleRate);
  expect(more).toEqual([]);
  expect(Math.abs(((burst?.at ?? 0) * 1000) / sampleRate - 250)).toBeLessThan(5);
});
