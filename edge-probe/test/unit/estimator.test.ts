// Traces of probes, with results computed by hand. Usually a probe takes 40 ms to the peer and its answer 60 ms back;
// the peer's clock is 1,000 s ahead.
import { describe, expect, test } from 'vitest';
import { type Answer, LinkEstimator, OVERDUE_MS_MAX } from '../../src/core/estimator.ts';

const CLOCK_OFFSET_MS = 1_000_000;

/** Sends a probe every 200 ms, and answers like the peer. */
function driver() {
  const link = new LinkEstimator();
  const arrived = new Set<number>();
  let [seq, nowMs, high] = [0, 0, 0];
  const answerOf = (of: number, receivedMs: number): Answer => {
    const bits = Array.from({ length: 64 }, (_, back) => (arrived.has(high - back) ? 1n << BigInt(back) : 0n));
    const reported = { arrivedHigh: high, arrived: bits.reduce((sum, bit) => sum | bit, 0n), span: Math.min(64, high) };
    return { seq: of, receivedMs: receivedMs + CLOCK_OFFSET_MS, answeredMs: receivedMs + CLOCK_OFFSET_MS, ...reported };
  };
  /** Sends a probe that takes `thereMs`, and an answer that takes `backMs`; undefined: the datagram is lost. */
  const probe = (thereMs: number | undefined, backMs: number | undefined) => {
    seq += 1;
    nowMs += 200;
    const sentMs = nowMs;
    link.recordSent(seq, sentMs);
    if (thereMs === undefined) return undefined;
    arrived.add(seq);
    high = seq;
    if (backMs === undefined) return undefined;
    return link.recordAnswer(answerOf(seq, sentMs + thereMs), sentMs + thereMs + backMs);
  };
  return { link, probe, answerOf, at: () => nowMs, now: (aheadMs = 150) => link.estimate(nowMs + aheadMs) };
}

test('without any answer there is no estimate', () => {
  const { probe, now } = driver();
  for (let count = 0; count < 20; count += 1) probe(undefined, undefined);
  expect(now(10_000)).toBeUndefined();
});

test('the first answer gives only a round trip, without the time that the peer held the request', () => {
  const link = new LinkEstimator();
  link.recordSent(1, 0);
  const answer = {
    seq: 1,
    receivedMs: CLOCK_OFFSET_MS + 40,
    answeredMs: CLOCK_OFFSET_MS + 45,
    arrivedHigh: 1,
    arrived: 1n,
    span: 1,
  };
  expect(link.recordAnswer(answer, 105)).toBe('measured');
  expect(link.estimate(110)).toEqual({
    rttMs: 100,
    onewayChangeMs: 0,
    jitterMs: 0,
    lossFast: 0,
    lossSlow: 0,
    slowProbes: 1,
  });
});

describe('an answer is ignored', () => {
  test.each([
    { name: 'if its probe was never sent', seq: 2, atMs: 100, expect: 'late' },
    { name: 'if it arrives after two seconds', seq: 1, atMs: OVERDUE_MS_MAX + 1, expect: 'late' },
  ])('$name', ({ seq, atMs, expect: taken }) => {
    const link = new LinkEstimator();
    link.recordSent(1, 0);
    expect(link.recordAnswer({ seq, receivedMs: 0, answeredMs: 0, arrivedHigh: 1, arrived: 1n, span: 1 }, atMs)).toBe(
      taken,
    );
    expect(link.estimate(atMs)).toBeUndefined();
  });

  test('if its probe has been answered already', () => {
    const { link, probe, answerOf, now } = driver();
    probe(40, 60);
    const before = now();
    expect(link.recordAnswer(answerOf(1, 0), 260)).toBe('replayed');
    expect(now()).toEqual(before);
  });

  test.each([
    { name: 'the answer was sent before the request arrived', receivedMs: 50, answeredMs: 40 },
    { name: 'the peer held the request for longer than the round trip', receivedMs: 0, answeredMs: 500 },
  ])('as a measurement of delays if by its times $name', (times) => {
    const link = new LinkEstimator();
    link.recordSent(1, 0);
    expect(link.recordAnswer({ seq: 1, ...times, arrivedHigh: 1, arrived: 1n, span: 1 }, 100)).toBe('measured');
    expect(link.estimate(100)).toBeUndefined();
  });
});

