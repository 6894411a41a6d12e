import { ManualClock, seededRng } from '@meridian/runtime';
import { expect, test } from 'vitest';
import { type Deadline, Deadlines } from '../../src/link/deadlines.ts';

test('each deadline is called once at its time, in order of time, by one timer that exists only while it is needed', () => {
  const clock = new ManualClock();
  const deadlines = new Deadlines(clock);
  const called: string[] = [];
  const at = (afterMs: number): Deadline => deadlines.add(afterMs, () => called.push(`${afterMs} at ${clock.nowMs()}`));
  at(500);
  const removed = at(100);
  at(300);
  at(500);
  expect(clock.pendingTimers).toBe(1);
  expect(deadlines.remove(removed)).toBe(true);
  expect(deadlines.remove(removed)).toBe(false);
  clock.advance(299);
  expect(called).toEqual([]);
  clock.advance(1000);
  expect(called).toEqual(['300 at 300', '500 at 500', '500 at 500']);
  expect(clock.pendingTimers).toBe(0);
  const last = at(50);
  expect(clock.pendingTimers).toBe(1);
  deadlines.remove(last);
  expect(clock.pendingTimers).toBe(0);
});

test('a called deadline may remove another and add a third; a cleared deadline is not called', () => {
  const clock = new ManualClock();
  const deadlines = new Deadlines(clock);
  const called: string[] = [];
  deadlines.add(10, () => {
    called.push('first');
    deadlines.remove(second);
    deadlines.add(5, () => called.push('third'));
  });
  const second = deadlines.add(10, () => called.push('second'));
  clock.advance(15);
  expect(called).toEqual(['first', 'third']);
  deadlines.add(1, () => called.push('cleared'));
  deadlines.clear();
  clock.advance(100);
  expect([called.length, deadlines.size, clock.pendingTimers]).toEqual([2, 0, 0]);
});

test('after any additions and removals, each remaining deadline is called at its own time, and no other', () => {
  const seed = `deadlines ${process.env['SEED'] ?? Date.now()}`;
  const rng = seededRng(seed);
  const clock = new ManualClock();
  const deadlines = new Deadlines(clock);
  const openDeadlines = new Set<Deadline>();
  const expected: number[] = [];
  const called: number[] = [];
  for (let round = 0; round < 2000; round += 1) {
    const deadline: Deadline = deadlines.add(1 + rng.int(400), () => {
      called.push(clock.nowMs());
      expected.push(deadline.dueMs);
      openDeadlines.delete(deadline);
    });
    openDeadlines.add(deadline);
    const [oldest] = openDeadlines;
    if (rng.int(3) > 0 && oldest !== undefined) {
      expect(deadlines.remove(oldest), seed).toBe(true);
      openDeadlines.delete(oldest);
    }
    clock.advance(rng.int(5));
    for (const { dueMs } of openDeadlines) expect(dueMs, seed).toBeGreaterThan(clock.nowMs());
  }
  clock.advance(1000);
  expect(called, seed).toEqual(expected);
  expect([openDeadlines.size, deadlines.size, clock.pendingTimers], seed).toEqual([0, 0, 0]);
  expect(called.length, seed).toBeGreaterThan(100);
});
