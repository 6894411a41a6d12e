import { limits } from '@meridian/protocol';
import { describe, expect, test } from 'vitest';
import {
  connectPolicy,
  crowdPolicy,
  keptMediaPolicy,
  nextAttempt,
  overloadPolicy,
  type ReconnectPolicy,
  rejoinPolicy,
  resumePolicy,
} from '../../src/connection/reconnect.ts';

const firstAttempt = { attempt: 0, elapsedMs: 0, retryAfterMs: 0, retryable: true };
const policy = { baseMs: 100, capMs: 1000, attemptsMax: 6, giveUpMs: 10_000 };

describe('the reconnect policy', () => {
  test.each([
    {
      name: 'stops when the error forbids another attempt',
      state: { ...firstAttempt, retryable: false },
      expected: { retry: false, reason: 'notRetryable' },
    },
    {
      name: 'stops at its own limit of attempts',
      state: { ...firstAttempt, attempt: 6 },
      expected: { retry: false, reason: 'attempts' },
    },
    {
      name: 'stops when the next attempt would be too late',
      state: { ...firstAttempt, attempt: 5, elapsedMs: 9999 },
      expected: { retry: false, reason: 'time' },
    },
    { name: 'makes the first attempt at once', state: firstAttempt, expected: { retry: true, delayMs: 0 } },
    {
      name: 'draws the second delay from the base range',
      state: { ...firstAttempt, attempt: 1 },
      expected: { retry: true, delayMs: 50 },
    },
    {
      name: 'doubles the range with every attempt',
      state: { ...firstAttempt, attempt: 3 },
      expected: { retry: true, delayMs: 200 },
    },
    // min(1000, 100·2⁴)·0.5
    {
      name: 'stops doubling at the cap',
      state: { ...firstAttempt, attempt: 5 },
      expected: { retry: true, delayMs: 500 },
    },
    {
      name: 'waits at least as long as the service asks',
      state: { ...firstAttempt, attempt: 0, retryAfterMs: 700 },
      expected: { retry: true, delayMs: 700 },
    },
    {
      name: 'adds the random delay to the delay that the service asks',
      state: { ...firstAttempt, attempt: 1, retryAfterMs: 700 },
      expected: { retry: true, delayMs: 750 },
    },
  ])('$name', ({ state, expected }) => {
    expect(nextAttempt(policy, state, () => 0.5)).toEqual(expected);
  });

  test('caps a delay of an hour that the service asks, and gives up when the time limit comes first', () => {
    expect(nextAttempt(policy, { ...firstAttempt, retryAfterMs: 3600_000 }, () => 0)).toEqual({
      retry: false,
      reason: 'time',
    });
    expect(nextAttempt(rejoinPolicy, { ...firstAttempt, retryAfterMs: 3600_000 }, () => 0)).toEqual({
      retry: true,
      delayMs: 30_000,
    });
  });

  test("spreads the first attempts of a crowd over two seconds, and obeys the service's delay", () => {
    const first = (rand: number, retryAfterMs = 0) =>
      nextAttempt(crowdPolicy, { ...firstAttempt, retryAfterMs }, () => rand);
    expect(first(0)).toEqual({ retry: true, delayMs: 0 });
    expect(first(0.5)).toEqual({ retry: true, delayMs: 1000 });
    expect(first(0.5, 700)).toEqual({ retry: true, delayMs: 1700 });
    expect(nextAttempt(crowdPolicy, { ...firstAttempt, attempt: 1 }, () => 0.5)).toEqual({ retry: true, delayMs: 150 });
  });

  test('spreads a thousand clients over the whole range', () => {
    const delays = Array.from({ length: 1000 }, (_, index) =>
      nextAttempt(policy, { ...firstAttempt, attempt: 4 }, () => index / 1000),
    );
    const values = delays.map((delay) => (delay.retry ? delay.delayMs : -1));
    expect(Math.min(...values)).toBe(0);
    expect(Math.max(...values)).toBeGreaterThan(790);
  });

  /** Returns the number of attempts, and the time of the last, with a service that refuses each at once. */
  function refused(each: ReconnectPolicy, draw: number): { attempts: number; lastMs: number } {
    let [attempts, lastMs] = [0, 0];
    for (;;) {
      const decision = nextAttempt(each, { ...firstAttempt, attempt: attempts, elapsedMs: lastMs }, () => draw);
      if (!decision.retry) return { attempts, lastMs };
      attempts += 1;
      lastMs += decision.delayMs;
    }
  }

  test.each([
    ['connect', connectPolicy],
    ['resume', resumePolicy],
    ['keptMedia', keptMediaPolicy],
    ['rejoin', rejoinPolicy],
    ['overload', overloadPolicy],
  ])('of %s ends: even the worst case stays below its time limit', (_name, each) => {
    expect(refused(each, 0.999).lastMs).toBeLessThanOrEqual(each.giveUpMs);
  });

  test.each<[string, ReconnectPolicy, number]>([
    ['resume', resumePolicy, 30],
    ['keptMedia', keptMediaPolicy, 250],
    ['rejoin', rejoinPolicy, 45],
    ['overload', overloadPolicy, 55],
  ])(
    'of %s retries until its time is over when each attempt is refused at once, and not often',
    (_name, each, attemptsMax) => {
      for (const draw of [0.1, 0.5, 0.999])
        expect(refused(each, draw).lastMs).toBeGreaterThanOrEqual(each.giveUpMs - each.capMs);
      expect(refused(each, 0.5).attempts).toBeLessThanOrEqual(attemptsMax);
    },
  );

  test('of a first connection fails early, so that the page can try another entry', () => {
    expect(refused(connectPolicy, 0.5)).toEqual({ attempts: 4, lastMs: 1050 });
  });

  test('keeps media for as long as the media node does', () => {
    expect(keptMediaPolicy.giveUpMs).toBe(limits.sessionUnclaimedMsMax);
    expect(resumePolicy.giveUpMs).toBeLessThan(limits.orphanSessionMs);
  });
});
