// `twelve-hours.whole.test.ts` does the same for hours, with clocks that are too fast and too slow.
import { ManualClock } from '@meridian/runtime';
import { expect, it } from 'vitest';
import { longRecording } from '../support/long-recording.ts';

const DURATION_MS = 600_000;

it('sound whose clock drifts by 200 ppm stays with its picture over a wrap of the timestamps', async () => {
  const o = { durationMs: DURATION_MS, soundPpm: 200, wrapAfterMs: 200_000 };
  const { made, runs, streamMs, marks, laterMs } = await longRecording(new ManualClock(), o);
  expect([made.holes, runs]).toEqual([[], 1]);
  for (const ms of Object.values(streamMs)) expect(Math.abs(ms - DURATION_MS)).toBeLessThan(400);
  expect([marks, laterMs.length]).toEqual([9, 9]);
  for (const { video, audio } of laterMs) {
    expect(Math.abs(video)).toBeLessThan(40);
    expect(Math.abs(audio - video)).toBeLessThan(40);
  }
}, 240_000);
