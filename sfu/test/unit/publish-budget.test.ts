// Division of a tenant's bitrate among its participants, and the choice of overdue senders.
import { describe, expect, test } from 'vitest';
import { nextRate, type PublishState, publishRules, type Rate, sharesOf, stepPublish } from '../../src/core/index.ts';

const unlimited = Number.POSITIVE_INFINITY;

test.each<[string, number, number[], number[]]>([
  ['no sender', 100, [], []],
  ['one sender that wants more than there is', 100, [unlimited], [100]],
  ['several senders that want more than there is', 90, [unlimited, 500, unlimited], [30, 30, 30]],
  ['one sender that wants little and two that want more', 90, [10, unlimited, unlimited], [10, 40, 40]],
  ['one sender that wants more and two that want little', 100, [unlimited, 10, 20], [70, 10, 20]],
  ['senders that want less than there is', 100, [10, 20], [45, 55]],
  ['more senders than it has bits', 1, [unlimited, unlimited, unlimited], [1, 1, 1]],
])('a budget is divided among %s', (_name, budget, wants, shares) => {
  expect(sharesOf(budget, wants)).toEqual(shares);
});

const limitBps = 1_000_000;
const usableBps = limitBps * publishRules.usableShare;
interface Actor {
  /** Wanted bitrate; undefined: the sender is absent. */
  readonly wants: (second: number) => number | undefined;
  readonly obeys?: boolean;
}

/** Plays second by second. Each actor sends what it wants; one that obeys sends at most its share of a second ago. */
function play(seconds: number, actors: Record<string, Actor>, limit: (second: number) => number = () => limitBps) {
  let state: PublishState = new Map();
  const overdue: string[] = [];
  let sent: Record<string, number> = {};
  for (let second = 0; second < seconds; second += 1) {
    const senders = Object.entries(actors).flatMap(([key, { wants, obeys = true }]) => {
      const wanted = wants(second);
      if (wanted === undefined) return [];
      const share = state.get(key)?.shareBps ?? unlimited;
      return [{ key, bps: obeys ? Math.min(wanted, share) : wanted }];
    });
    sent = Object.fromEntries(senders.map(({ key, bps }) => [key, bps]));
    const step = stepPublish(state, { nowMs: second * 1000, limitBps: limit(second), senders });
    state = step.state;
    if (step.overdue.length > 0) overdue.push(`${second}: ${step.overdue}`);
  }
  const total = Object.values(sent).reduce((sum, bps) => sum + bps, 0);
  return { sent, total, overdue, shares: Object.fromEntries([...state].map(([key, { shareBps }]) => [key, shareBps])) };
}
const steady =
  (bps: number): Actor['wants'] =>
  () =>
    bps;

describe('senders that keep to their shares', () => {
  test.each<[string, Record<string, Actor>, Record<string, number>]>([
    ['may use the whole budget when alone', { a: { wants: steady(9e6) } }, { a: usableBps }],
    [
      'get the same when all want more',
      { a: { wants: steady(9e6) }, b: { wants: steady(2e6) } },
      { a: usableBps / 2, b: usableBps / 2 },
    ],
    ['send what they want when all fits', { a: { wants: steady(4e5) }, b: { wants: steady(2e5) } }, { a: 4e5, b: 2e5 }],
    [
      'leave to others the bitrate that they do not use',
      { a: { wants: steady(2e5) }, b: { wants: steady(9e6) } },
      { a: 2e5, b: usableBps - 3e5 },
    ],
    [
      'make room for a new sender, and use the room again when it leaves',
      { a: { wants: steady(9e6) }, b: { wants: (second) => (second > 5 && second < 15 ? 9e6 : undefined) } },
      { a: usableBps },
    ],
    [
      'make room for a new sender that stays',
      { a: { wants: steady(9e6) }, b: { wants: (second) => (second > 5 ? 9e6 : undefined) } },
      { a: usableBps / 2, b: usableBps / 2 },
    ],
  ])('%s, and are never overdue', (_name, actors, expected) => {
    const { sent, overdue } = play(40, actors);
    for (const [key, bps] of Object.entries(expected)) expect(sent[key]).toBeCloseTo(bps, -1);
    expect([Object.keys(sent), overdue]).toEqual([Object.keys(expected), []]);
  });

  test('never send more than the limit together while the bitrates that they want rise and fall', () => {
    const wave =
      (period: number): Actor['wants'] =>
      (second) =>
        second % period < period / 2 ? 8e5 : 5e4;
    const actors = Object.fromEntries([2, 3, 5, 7, 11].map((period) => [period, { wants: wave(period) }]));
    for (let seconds = 2; seconds < 60; seconds += 1) expect(play(seconds, actors).total).toBeLessThanOrEqual(limitBps);
  });
});

describe('a sender that does not obey', () => {
  const disobedient = (bps: number): Actor => ({ wants: steady(bps), obeys: false });

  test('is overdue after the grace, and again after another grace', () => {
    const { overdue, sent } = play(25, { browser: { wants: steady(9e6) }, encoder: disobedient(8e5) });
    expect(overdue).toEqual(['10: encoder', '21: encoder']);
    expect(sent['browser']).toBeCloseTo(usableBps / 2, -1);
  });

  test('is listed after a sender that exceeds its share by more', () => {
    expect(
      play(11, { small: disobedient(7e5), large: disobedient(3e6), browser: { wants: steady(9e6) } }).overdue,
    ).toEqual(['10: large,small']);
  });
});

test('a rate is a mean over some seconds, even with irregular samples and after a restart of the counter', () => {
  const samples: [atS: number, bytes: number][] = [
    [0, 5000],
    [1, 6000],
    [1, 6000],
    [2, 7000],
    [12, 27_000],
    [13, 0],
  ];
  let rate: Rate | undefined;
  const bitrates = samples.map(([atS, bytes]) => {
    rate = nextRate(rate, bytes, atS * 1000);
    return rate.bps;
  });
  expect(bitrates).toEqual([undefined, 8000, 8000, 8000, 16_000, 9600]);
});
