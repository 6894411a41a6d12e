// Twelve hours through the recorder, as fast as the machine writes.
import { ManualClock } from '@meridian/runtime';
import { expect, it } from 'vitest';
import { longRecording } from '../support/long-recording.ts';

const HOUR_MS = 3_600_000;
const DURATION_MS = 12 * HOUR_MS;
const MINUTES = 12 * 60;
const PIECES = DURATION_MS / 2000;
const TRACKS = 2;

it.each([200, -200])('sound whose clock drifts by %i ppm is with its picture after twelve hours', async (soundPpm) => {
  const clock = new ManualClock();
  const { made, streamMs, laterMs, journalBytes, journalLines } = await longRecording(clock, {
    durationMs: DURATION_MS,
    soundPpm,
    wrapAfterMs: 5 * HOUR_MS,
  });
  expect(made.holes).toEqual([]);
  expect(made.outputs).toHaveLength(1);
  expect(Math.abs(made.durationMs - DURATION_MS)).toBeLessThan(400);
  for (const ms of Object.values(streamMs)) expect(Math.abs(ms - DURATION_MS)).toBeLessThan(400);
  const { video, audio } = laterMs;
  expect(video.length).toBe(MINUTES - 1);
  const apartMs = video.map((ms, at) => Math.abs(ms - (audio[at] ?? Number.NaN)));
  expect(Math.max(...apartMs)).toBeLessThan(40);
  // Recording, and the time line of each picture, is that of the wall clock.
  expect(Math.max(...video) - Math.min(...video)).toBeLessThan(40);
  // Lines of pieces, of files of ten minutes with their ends, and few others.
  expect(journalLines).toBeLessThan(TRACKS * PIECES * 1.2);
  expect(journalBytes).toBeLessThan(TRACKS * PIECES * 400);
}, 900_000);
