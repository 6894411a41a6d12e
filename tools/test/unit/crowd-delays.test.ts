import { describe, expect, it } from 'vitest';
import { aims, lineOf, missedOf, type Row, rowOf, type Said, type Watched, ways } from '../../bench/crowd/delays.ts';

const window = { fromMs: 100_000, toMs: 160_000, picturesPerSecond: 25 };
/** Pictures every 40 ms from a time on, each shown so late. */
const pictures = (count: number, lateMs: (at: number) => number, fromMs = 100_020) =>
  Array.from({ length: count }, (_, at) => {
    const shownMs = fromMs + at * 40;
    return { drawnMs: shownMs - lateMs(at), shownMs, clockMs: shownMs };
  });
const watched = (seen: Watched['sight']['pictures'], said: readonly Said[] = []): Watched => ({
  way: 'webrtc',
  place: 'otherRegion',
  sight: { pictures: seen, bursts: [] },
  said,
});

describe('figures of a viewer', () => {
  it('are none where it saw nothing, or nothing in the window', () => {
    for (const seen of [[], pictures(100, () => 50, 90_000), pictures(100, () => 50, 160_001)])
      expect(rowOf(watched(seen), window)).toEqual({
        way: 'webrtc',
        place: 'otherRegion',
        p50Ms: Number.NaN,
        p95Ms: Number.NaN,
        stalls: 0,
        longestGapMs: 60_000,
        seenShare: 0,
      });
  });

  it('are the median and the delay of 95 in 100', () => {
    const one = rowOf(watched(pictures(1500, (at) => (at % 10 === 0 ? 500 : 100))), window);
    expect(one).toMatchObject({ p50Ms: 100, p95Ms: 500, seenShare: 1, longestGapMs: 40 });
    expect(rowOf(watched(pictures(1500, (at) => (at % 25 === 0 ? 500 : 100))), window).p95Ms).toBe(100);
  });

  it('have the longest time without a picture, also before the first and after the last', () => {
    expect(rowOf(watched(pictures(1000, () => 50, 118_000)), window).longestGapMs).toBe(18_000);
    expect(rowOf(watched(pictures(1000, () => 50, 100_000)), window).longestGapMs).toBe(20_040);
  });

  const at = (atMs: number, state: string, isStalled = false): Said => ({ atMs, at: state, isStalled });
  it.each<[string, readonly Said[], number]>([
    ['no word of its page', [], 0],
    ['a page that played before', [at(90_000, 'connecting'), at(95_000, 'playing')], 0],
    ['a page that stood before', [at(90_000, 'playing', true), at(95_000, 'playing')], 0],
    ['a page that stands when it begins', [at(90_000, 'playing', true), at(101_000, 'playing')], 1],
    ['a stall', [at(90_000, 'playing'), at(110_000, 'playing', true), at(111_000, 'playing')], 1],
    ['a stall that ends in a new connection', [at(110_000, 'playing', true), at(111_000, 'connecting')], 1],
    ['a connection that is lost', [at(90_000, 'playing'), at(110_000, 'failed'), at(111_000, 'connecting')], 1],
    [
      'two stalls',
      [at(110_000, 'playing', true), at(111_000, 'playing'), at(112_000, 'playing', true), at(113_000, 'playing')],
      2,
    ],
    ['a stall after it', [at(90_000, 'playing'), at(160_001, 'playing', true)], 0],
  ])('%s', (_, said, stalls) => {
    expect(rowOf(watched([], said), window).stalls).toBe(stalls);
  });
});

describe('an aim', () => {
  const good: Row = {
    way: 'webrtc',
    place: 'sameRegion',
    p50Ms: 50,
    p95Ms: 60,
    stalls: 0,
    longestGapMs: 80,
    seenShare: 1,
  };
  const row = (more: Partial<Row>): Row => ({ ...good, ...more });

  it('is that of the requirements', () => {
    expect(aims).toEqual({ webrtc: 400, flv: 1200, llhls: 2500, hls: 8000 });
  });

  it.each(ways)('is met at it and missed a millisecond above: %s', (way) => {
    const met = row({ way, p95Ms: aims[way] });
    expect(missedOf([met])).toEqual([]);
    expect(lineOf(met)).toContain('met');
    const late = row({ way, p95Ms: aims[way] + 1 });
    expect(missedOf([met, late])).toEqual([`${way}.sameRegion: p95 ${aims[way] + 1} ms, aim ${aims[way]} ms`]);
    expect(lineOf(late)).toContain('MISSED');
  });

  it('is judged by p95, not by the median', () => {
    expect(missedOf([row({ p50Ms: 5000, p95Ms: 60 })])).toEqual([]);
  });

  it('is missed where nothing was measured', () => {
    const none = row({ place: 'otherRegion', p50Ms: Number.NaN, p95Ms: Number.NaN, seenShare: 0 });
    expect(missedOf([none])).toEqual([
      'webrtc.otherRegion: p95 nothing measured, aim 400 ms',
      'webrtc.otherRegion: 0 % of the pictures were seen',
    ]);
    expect(lineOf(none)).toContain('MISSED');
  });

  it('is missed where most pictures were not seen, however soon the others were', () => {
    expect(missedOf([row({ seenShare: 0.5 })])).toEqual([]);
    expect(missedOf([row({ seenShare: 0.49 })])).toEqual(['webrtc.sameRegion: 49 % of the pictures were seen']);
  });
});
