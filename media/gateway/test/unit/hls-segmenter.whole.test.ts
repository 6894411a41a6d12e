import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cut } from '../../src/core/hls/segmenter.ts';
import { aac, large, otherPps, picture, Stream, type StreamItem, show, sound } from '../support/hls.ts';
import { samplesOf } from '../support/mp4.ts';

const stream = (...units: readonly StreamItem[]): Stream => new Stream().give(...units);
const samplesIn = (cuts: readonly Cut[]) => cuts.flatMap((cut) => (cut.kind === 'part' ? samplesOf(cut.bytes) : []));
const cutsOf = (one: Stream, kind: Cut['kind']): number => one.cuts.filter((cut) => cut.kind === kind).length;

describe('a regular show', () => {
  it.each([
    { fps: 25, keyEveryMs: 2000, segments: [2, 2, 2, 2, 2] },
    { fps: 25, keyEveryMs: 1000, segments: [1, 2, 2, 2, 2] },
    { fps: 30, keyEveryMs: 2000, segments: [2, 2, 2, 2, 2] },
    { fps: 24, keyEveryMs: 3000, segments: [3, 3, 3] },
    { fps: 60, keyEveryMs: 1500, segments: [1.5, 3, 3] },
    { fps: 15, keyEveryMs: 1000, segments: [1, 2, 2, 2, 2] },
    { fps: 10, keyEveryMs: 2500, segments: [2.5, 2.5, 2.5, 2.5] },
  ])('of $fps pictures a second and key frames every $keyEveryMs ms has segments that begin with key frames', (o) => {
    const one = stream(large, aac, ...show({ fromMs: 1000, toMs: 11_500, ...o }));
    expect(one.segmentsS).toEqual(o.segments);
    expect(one.broken).toEqual([]);
    expect(one.segmenter.targetS).toBe(3);
    expect(one.segmenter.frameRate).toBeCloseTo(o.fps, 1);
    for (const [at, cut] of one.cuts.entries())
      if (cut.kind === 'end' && one.cuts[at + 1] !== undefined)
        expect(one.cuts[at + 1]).toMatchObject({ kind: 'part', isIndependent: true });
  });
  it.each([1, 2, 3, 5, 7.5, 8, 12, 29.97, 120])('of %d pictures a second keeps all rules', (fps) => {
    const one = stream(large, aac, ...show({ fromMs: 1000, toMs: 20_000, fps }));
    expect([one.broken, one.segmentsS.length > 5]).toEqual([[], true]);
  });
  it('displays pictures in another order than it decodes them', () => {
    const pts = [80, 200, 120, 160, 320, 240, 280];
    const one = stream(large, ...pts.map((ptsMs, at) => picture(at * 40, at === 0, { ptsMs })));
    one.give(...show({ fromMs: 280, toMs: 900, soundLagMs: undefined }));
    expect(
      samplesIn(one.cuts)
        .map(({ pts: at }) => at / 90)
        .slice(0, 7),
    ).toEqual(pts);
  });
});

describe('key frames', () => {
  it('every 10 s make segments of 10 s, except the first, which no viewer should wait for', () => {
    const one = stream(large, aac, ...show({ fromMs: 0, toMs: 65_000, keyEveryMs: 10_000 }));
    const [first = 0, second = 0, ...others] = one.segmentsS;
    expect([first < 3.6, first + second, others]).toEqual([true, 10, [10, 10, 10, 10, 10]]);
    expect([one.segmenter.targetS, one.broken]).toEqual([10, []]);
  });
});

describe('other tracks', () => {
  it('begin a segment with the key frame of other parameter sets', () => {
    const one = stream(large, aac, ...show({ fromMs: 0, toMs: 2500 }), otherPps, picture(2500), picture(2520, true));
    one.give(...show({ fromMs: 2560, toMs: 9000, keyEveryMs: 1e6 }), picture(9000, true));
    expect(cutsOf(one, 'tracks')).toBe(2);
    expect(one.segmentsS.slice(0, 2)).toEqual([2, 0.52]);
    expect(one.broken).toEqual([]);
    expect(one.playlist?.match(/#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI="init-\d+\.mp4"/g)).toHaveLength(2);
  });
  it('are sound alone at first, then a picture', () => {
    const one = new Stream();
    one.segmenter.beginWithoutPicture();
    one.give(aac, ...show({ fromMs: 0, toMs: 5000, fps: 0 }));
    expect([one.segmentsS.length, one.segmenter.targetS]).toEqual([2, 3]);
    expect(one.parts.every(({ isIndependent }) => isIndependent)).toBe(true);
    one.give(large, ...show({ fromMs: 5000, toMs: 12_000 }));
    expect([cutsOf(one, 'tracks'), one.broken]).toEqual([2, []]);
    expect(one.cuts.filter((cut) => cut.kind === 'tracks').map(({ codecs }) => codecs)).toEqual([
      'mp4a.40.2',
      'avc1.640028,mp4a.40.2',
    ]);
    const sounds = samplesIn(one.cuts).filter(({ track }) => track === 2);
    for (const [at, { dts, duration }] of sounds.entries())
      expect(sounds[at + 1]?.dts ?? dts + duration).toBe(dts + duration);
  });
});

describe('times', () => {
  it('that leap ahead begin a discontinuous segment', () => {
    const one = stream(large, aac, ...show({ fromMs: 0, toMs: 5000 }), ...show({ fromMs: 100_000, toMs: 109_000 }));
    expect([cutsOf(one, 'leap'), one.broken, one.parts.length < 60]).toEqual([1, [], true]);
    expect(one.playlist?.match(/#EXT-X-DISCONTINUITY$/gm)).toHaveLength(1);
    expect(one.playlist).toContain('#EXT-X-DISCONTINUITY-SEQUENCE:1\n');
  });
});

it('units of any kind in any order cause no error', () => {
  const time = fc.oneof(fc.integer({ min: 0, max: 30_000 }), fc.constantFrom(-1, Number.NaN, 2 ** 40, 1e15));
  const unit = fc.oneof(
    fc.record({ at: time, isKey: fc.boolean() }).map(({ at, isKey }): StreamItem => picture(at, isKey)),
    time.map((at): StreamItem => sound(at)),
    fc.constantFrom<StreamItem>(large, otherPps, aac, { ...aac, sampleRate: 44_100 }),
  );
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 60 }), fc.boolean(), (units, hasPicture) => {
      const one = new Stream();
      if (!hasPicture) one.segmenter.beginWithoutPicture();
      for (const given of units) {
        one.give(given);
        one.demands = 0;
      }
      for (const part of one.parts) {
        expect(part.duration).toBeGreaterThan(0);
        samplesOf(part.bytes);
      }
    }),
    { numRuns: 150 },
  );
});
