import { describe, expect, test } from 'vitest';
import { backOffMs } from '../../src/h5/core/back-off.ts';
import { PictureClock } from '../../src/h5/core/picture-clock.ts';
import { PlaybackPace } from '../../src/h5/core/playback-pace.ts';
import { SoundSchedule } from '../../src/h5/core/sound-schedule.ts';

const PIECE_MS = 24;

/** Plays audio that comes every 24 ms, `delayMs(piece)` after its time. */
function listen(schedule: SoundSchedule, fromMs: number, pieces: number, delayMs = (_piece: number) => 0) {
  let cuts = 0;
  let gaps = 0;
  let endMs: number | undefined;
  let nowMs = fromMs;
  const waiting: number[] = [];
  for (let piece = 0; piece < pieces; piece++) {
    nowMs = Math.max(nowMs, fromMs + piece * PIECE_MS + delayMs(piece));
    const { startMs, rate, isCut } = schedule.schedule(fromMs + piece * PIECE_MS, PIECE_MS, nowMs);
    if (isCut) cuts++;
    else if (endMs !== undefined && startMs > endMs + 0.001) gaps++;
    endMs = startMs + PIECE_MS / rate;
    waiting.push(schedule.bufferedMs(nowMs));
  }
  return { cuts, gaps, waiting, nowMs };
}

describe('live sound', () => {
  test('starts with the first piece, and plays each piece at its time', () => {
    const schedule = new SoundSchedule();
    expect(schedule.mediaMsAt(0)).toBeUndefined();
    expect(schedule.bufferedMs(0)).toBe(0);
    expect(schedule.schedule(5000, PIECE_MS, 100)).toEqual({ startMs: 180, rate: 1, isCut: false });
    expect(schedule.schedule(5024, PIECE_MS, 124)).toEqual({ startMs: 204, rate: 1, isCut: false });
    expect(schedule.mediaMsAt(179)).toBeUndefined();
    expect(schedule.mediaMsAt(190)).toBe(5010);
    expect(schedule.mediaMsAt(210)).toBe(5030);
    expect(schedule.mediaMsAt(229)).toBeUndefined();
  });

  test('holds back about 80 ms in a steady network, without gap, cut or change of speed', () => {
    const { cuts, gaps, waiting } = listen(new SoundSchedule(), 0, 500);
    expect([cuts, gaps]).toEqual([0, 0]);
    expect(Math.max(...waiting)).toBeLessThanOrEqual(80 + PIECE_MS + 0.001);
    expect(Math.min(...waiting)).toBeGreaterThanOrEqual(80);
  });

  test('holds back more after a network pause, at most 150 ms, and less after a calm time', () => {
    const schedule = new SoundSchedule();
    // Each second 120 ms late.
    const jittery = listen(schedule, 0, 400, (piece) => (piece % 40 === 39 ? 120 : 0));
    expect(jittery.gaps).toBeGreaterThan(0);
    expect(jittery.gaps).toBeLessThan(5);
    expect(Math.max(...jittery.waiting.slice(-40))).toBeLessThanOrEqual(150 + 120 + 2 * PIECE_MS);
    const calm = listen(schedule, jittery.nowMs + PIECE_MS, 10_000);
    expect(calm.waiting.at(-1)).toBeLessThanOrEqual(80 + 20 + 2 * PIECE_MS);
  });

  test('ends a burst with its newest audio', () => {
    const schedule = new SoundSchedule();
    for (let piece = 0; piece < 80; piece++) schedule.schedule(piece * PIECE_MS, PIECE_MS, 0);
    expect(schedule.bufferedMs(0)).toBeLessThanOrEqual(80 + 200 + PIECE_MS);
    expect(schedule.mediaMsAt(schedule.bufferedMs(0) - 1)).toBeCloseTo(80 * PIECE_MS - 1, 3);
    // The excess above 80 ms shrinks within seconds, without cut.
    const after = listen(schedule, 1, 400);
    expect(after.cuts).toBe(0);
    expect(after.waiting.at(-1)).toBeLessThanOrEqual(80 + 20 + 2 * PIECE_MS);
  });

  test('is held back longer for late pictures, but no longer than they need', () => {
    const schedule = new SoundSchedule();
    listen(schedule, 0, 100);
    const heard = (nowMs: number): number => (schedule.mediaMsAt(nowMs) ?? Number.NaN) - nowMs;
    let nowMs = 2400;
    // Pictures arrive 250 ms after their time.
    for (let second = 0; second < 12; second++) {
      const part = listen(schedule, nowMs, 42);
      nowMs = part.nowMs + PIECE_MS;
      schedule.delayForPictures(-250 - heard(part.nowMs));
      expect(part.cuts).toBe(0);
    }
    expect(heard(nowMs)).toBeLessThan(-225);
    expect(heard(nowMs)).toBeGreaterThan(-300);
    schedule.delayForPictures(-100_000);
    const most = listen(schedule, nowMs, 1000);
    expect(most.waiting.at(-1)).toBeLessThanOrEqual(400 + 150 + 2 * PIECE_MS);
  });
});

describe('the speed', () => {
  test.each([
    [80, 1],
    [99, 1],
    [101, 1.02],
    [190, 1.05],
    [59, 0.98],
    [0, 0.98],
    [-50, 0.95],
  ])('with %i ms waiting instead of 80 is %f', (waitingMs, rate) => {
    const pace = new PlaybackPace();
    expect(pace.measure(waitingMs + 500, 80, 0)).toBeUndefined();
    expect(pace.measure(waitingMs, 80, 500)).toBeUndefined();
    expect(pace.measure(waitingMs + 500, 80, 1000)).toBe(waitingMs - 80);
    expect(pace.rate).toBe(rate);
  });
});

describe('pictures without sound', () => {
  test('are shown 40 ms after arrival, and a late one moves the clock back', () => {
    const clock = new PictureClock();
    expect(clock.mediaMsAt(0)).toBeUndefined();
    clock.adjust(1000, 0);
    expect(clock.mediaMsAt(40)).toBe(1000);
    clock.adjust(1040, 200);
    expect(clock.mediaMsAt(240)).toBe(1040);
  });

  test('follow a jump of the sender, forwards and backwards', () => {
    const clock = new PictureClock();
    clock.adjust(1000, 0);
    clock.adjust(90_000_000, 40);
    expect(clock.mediaMsAt(80)).toBe(90_000_000);
    clock.adjust(5, 80);
    expect(clock.mediaMsAt(120)).toBe(5);
  });

  test('catch up with a backlog', () => {
    const clock = new PictureClock();
    clock.adjust(0, 0);
    let nowMs = 0;
    // Everything comes 300 ms earlier from now on.
    for (let picture = 1; picture < 300; picture++) {
      nowMs = picture * 40;
      clock.adjust(nowMs + 300, nowMs);
    }
    expect(nowMs + 300 - (clock.mediaMsAt(nowMs) ?? 0)).toBeLessThanOrEqual(40 + 20 + 2);
  });
});

test('pauses between attempts to connect grow, up to ten seconds', () => {
  expect([1, 2, 3, 6, 50].map((failures) => backOffMs(failures, 0))).toEqual([250, 500, 1000, 5000, 5000]);
  expect([1, 2, 3, 6, 50].map((failures) => backOffMs(failures, 1))).toEqual([500, 1000, 2000, 10_000, 10_000]);
});
