import { describe, expect, it } from 'vitest';
import { waitBeforeRetryMs } from '../../src/core/retry.ts';

const rules = { retriesMax: 3, waitMaxMs: 20_000 };
const outcome = (status: number, code = '', retryAfterMs = 0) => ({ status, code, retryAfterMs });
const safe = { isSafe: true, retries: 0, random: 0 };

describe('a failed call', () => {
  it.each([
    ['a value that is refused', outcome(400, 'REQUEST_INVALID'), undefined],
    ['what is not there', outcome(404, 'NOT_FOUND'), undefined],
    ['a fault of the service', outcome(500, 'INTERNAL'), undefined],
    ['a limit of the tenant, which time does not lift', outcome(429, 'QUOTA_EXCEEDED', 1000), undefined],
    ['a service that asks for more patience than there is', outcome(503, 'DATABASE_UNAVAILABLE', 21_000), undefined],
    ['no answer', outcome(0, 'API_UNREACHABLE'), 200],
    ['a proxy without a service', outcome(502, 'ANSWER_UNREADABLE'), 200],
    ['a database away', outcome(503, 'DATABASE_UNAVAILABLE', 5000), 5000],
    ['the same request still at work', outcome(409, 'IDEMPOTENCY_IN_FLIGHT', 1000), 1000],
    ['too many requests', outcome(429, 'RATE_LIMITED', 700), 700],
  ])('%s', (_, result, waitMs) => {
    expect(waitBeforeRetryMs(result, safe, rules)).toBe(waitMs);
  });

  it('is not retried if a repetition has an effect, unless it was refused for its rate', () => {
    const unsafe = { ...safe, isSafe: false };
    expect(waitBeforeRetryMs(outcome(0), unsafe, rules)).toBeUndefined();
    expect(waitBeforeRetryMs(outcome(503, 'DATABASE_UNAVAILABLE'), unsafe, rules)).toBeUndefined();
    expect(waitBeforeRetryMs(outcome(429, 'RATE_LIMITED', 700), unsafe, rules)).toBe(700);
  });

  it('is retried at growing, spread intervals, three times at most', () => {
    const waits = [0, 1, 2, 3].map((retries) => waitBeforeRetryMs(outcome(0), { ...safe, retries }, rules));
    expect(waits).toEqual([200, 400, 800, undefined]);
    expect(waitBeforeRetryMs(outcome(0), { ...safe, retries: 2, random: 0.5 }, rules)).toBe(1200);
    expect(waitBeforeRetryMs(outcome(429, 'RATE_LIMITED', 700), { ...safe, random: 0.5 }, rules)).toBe(800);
  });
});
