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

/** A throttle that keeps back the first `kept` attempts. */
function phase(kept: number) {
  const throttle = new Throttle(performance.now());
  let made = 0;
  const attempt = vi.spyOn(throttle, 'attempt').mockImplementation(() => {
    made += 1;
    return made > kept;
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
  it('spends the budget once, also when the throttle keeps it back three times', () => {
    const { attempt, spend, due, gaveUp, retries } = phase(3);
    retries.schedule(overloadPolicy, refusal());
    vi.advanceTimersByTime(60_000);
    expect([attempt.mock.calls.length, spend.mock.calls.length]).toEqual([4, 1]);
    expect([due.mock.calls.length, gaveUp.mock.calls.length]).toEqual([1, 0]);
  });

  it('spends it again when the service refused again', () => {
    const { spend, due, retries } = phase(0);
    for (const round of [1, 2, 3]) {
      retries.schedule(overloadPolicy, refusal());
      vi.advanceTimersByTime(60_000);
      expect([spend.mock.calls.length, due.mock.calls.length]).toEqual([round, round]);
    }
  });

  it('comes not before what the service said', () => {
    const { due, retries } = phase(0);
    retries.schedule(overloadPolicy, refusal());
    vi.advanceTimersByTime(999);
    expect(due).not.toHaveBeenCalled();
    expect(retries.hurry()).toBe(true);
    expect(due).toHaveBeenCalledOnce();
    expect(retries.hurry()).toBe(false);
  });
});

describe('it is given up', () => {
  it('when the throttle lets nothing through for as long as the policy tries', () => {
    const { due, gaveUp, retries } = phase(Number.POSITIVE_INFINITY);
    retries.schedule(overloadPolicy, refusal());
    vi.advanceTimersByTime(overloadPolicy.giveUpMs + 1);
    expect(due).not.toHaveBeenCalled();
    expect(gaveUp).toHaveBeenCalledOnce();
  });

  it('not sooner than its policy says, because the service is overloaded too', () => {
    const { due, gaveUp, retries } = phase(0);
    vi.advanceTimersByTime(overloadPolicy.giveUpMs + 1);
    retries.schedule(keptMediaPolicy, refusal());
    vi.advanceTimersByTime(60_000);
    expect([due.mock.calls.length, gaveUp.mock.calls.length]).toEqual([1, 0]);
  });

  it.each(['SOCKET_FAILED', 'OVERLOADED'] as const)(
    'after the first %s when it is to be tried once, with that',
    (code) => {
      const { due, gaveUp, retries } = phase(0);
      const error = new MeridianClientError(code);
      retries.schedule(oncePolicy, error);
      vi.advanceTimersByTime(60_000);
      expect(due).not.toHaveBeenCalled();
      expect(gaveUp.mock.calls).toEqual([[error]]);
    },
  );

  it('and nothing is tried after a stop', () => {
    const { due, gaveUp, retries } = phase(0);
    retries.schedule(overloadPolicy, refusal());
    retries.stop();
    vi.advanceTimersByTime(overloadPolicy.giveUpMs);
    expect([due.mock.calls.length, gaveUp.mock.calls.length]).toEqual([0, 0]);
  });
});

describe('an attempt that is begun anew because the network came back', () => {
  it('is counted, and made', () => {
    const { attempt, due, retries } = phase(0);
    retries.anew();
    expect([attempt.mock.calls.length, due.mock.calls.length]).toEqual([1, 1]);
  });

  it('is not made when the throttle keeps it back: a page asks no more often than that lets it', () => {
    const due = vi.fn();
    const retries = new RetryPhase({ due, gaveUp: vi.fn() }, new Throttle(performance.now()));
    for (let nudge = 0; nudge < 100; nudge += 1) retries.anew();
    // Nothing was accepted, three are free and chance says a half: (n - 3) / (n + 1) of the n before is more than that
    // for the first time with eight.
    expect(due).toHaveBeenCalledTimes(8);
  });
});
