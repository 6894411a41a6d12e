import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { keptMediaPolicy, oncePolicy, overloadPolicy } from '../../src/connection/reconnect.ts';
import { RetryPhase } from '../../src/connection/retry-phase.ts';
import { Throttle } from '../../src/connection/throttle.ts';
import { MeridianClientError } from '../../src/errors.ts';

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Makes a phase with a throttle that holds back the first `heldBackCount` attempts. */
function phase(heldBackCount: number) {
  const throttle = new Throttle(performance.now());
  let attemptCount = 0;
  const attempt = vi.spyOn(throttle, 'attempt').mockImplementation(() => {
    attemptCount += 1;
    return attemptCount > heldBackCount;
  });
  const spend = vi.spyOn(throttle, 'spend');
  const due = vi.fn();
  const gaveUp = vi.fn();
  const retries = new RetryPhase({ due, gaveUp }, throttle);
  retries.begin(1);
  return { attempt, spend, due, gaveUp, retries };
}
const refusal = () => new MeridianClientError('OVERLOADED', 'full', { retryAfterMs: 1000 });

describe('after a refusal the next attempt', () => {
  it('spends the budget once, even when the throttle holds it back three times', () => {
    const { attempt, spend, due, gaveUp, retries } = phase(3);
    retries.schedule(overloadPolicy, refusal());
    vi.advanceTimersByTime(60_000);
    expect([attempt.mock.calls.length, spend.mock.calls.length]).toEqual([4, 1]);
    expect([due.mock.calls.length, gaveUp.mock.calls.length]).toEqual([1, 0]);
  });

  it('spends the budget again when the service has refused again', () => {
    const { spend, due, retries } = phase(0);
    for (const round of [1, 2, 3]) {
      retries.schedule(overloadPolicy, refusal());
      vi.advanceTimersByTime(60_000);
      expect([spend.mock.calls.length, due.mock.calls.length]).toEqual([round, round]);
    }
  });

  it('comes no earlier than the service allows', () => {
    const { due, retries } = phase(0);
    retries.schedule(overloadPolicy, refusal());
    vi.advanceTimersByTime(999);
    expect(due).not.toHaveBeenCalled();
    expect(retries.hurry()).toBe(true);
    expect(due).toHaveBeenCalledOnce();
    expect(retries.hurry()).toBe(false);
  });
});

describe('a phase is given up', () => {
  it('when the throttle holds back all attempts for as long as the policy tries', () => {
    const { due, gaveUp, retries } = phase(Number.POSITIVE_INFINITY);
    retries.schedule(overloadPolicy, refusal());
    vi.advanceTimersByTime(overloadPolicy.giveUpMs + 1);
    expect(due).not.toHaveBeenCalled();
    expect(gaveUp).toHaveBeenCalledOnce();
  });

  it('no earlier than its policy says when the service is overloaded as well', () => {
    const { due, gaveUp, retries } = phase(0);
    vi.advanceTimersByTime(overloadPolicy.giveUpMs + 1);
    retries.schedule(keptMediaPolicy, refusal());
    vi.advanceTimersByTime(60_000);
    expect([due.mock.calls.length, gaveUp.mock.calls.length]).toEqual([1, 0]);
  });

  it.each(['SOCKET_FAILED', 'OVERLOADED'] as const)(
    'after the first %s, with that error, when it may try only once',
    (code) => {
      const { due, gaveUp, retries } = phase(0);
      const error = new MeridianClientError(code);
      retries.schedule(oncePolicy, error);
      vi.advanceTimersByTime(60_000);
      expect(due).not.toHaveBeenCalled();
      expect(gaveUp.mock.calls).toEqual([[error]]);
    },
  );

  it('by a stop, after which no attempt follows', () => {
    const { due, gaveUp, retries } = phase(0);
    retries.schedule(overloadPolicy, refusal());
    retries.stop();
    vi.advanceTimersByTime(overloadPolicy.giveUpMs);
    expect([due.mock.calls.length, gaveUp.mock.calls.length]).toEqual([0, 0]);
  });
});

describe('an attempt that restarts because the network came back', () => {
  it('is counted, and made', () => {
    const { attempt, due, retries } = phase(0);
    retries.restart();
    expect([attempt.mock.calls.length, due.mock.calls.length]).toEqual([1, 1]);
  });

  it('is not made when the throttle holds it back, so a page sends no more requests than allowed', () => {
    const due = vi.fn();
    const retries = new RetryPhase({ due, gaveUp: vi.fn() }, new Throttle(performance.now()));
    for (let nudge = 0; nudge < 100; nudge += 1) retries.restart();
    // No attempt was accepted, three are free, and the random number is a half: (n - 3) / (n + 1) with the n earlier
    // attempts exceeds it first at the eighth.
    expect(due).toHaveBeenCalledTimes(8);
  });
});
