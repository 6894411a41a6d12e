import { ManualClock, systemClock } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

describe('a manual clock', () => {
  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a delay of %d', (delayMs) => {
    expect(() => new ManualClock().after(delayMs, () => undefined)).toThrow(RangeError);
    expect(() => new ManualClock().advance(delayMs)).toThrow(RangeError);
  });

  it.each([-1, 0, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses a period of %d', (periodMs) => {
    expect(() => new ManualClock().every(periodMs, () => undefined)).toThrow(RangeError);
  });

  it('steps through its timers one by one, and not beyond the given time', () => {
    const clock = new ManualClock();
    const calls: string[] = [];
    clock.after(10, () => calls.push(`a@${clock.nowMs()}`));
    clock.after(10, () => calls.push(`b@${clock.nowMs()}`));
    clock.after(5, () => calls.push('cancelled')).cancel();
    expect([clock.step(9), clock.nowMs(), calls]).toEqual([false, 0, []]);
    expect([clock.step(10), calls]).toEqual([true, ['a@10']]);
    expect([clock.step(), calls]).toEqual([true, ['a@10', 'b@10']]);
    expect([clock.step(), clock.nowMs()]).toEqual([false, 10]);
  });

  it('runs due timers by due time, then by creation, each at its own time', () => {
    const clock = new ManualClock();
    const calls: string[] = [];
    for (const [name, delayMs] of [
      ['c', 30],
      ['a', 10],
      ['b1', 20],
      ['b2', 20],
      ['later', 31],
    ] as const) {
      clock.after(delayMs, () => calls.push(`${name}@${clock.nowMs()}`));
    }
    clock.advance(30);
    expect(calls).toEqual(['a@10', 'b1@20', 'b2@20', 'c@30']);
    expect(clock.pendingTimers).toBe(1);
    expect(clock.nextDueMs).toBe(31);
  });

  it('runs timers that timers arm when they fall due within the same advance', () => {
    const clock = new ManualClock();
    const calls: number[] = [];
    const rearm = (): void => {
      calls.push(clock.nowMs());
      if (calls.length < 4) clock.after(10, rearm);
    };
    clock.after(0, rearm);
    clock.advance(25);
    expect(calls).toEqual([0, 10, 20]);
    expect(clock.nowMs()).toBe(25);
  });

  it('does not run a cancelled timer, even when a timer due at the same time cancels it', () => {
    const clock = new ManualClock();
    const calls: string[] = [];
    const before = clock.after(5, () => calls.push('before'));
    before.cancel();
    before.cancel();
    clock.after(10, () => second.cancel());
    const second = clock.after(10, () => calls.push('second'));
    clock.advance(100);
    expect(calls).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
    expect(clock.nextDueMs).toBeUndefined();
  });

  it('repeats a timer without drift until it is cancelled, also by its own callback', () => {
    const clock = new ManualClock();
    const calls: number[] = [];
    const timer = clock.every(10, () => {
      calls.push(clock.nowMs());
      if (calls.length === 3) timer.cancel();
    });
    expect(clock.pendingTimers).toBe(1);
    clock.advance(1_000);
    expect(calls).toEqual([10, 20, 30]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('keeps ten thousand timers in order', () => {
    const clock = new ManualClock();
    const calls: number[] = [];
    // 7919 is prime, so that the delays are a permutation of 0 … 9999.
    for (let at = 0; at < 10_000; at++) {
      const delayMs = (at * 7919) % 10_000;
      clock.after(delayMs, () => calls.push(delayMs));
    }
    clock.advance(10_000);
    expect(calls).toEqual(Array.from({ length: 10_000 }, (_, at) => at));
  });

  it('moves wall time along with monotonic time', () => {
    const clock = new ManualClock({ nowMs: 50, wallMs: 1_000_000 });
    clock.advance(250);
    expect([clock.nowMs(), clock.wallMs()]).toEqual([300, 1_000_250]);
  });
});

describe('the system clock', () => {
  it('does not run early a timer beyond the longest delay of the platform', async () => {
    const clock = systemClock();
    let hasRun = false;
    const farTimer = clock.after(2 ** 31 + 10, () => {
      hasRun = true;
    });
    await new Promise<void>((resolve) => clock.after(20, resolve));
    farTimer.cancel();
    expect(hasRun).toBe(false);
  });

  it('runs a timer after at least its delay, repeats it, and stops it when it is cancelled', async () => {
    const clock = systemClock();
    const startMs = clock.nowMs();
    let count = 0;
    await new Promise<void>((resolve) => {
      const timer = clock.every(5, () => {
        count += 1;
        if (count < 3) return;
        timer.cancel();
        resolve();
      });
    });
    expect(clock.nowMs() - startMs).toBeGreaterThanOrEqual(14);
    await new Promise<void>((resolve) => clock.after(20, resolve));
    expect(count).toBe(3);
  });

  describe('with periods of whole turns', () => {
    beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
    afterEach(() => void vi.useRealTimers());

    it('runs timers that were begun at different moments together, by one timer of the platform', () => {
      vi.advanceTimersByTime(10);
      const clock = systemClock();
      const runsMs: number[][] = [[], []];
      const slow = clock.every(1000, () => runsMs[0]?.push(clock.nowMs()));
      vi.advanceTimersByTime(130);
      const fast = clock.every(250, () => runsMs[1]?.push(clock.nowMs()));
      expect(vi.getTimerCount()).toBe(1);
      vi.advanceTimersByTime(2140);
      expect(runsMs[0]).toEqual([1250, 2250]);
      expect(runsMs[1]).toEqual([500, 750, 1000, 1250, 1500, 1750, 2000, 2250]);
      slow.cancel();
      fast.cancel();
      expect(vi.getTimerCount()).toBe(0);
    });

    it('goes on after a callback that throws, and does not catch up', () => {
      const clock = systemClock();
      const runsMs: number[] = [];
      const broken = clock.every(250, () => {
        broken.cancel();
        throw new Error('broken');
      });
      clock.every(500, () => runsMs.push(clock.nowMs()));
      expect(() => vi.advanceTimersByTime(250)).toThrow('broken');
      vi.advanceTimersByTime(750);
      expect(runsMs).toEqual([500, 1000]);
    });

    it('begins a timer for a callback that begins another', () => {
      const clock = systemClock();
      let runs = 0;
      const outer = clock.every(1000, () => {
        outer.cancel();
        clock.every(250, () => {
          runs += 1;
        });
      });
      vi.advanceTimersByTime(2000);
      expect(runs).toBe(4);
    });
  });
});
