import { expect, test } from 'vitest';
import { AdmissionLevel } from '../../../src/placing/core/admission/level.ts';

/** A level whose first half begins at 0; halves of the window are 50 ms. */
const level = (): AdmissionLevel => {
  const made = new AdmissionLevel(0, 0);
  for (let join = 0; join < 20; join += 1) made.countAsking(`t/r${join}`, 'new', 10);
  made.countCommitted(10);
  return made;
};
/** Whether any joins of the window count for the last class. */
const seen = (of: AdmissionLevel, nowMs: number): boolean => of.joinsAhead('new', 128, nowMs) > 0;

test('a join counts in its half of the window and in the next half, and not later', () => {
  expect(seen(level(), 20)).toBe(true);
  const rolled = level();
  expect(seen(rolled, 60)).toBe(true);
  expect(seen(rolled, 120)).toBe(false);
  expect(seen(rolled, 180)).toBe(false);
});

test('after a pause of two halves no earlier join counts', () => {
  const paused = level();
  expect(seen(paused, 100)).toBe(false);
  paused.countAsking('t/r', 'new', 101);
  // A single join in 10 ms, counted as one in half a window: 20 a second and not 100.
  expect(paused.joinsAhead('new', 128, 110)).toBeCloseTo(1 / 0.05, 6);
});
