import type { TrackTable } from '@meridian/room-media/core';
import { expect, it } from 'vitest';
import { opusTicks, soundUnitsOf } from '../../src/core/assembling/silence.ts';
import { PictureTimeline, SOUND_OFF_MS_MAX, SoundTimeline } from '../../src/core/assembling/timelines.ts';

const entry = new Uint8Array(40);
const OPUS_20 = Uint8Array.of(0xf8, 1, 2);

function opusLine(): SoundTimeline {
  const units = soundUnitsOf('opus', 1);
  if (units === undefined) throw new Error('no Opus');
  return new SoundTimeline(units, 48_000);
}

function addSound(line: SoundTimeline, ticks: readonly number[], packet = OPUS_20): void {
  const samples = ticks.map((at) => ({
    ticks: at,
    sample: { dts: at, duration: 0, composition: 0, isSync: true, bytes: packet.length, from: 0 },
  }));
  line.add({ file: 0, piece: 0, sampleEntry: entry, samples }, packet);
}

const silences = (table: TrackTable): number =>
  table.chunks
    .flatMap(({ segments }) => segments)
    .reduce((sum, one) => sum + (one.type === 'silence' ? one.times : 0), 0);

it.each([
  ['an empty packet', [], 0],
  ['20 ms of CELT', [0xf8], 960],
  ['2.5 ms', [0xe0], 120],
  ['two SILK frames of 60 ms', [0x19], 5760],
  ['10 ms of hybrid', [0x60], 480],
  ['six frames', [0xfb, 6], 5760],
  ['more than 120 ms', [0xfb, 7], 0],
  ['a frame count that is cut off', [0xfb], 0],
])('the duration of an Opus packet is read in ticks: %s', (_what, bytes, ticks) => {
  expect(opusTicks(Uint8Array.from(bytes))).toBe(ticks);
});

it('sound of 6 h with jitter, drift of 100 ppm and holes stays within its bound of the true time', () => {
  const line = opusLine();
  let seed = 7;
  const random = (): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  let ms = 300;
  let worstTicks = 0;
  while (ms < 6 * 3_600_000) {
    const batch: number[] = [];
    for (let index = 0; index < 100; index += 1) {
      batch.push(Math.round((ms + random() * 2) * 48));
      ms += 20 * (1 + (ms < 3 * 3_600_000 ? 100e-6 : -100e-6));
    }
    for (const at of batch) {
      const before = line.dropped;
      addSound(line, [at]);
      const startTicks = line.table.durationTicks - 960;
      if (line.dropped === before) worstTicks = Math.max(worstTicks, Math.abs(startTicks - at));
    }
    if (random() < 0.01) ms += random() * 60_000;
  }
  expect(worstTicks).toBeLessThanOrEqual((SOUND_OFF_MS_MAX + 2.5) * 48);
  expect(line.dropped).toBeGreaterThan(10);
});

it('a gap is filled with silence in chunks of 2 s, but a small gap is not filled', () => {
  const line = opusLine();
  addSound(line, [0, 960, 1920 + 900]);
  expect(silences(line.table)).toBe(0);
  addSound(line, [48_000 * 10]);
  expect(line.table.durationTicks).toBe(48_000 * 10 + 960);
  expect(Math.max(...line.table.chunks.map(({ bytes }) => bytes))).toBeLessThan(400);
  expect(line.table.chunks.length).toBeGreaterThan(4);
});

it('packets without a duration, and packets that go back in time, are dropped', () => {
  const line = opusLine();
  addSound(line, [0], Uint8Array.of(0xfb, 63));
  addSound(line, [0, 960, 1920, 0, 960]);
  expect([line.table.samples, line.dropped]).toEqual([3, 3]);
});

it('a picture lasts until the next one, and a time that goes back is moved forward', () => {
  const line = new PictureTimeline();
  const samples = [900, 4500, 4400, 90_000].map((ticks) => ({
    ticks,
    sample: { dts: ticks, duration: 3600, composition: 0, isSync: ticks === 900, bytes: 1, from: ticks },
  }));
  line.add({ file: 0, piece: 0, sampleEntry: entry, samples });
  line.end();
  expect([line.startTicks, line.table.durationTicks, line.table.samples]).toEqual([900, 90_000 - 900 + 3600, 4]);
});
