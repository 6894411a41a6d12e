import { ManualClock } from '@meridian/runtime';
import { expect, it } from 'vitest';
import { longRecording } from '../support/long-recording.ts';

it('after ten minutes with a wrap of the timestamps and a drifting clock, sound and picture are together', async () => {
  const durationMs = 600_000;
  const { made, streamMs, laterMs } = await longRecording(new ManualClock(), {
    durationMs,
    soundPpm: 200,
    wrapAfterMs: 200_000,
  });
  expect(made.holes).toEqual([]);
  for (const ms of Object.values(streamMs)) expect(Math.abs(ms - durationMs)).toBeLessThan(400);
  const [video, audio] = [laterMs.video, laterMs.audio];
  expect(video.length).toBe(9);
  for (const [at, ms] of video.entries()) expect(Math.abs(ms - (audio[at] ?? Number.NaN))).toBeLessThan(40);
}, 60_000);
