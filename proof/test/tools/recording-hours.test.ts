import { expect, it } from 'vitest';
import { offsetOf, slopeOf } from '../../lab/recording-hours/measures.ts';

const FROM_MS = Date.UTC(2026, 10, 30);

/** Twenty seconds in which sound is `soundMs` later than its clock, and pictures `pictureMs`. */
const shown = (soundMs: number, pictureMs: number) => ({
  pictures: Array.from({ length: 300 }, (_, at) => FROM_MS + Math.floor(at / 2) * 133).map((drawnMs, at) => ({
    drawnMs,
    wallMs: drawnMs + pictureMs + (at % 2) * 33,
  })),
  bursts: Array.from({ length: 20 }, (_, at) => ({
    wallMs: FROM_MS + at * 1000 + soundMs,
    tone: (FROM_MS / 1000 + at) % 4,
  })),
});

it('the offset is that of the sound from the first picture of its time', () => {
  for (const [soundMs, pictureMs] of [
    [730, 700],
    [700, 760],
    [1900, 1910],
  ] as const) {
    const { pictures, bursts } = shown(soundMs, pictureMs);
    const offset = offsetOf(pictures, bursts);
    expect(offset).toEqual({ offsetMs: soundMs - pictureMs, events: 20, latencyMs: pictureMs });
  }
  expect(offsetOf([], shown(0, 0).bursts).offsetMs).toBeNaN();
  expect(offsetOf(shown(0, 0).pictures, []).offsetMs).toBeNaN();
});

it('memory is judged after the first quarter', () => {
  const samples = Array.from({ length: 120 }, (_, minute) => ({
    atMs: FROM_MS + minute * 60_000,
    mib: minute < 30 ? 100 + minute * 5 : 250 + (minute - 30) * 0.1,
  }));
  expect(slopeOf(samples)).toBeCloseTo(6, 3);
});
