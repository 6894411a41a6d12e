// Twelve hours through the recorder, as fast as the machine writes.
import { ManualClock } from '@meridian/runtime';
import { expect, it } from 'vitest';
import { longRecording } from '../support/long-recording.ts';

const HOUR_MS = 3_600_000;
const DURATION_MS = 12 * HOUR_MS;
const MARKS = 12 * 60 - 1;
/** Pieces of both tracks. */
const PIECES = (2 * DURATION_MS) / 2000;

it.each([200, -200])(
  'sound whose clock drifts by %i ppm is with its picture after twelve hours',
  async (soundPpm) => {
    const o = { durationMs: DURATION_MS, soundPpm, wrapAfterMs: 5 * HOUR_MS };
    const { made, runs, streamMs, marks, laterMs, journalBytes, journalLines } = await longRecording(
      new ManualClock(),
      o,
    );
    expect([made.holes, runs]).toEqual([[], 1]);
    expect(made.outputs).toHaveLength(1);
    for (const ms of [made.durationMs, ...Object.values(streamMs)])
      expect(Math.abs(ms - DURATION_MS)).toBeLessThan(400);
    expect(marks).toBe(MARKS);
    expect(laterMs.length).toBeGreaterThan(MARKS - 10);
    expect(Math.max(...laterMs.map(({ video }) => Math.abs(video)))).toBeLessThan(40);
    expect(Math.max(...laterMs.map(({ video, audio }) => Math.abs(audio - video)))).toBeLessThan(40);
    // Besides pieces there are the lines of files of ten minutes and of their ends.
    expect(journalLines).toBeLessThan(PIECES * 1.2);
    expect(journalBytes).toBeLessThan(PIECES * 300);
  },
  1_800_000,
);