describe('the change of the delay in our direction', () => {
  test.each([
    { name: 'our direction takes 80 ms more, is 80 ms', there: 120, back: 60, change: 80, rtt: 180 },
    { name: 'the way back takes more, is 0', there: 40, back: 140, change: 0, rtt: 180 },
    { name: 'both directions take 80 ms more, is 80 ms', there: 120, back: 140, change: 80, rtt: 260 },
    // A clock set forward by 300 ms looks like this, and the round trip reveals it.
    { name: 'the peer sets its clock, is 0', there: 340, back: -240, change: 0, rtt: 100 },
  ])('when $name', ({ there, back, change, rtt }) => {
    const { probe, now } = driver();
    for (let count = 0; count < 5; count += 1) probe(40, 60);
    for (let count = 0; count < 3; count += 1) probe(there, back);
    expect([now()?.onewayChangeMs, now()?.rttMs]).toEqual([change, rtt]);
  });
});

test('jitter is the mean deviation of our delay, in which each new deviation has the weight 1/16', () => {
  const { probe, now } = driver();
  probe(40, 60);
  probe(56, 60); // 16 from the mean of 40: 16/16 = 1; mean 41
  expect(now()?.jitterMs).toBe(1);
  probe(41, 160); // no deviation from the mean; the way back does not count
  expect(now()?.jitterMs).toBe(15 / 16);
});

describe('loss', () => {
  const lossOf = (fates: string) => {
    const { probe, now } = driver();
    for (const fate of fates) {
      if (fate === '.') probe(40, 60);
      else if (fate === 'x')
        probe(undefined, undefined); // the probe is lost
      else probe(40, undefined); // its answer is lost
    }
    // The answer to the last probe is overdue after the round trip of 100 ms and 500 ms more, without jitter.
    const estimate = now(600);
    return [estimate?.lossFast, estimate?.lossSlow, estimate?.slowProbes];
  };

  test.each([
    { name: 'is 0 without lost probes', fates: '..........', fast: 0, slow: 0 },
    { name: 'counts a probe of the last second in both windows', fates: '........x.', fast: 1 / 5, slow: 1 / 10 },
    { name: 'counts an earlier probe in the slow window only', fates: '..x.......', fast: 0, slow: 1 / 10 },
    { name: 'does not count lost answers', fates: '...bbb....', fast: 0, slow: 0 },
    { name: 'counts lost probes among lost answers', fates: '...xbx....', fast: 1 / 5, slow: 2 / 10 },
    { name: 'counts all probes of a cut', fates: '.....xxxxx', fast: 1, slow: 5 / 10 },
  ])('$name', ({ fates, fast, slow }) => {
    expect(lossOf(fates)).toEqual([fast, slow, fates.length]);
  });

  test('includes unanswered probes until an answer reports that they have arrived', () => {
    const { probe, now } = driver();
    for (let count = 0; count < 5; count += 1) probe(40, 60);
    for (let count = 0; count < 5; count += 1) probe(40, undefined);
    expect(now(600)?.lossFast).toBe(1);
    probe(40, 60);
    expect(now(600)?.lossFast).toBe(0);
  });

  test('does not include probes whose answers may still come', () => {
    const { probe, now } = driver();
    for (let count = 0; count < 5; count += 1) probe(40, 60);
    probe(undefined, undefined);
    expect(now(599)?.lossSlow).toBe(0);
    expect(now(600)?.lossSlow).toBe(1 / 6);
  });

  test('does not include probes sent before the peer began to count', () => {
    const link = new LinkEstimator();
    for (let seq = 1; seq <= 10; seq += 1) link.recordSent(seq, seq * 20);
    link.recordAnswer({ seq: 10, receivedMs: 0, answeredMs: 0, arrivedHigh: 10, arrived: 1n, span: 1 }, 240);
    expect(link.estimate(260)?.lossSlow).toBe(0);
  });

  test('covers the probes of the last thirty seconds', () => {
    const { probe, now } = driver();
    for (let count = 0; count < 10; count += 1) probe(undefined, undefined);
    for (let count = 0; count < 150; count += 1) probe(40, 60);
    const estimate = now(600);
    expect([estimate?.lossSlow, estimate?.slowProbes]).toEqual([0, 150]);
  });
});
