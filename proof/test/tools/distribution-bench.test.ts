import { describe, expect, it } from 'vitest';
import { type Ended, judge, timesOf } from '../../bench/distribution/judge.ts';
import { bytesAt, faultKinds, faultsOf, ordersOf, randomOf, viewsOfRank } from '../../bench/distribution/plan.ts';

describe('the plan', () => {
  const plan = (seed: number) =>
    ordersOf({ minutes: 60, receivers: 30, backlog: 40, backlogBytes: 2_000_000, random: randomOf(seed) });

  it('has the rate of 451,320 deliveries a day, each content for ten receivers', () => {
    const steady = plan(1).filter(({ part }) => part === 'steady');
    expect((steady.length * 10 * 24) / 451_320).toBeCloseTo(1, 2);
    expect(steady.every(({ receivers }) => new Set(receivers).size === 10)).toBe(true);
    expect(new Set(steady.flatMap(({ receivers }) => receivers)).size).toBe(30);
  });

  it('is the same for the same seed, and another one for another seed', () => {
    expect(plan(7)).toEqual(plan(7));
    expect(plan(7)).not.toEqual(plan(8));
  });

  it('has sizes from 4 kB to 64 MB whose mean a disk carries', () => {
    expect([bytesAt(0), bytesAt(1)]).toEqual([4096, 67_108_864]);
    const mean = plan(1).reduce((sum, { bytes }) => sum + bytes, 0) / plan(1).length;
    expect(mean).toBeGreaterThan(100_000);
    expect(mean).toBeLessThan(2_000_000);
  });

  it('orders the backlog at once for all receivers, a tenth of it hot', () => {
    const backlog = plan(1).filter(({ part }) => part === 'backlog');
    expect(new Set(backlog.map(({ atMs }) => atMs))).toEqual(new Set([1_800_000]));
    expect(backlog.every(({ receivers }) => receivers.length === 30)).toBe(true);
    expect(backlog.filter(({ isHot }) => isHot).map(({ views }) => views > 0)).toEqual([true, true, true, true]);
    expect(viewsOfRank(10)).toBe(viewsOfRank(1) / 10);
  });

  it('has one fault a minute, each kind in its turn, of 5 to 20 s', () => {
    const faults = faultsOf(14, randomOf(3));
    expect(faults.map(({ kind }) => kind)).toEqual([...faultKinds, ...faultKinds]);
    expect(faults.map(({ atMs }) => Math.floor(atMs / 60_000))).toEqual(Array.from({ length: 14 }, (_, at) => at));
    expect(faultsOf(1, randomOf(3), 4)[0]?.kind).toBe('kill of Redis');
    expect(faults.every(({ downMs }) => downMs >= 5000 && downMs <= 20_000)).toBe(true);
  });
});

describe('the judge', () => {
  const ended = (receiver: string, o: Partial<Ended> = {}): Ended =>
    Object.assign(
      {
        order: 'O',
        receiver,
        part: 'steady',
        isHot: false,
        state: 'done',
        bytes: 1,
        tookMs: 5,
        isRight: true,
      } as const,
      o,
    );
  const ordered = [{ order: 'O', receivers: ['a', 'b'] }];

  it.each([
    ['all is well', [ended('a'), ended('b')], 0, { lost: 0, twice: 0, wrongHashes: 0 }],
    ['a delivery failed', [ended('a'), ended('b', { state: 'failed' })], 0, { lost: 1, twice: 0, wrongHashes: 0 }],
    ['the api does not list one', [ended('a')], 0, { lost: 1, twice: 0, wrongHashes: 0 }],
    ['one is done twice', [ended('a'), ended('a'), ended('b')], 0, { lost: 0, twice: 1, wrongHashes: 0 }],
    ['one was not ordered', [ended('a'), ended('b'), ended('c')], 0, { lost: 0, twice: 1, wrongHashes: 0 }],
    ['a file came again', [ended('a'), ended('b')], 1, { lost: 0, twice: 1, wrongHashes: 0 }],
    ['a file is wrong', [ended('a'), ended('b', { isRight: false })], 0, { lost: 0, twice: 0, wrongHashes: 1 }],
  ])('sees that %s', (_, list, again, verdict) => {
    expect(judge(ordered, list, again)).toMatchObject(verdict);
  });

  it('counts the files that were read, no others', () => {
    expect(judge(ordered, [ended('a'), ended('b', { isRight: undefined })], 0).hashesRead).toBe(1);
  });

  it('has no times without deliveries that are done', () => {
    expect(timesOf([ended('a', { state: 'failed' })])).toBeUndefined();
    expect(timesOf([ended('a'), ended('b', { tookMs: 9 })])).toEqual({ msP50: 5, msP95: 9, msP99: 9 });
  });
});
