import { describe, expect, test } from 'vitest';
import { connectPolicy, nextAttempt, rejoinPolicy, resumePolicy } from '../../src/connection/reconnect.ts';

const fresh = { attempt: 0, elapsedMs: 0, retryAfterMs: 0, retryable: true };
const policy = { baseMs: 100, capMs: 1000, attemptsMax: 6, giveUpMs: 10_000 };

describe('the reconnect policy', () => {
  test.each([
    {
      name: 'stops when the error forbids another attempt',
      state: { ...fresh, retryable: false },
      expected: { retry: false, reason: 'notRetryable' },
    },
    {
      name: 'stops at its own limit of attempts',
      state: { ...fresh, attempt: 6 },
      expected: { retry: false, reason: 'attempts' },
    },
    {
      name: 'stops when the next attempt would be too late',
      state: { ...fresh, attempt: 5, elapsedMs: 9999 },
      expected: { retry: false, reason: 'time' },
    },
    { name: 'makes the first attempt at once', state: fresh, expected: { retry: true, delayMs: 0 } },
    {
      name: 'draws from the base for the second',
      state: { ...fresh, attempt: 1 },
      expected: { retry: true, delayMs: 50 },
    },
    {
      name: 'doubles the range with every attempt',
      state: { ...fresh, attempt: 3 },
      expected: { retry: true, delayMs: 200 },
    },
    { name: 'stops doubling at the cap', state: { ...fresh, attempt: 5 }, expected: { retry: true, delayMs: 500 } }, // min(1000, 100·2⁴)·0.5
    {
      name: 'waits at least as long as the service asks',
      state: { ...fresh, attempt: 0, retryAfterMs: 700 },
      expected: { retry: true, delayMs: 700 },
    },
    {
      name: 'spreads on top of what the service asks',
      state: { ...fresh, attempt: 1, retryAfterMs: 700 },
      expected: { retry: true, delayMs: 750 },
    },
  ])('$name', ({ state, expected }) => {
    expect(nextAttempt(policy, state, () => 0.5)).toEqual(expected);
  });

  test('does not wait an hour because a service says so: the delay is capped and then runs into the time limit', () => {
    expect(nextAttempt(policy, { ...fresh, retryAfterMs: 3600_000 }, () => 0)).toEqual({
      retry: false,
      reason: 'time',
    });
    expect(nextAttempt(rejoinPolicy, { ...fresh, retryAfterMs: 3600_000 }, () => 0)).toEqual({
      retry: true,
      delayMs: 30_000,
    });
  });

  test('spreads a thousand clients over the whole range', () => {
    const delays = Array.from({ length: 1000 }, (_, index) =>
      nextAttempt(policy, { ...fresh, attempt: 4 }, () => index / 1000),
    );
    const values = delays.map((delay) => (delay.retry ? delay.delayMs : -1));
    expect(Math.min(...values)).toBe(0);
    expect(Math.max(...values)).toBeGreaterThan(790);
  });

  test('every policy ends: the worst case stays below its own time limit', () => {
    for (const each of [connectPolicy, resumePolicy, rejoinPolicy]) {
      let elapsedMs = 0;
      let attempt = 0;
      for (; ; attempt += 1) {
        const decision = nextAttempt(each, { ...fresh, attempt, elapsedMs }, () => 0.999);
        if (!decision.retry) break;
        elapsedMs += decision.delayMs;
      }
      expect(attempt).toBeLessThanOrEqual(each.attemptsMax);
      expect(elapsedMs).toBeLessThanOrEqual(each.giveUpMs);
    }
  });
});
