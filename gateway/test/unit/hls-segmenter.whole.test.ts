import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cut } from '../../src/core/hls/segmenter.ts';
import { aac, type Given, large, otherPps, picture, Stream, show, sound } from '../support/hls.ts';
import { boxAt, samplesOf } from '../support/mp4.ts';

const stream = (...units: readonly Given[]): Stream => new Stream().give(...units);
const samplesIn = (cuts: readonly Cut[]) => cuts.flatMap((cut) => (cut.kind === 'part' ? samplesOf(cut.bytes) : []));
const kinds = ({ cuts }: Stream): string => cuts.map(({ kind }) => kind).join(' ');
const cutsOf = (one: Stream, kind: Cut['kind']): number => one.cuts.filter((cut) => cut.kind === kind).length;

describe('leaves out', () => {
  it.each([
    ['pictures before their format', [picture(0, true), picture(40)]],
    ['pictures before a key frame', [large, picture(0), picture(40)]],
    ['pictures whose format is garbage', [{ ...large, sps: Uint8Array.of(0x67, 1) }, picture(0, true), picture(40)]],
    [
      'pictures whose PPS is endless',
      [{ ...large, pps: new Uint8Array(70_000).fill(0x68) }, picture(0, true), picture(40)],
    ],
    ['pictures without a time', [large, picture(Number.NaN, true), picture(Number.POSITIVE_INFINITY, true)]],
    ['pictures before time began', [large, picture(-1, true)]],
    ['pictures that are parameter sets alone', [large, { ...picture(0, true), nals: [large.sps, large.pps] }]],
    ['sound before a picture, unless none is to come', [large, aac, sound(0), sound(500), sound(1000)]],
    ['sound of another codec', [{ ...aac, codec: 'mp2' as const }, sound(0), sound(1000)]],
  ])('%s', (_what, units) => {
    expect(stream(...units).cuts).toEqual([]);
  });
  it('sound of before its first picture, and sound that comes twice', () => {
    const one = stream(large, aac, picture(1000, true));
    one.give(sound(900), sound(1000), sound(1000), sound(950), sound(1000 + 1024 / 48));
    one.give(...show({ fromMs: 1040, toMs: 2000, soundLagMs: undefined }).slice(1));
    const sounds = samplesIn(one.cuts).filter(({ track }) => track === 2);
    expect(sounds.map(({ pts }) => pts)).toEqual([48_000, 49_024]);
  });
});

describe('an even show', () => {
  it.each([
    { fps: 25, keyEveryMs: 2000, segments: [2, 2, 2, 2, 2] },
    { fps: 25, keyEveryMs: 1000, segments: [1, 2, 2, 2, 2] },
    { fps: 30, keyEveryMs: 2000, segments: [2, 2, 2, 2, 2] },
    { fps: 24, keyEveryMs: 3000, segments: [3, 3, 3] },
    { fps: 60, keyEveryMs: 1500, segments: [1.5, 3, 3] },
    { fps: 15, keyEveryMs: 1000, segments: [1, 2, 2, 2, 2] },
    { fps: 10, keyEveryMs: 2500, segments: [2.5, 2.5, 2.5, 2.5] },
  ])('of $fps pictures a second and key frames every $keyEveryMs ms has segments of key frames', (o) => {
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
  it('gives each picture and sound once, at its time, for as long as it lasts', () => {
    const units = show({ fromMs: 1000, toMs: 9000, fps: 30 });
    const got = samplesIn(stream(large, aac, ...units).cuts);
    for (const [track, kind, rate] of [
      [1, 'video', 90],
      [2, 'audio', 48],
    ] as const) {
      const own = got.filter((sample) => sample.track === track);
      const given = units.filter((unit) => unit.kind === kind).slice(0, own.length);
      expect(own.length).toBeGreaterThan(200);
      expect(own.map(({ pts }) => pts)).toEqual(given.map(({ ptsMs }) => Math.round(ptsMs * rate)));
      for (const [at, { dts, duration }] of own.entries())
        expect(own[at + 1]?.dts ?? dts + duration).toBe(dts + duration);
    }
    expect(got.filter(({ isSync, track }) => track === 1 && isSync)).toHaveLength(4);
  });
  it('shows pictures in another order than it decodes them', () => {
    const pts = [80, 200, 120, 160, 320, 240, 280];
    const one = stream(large, ...pts.map((ptsMs, at) => picture(at * 40, at === 0, { ptsMs })));
    one.give(...show({ fromMs: 280, toMs: 900, soundLagMs: undefined }));
    expect(
      samplesIn(one.cuts)
        .map(({ pts: at }) => at / 90)
        .slice(0, 7),
    ).toEqual(pts);
  });
  it('gives a part away with the first picture that is not in it', () => {
    const one = stream(large, aac);
    for (const unit of show({ fromMs: 0, toMs: 320 })) one.give(unit);
    expect(one.parts).toEqual([]);
    one.give(picture(320));
    expect(one.parts).toMatchObject([{ start: 0, duration: 28_800, isIndependent: true }]);
  });
});

describe('key frames', () => {
  it('are demanded at the start, and once when a segment is long enough', () => {
    const one = stream(large, picture(0, true));
    expect(one.demands).toBe(1);
    one.give(...show({ fromMs: 40, toMs: 1700, soundLagMs: undefined, keyEveryMs: 1000 }));
    expect(one.demands).toBe(1);
    one.give(...show({ fromMs: 1720, toMs: 2500, soundLagMs: undefined }).map((unit) => ({ ...unit, isKey: false })));
    expect(one.demands).toBe(2);
    one.give(picture(2500, true));
    expect(one.segmentsS).toEqual([0.04, 2.46]);
    one.give(...show({ fromMs: 2540, toMs: 4400, soundLagMs: undefined, keyEveryMs: 1e6 }));
    expect(one.demands).toBe(3);
  });
  it('every 10 s make segments of 10 s, but for the first one, for which no viewer waits so long', () => {
    const one = stream(large, aac, ...show({ fromMs: 0, toMs: 65_000, keyEveryMs: 10_000 }));
    const [first = 0, second = 0, ...others] = one.segmentsS;
    expect([first < 3.6, first + second, others]).toEqual([true, 10, [10, 10, 10, 10, 10]]);
    expect([one.segmenter.targetS, one.broken]).toEqual([10, []]);
  });
  it('that do not come for longer let segments end without them, and the next one begins a segment', () => {
    const one = stream(large, aac, ...show({ fromMs: 0, toMs: 32_000, keyEveryMs: 25_000 }));
    expect(one.broken).toEqual([]);
    expect(one.segmentsS.slice(1, 3).every((length) => length > 10 && length < 10.5)).toBe(true);
    expect(one.segmentsS.slice(0, 4).reduce((sum, length) => sum + length, 0)).toBe(25);
  });
  it('that become rare do not change the target duration', () => {
    const one = stream(large, aac, ...show({ fromMs: 0, toMs: 10_000 }));
    one.give(...show({ fromMs: 10_000, toMs: 40_000, keyEveryMs: 10_000 }));
    expect([one.segmenter.targetS, one.broken]).toEqual([3, []]);
    expect(Math.max(...one.segmentsS)).toBeLessThan(3.5);
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
  it('are none when the same format is said again', () => {
    const one = stream(large, aac, ...show({ fromMs: 0, toMs: 2000 }), large, aac);
    one.give(...show({ fromMs: 2000, toMs: 4500 }));
    expect([cutsOf(one, 'tracks'), one.segmentsS]).toEqual([1, [2, 2]]);
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
  it('are a picture without sound at first, then both', () => {
    const one = stream(large, ...show({ fromMs: 0, toMs: 5000, soundLagMs: undefined }));
    one.give(aac, ...show({ fromMs: 5000, toMs: 12_000 }));
    expect([cutsOf(one, 'tracks'), one.broken]).toEqual([2, []]);
    expect(samplesIn(one.cuts).some(({ track }) => track === 2)).toBe(true);
  });
});

describe('times', () => {
  it('that leap ahead begin a segment that is no continuation', () => {
    const one = stream(large, aac, ...show({ fromMs: 0, toMs: 5000 }), ...show({ fromMs: 100_000, toMs: 109_000 }));
    expect([cutsOf(one, 'leap'), one.broken, one.parts.length < 60]).toEqual([1, [], true]);
    expect(one.playlist?.match(/#EXT-X-DISCONTINUITY$/gm)).toHaveLength(1);
    expect(one.playlist).toContain('#EXT-X-DISCONTINUITY-SEQUENCE:1\n');
  });
  it('that go back stand still, and nothing grows without bound', () => {
    const one = stream(large, ...show({ fromMs: 50_000, toMs: 52_000, soundLagMs: undefined }));
    one.give(...show({ fromMs: 0, toMs: 49_000, soundLagMs: undefined, fps: 60 }));
    expect(one.broken.filter((rule) => !rule.includes('85 %'))).toEqual([]);
    expect(one.parts.length).toBeGreaterThan(10);
    const decoded = samplesIn(one.cuts).map(({ dts }) => dts);
    expect(decoded.every((dts, at) => at === 0 || dts > (decoded[at - 1] ?? 0))).toBe(true);
  });
  it('of pictures that pause let sound go on, and the picture that stood is as long as the pause', () => {
    const one = stream(large, aac, ...show({ fromMs: 0, toMs: 4000 }));
    one.give(...show({ fromMs: 4000, toMs: 30_000, fps: 0 }).filter(({ ptsMs }) => ptsMs >= 4000));
    const before = one.parts.length;
    one.give(...show({ fromMs: 30_000, toMs: 36_000 }));
    expect([one.broken, before > 80, cutsOf(one, 'leap')]).toEqual([[], true, 0]);
    const longest = Math.max(...samplesIn(one.cuts).map(({ duration }) => duration));
    expect(longest / 90).toBe(26_040);
  });
  it('beyond 2^32 ticks are written whole', () => {
    const dayMs = 86_400_000;
    const got = samplesIn(stream(large, aac, ...show({ fromMs: 30 * dayMs, toMs: 30 * dayMs + 3000 })).cuts);
    expect(got.find(({ track }) => track === 1)?.dts).toBe(30 * dayMs * 90);
    expect(got.find(({ track }) => track === 2)?.dts).toBe(30 * dayMs * 48);
  });
});

it('parts and segments end when they hold too much', () => {
  const one = stream(large, aac, picture(0, true));
  for (let at = 1; at < 100; at += 1) one.give(picture(at * 40, false, { bytes: 1_000_000 }), sound(at * 40));
  expect(Math.max(...one.parts.map(({ bytes }) => bytes.length))).toBeLessThan(4_100_000);
  expect(one.segmentsS.every((length) => length < 1)).toBe(true);
  expect(one.window.byteLength).toBeLessThan(60 * 1024 * 1024);
});

it('has no parameter sets in its pictures, but in its init segment', () => {
  const one = stream(large, aac, ...show({ fromMs: 0, toMs: 1000 }));
  const [tracks] = one.cuts;
  expect(kinds(one)).toMatch(/^tracks part part/);
  const init = tracks?.kind === 'tracks' ? tracks.init : new Uint8Array(0);
  expect(Buffer.from(boxAt(init, 'moov trak mdia minf stbl stsd')).includes(Buffer.from(large.sps))).toBe(true);
  expect(samplesIn(one.cuts)[0]?.data).toEqual(Uint8Array.from([0, 0, 0, 40, ...new Uint8Array(40).fill(0x65)]));
});

it('survives any units in any order', () => {
  const time = fc.oneof(fc.integer({ min: 0, max: 30_000 }), fc.constantFrom(-1, Number.NaN, 2 ** 40, 1e15));
  const unit = fc.oneof(
    fc.record({ at: time, isKey: fc.boolean() }).map(({ at, isKey }): Given => picture(at, isKey)),
    time.map((at): Given => sound(at)),
    fc.constantFrom<Given>(large, otherPps, aac, { ...aac, sampleRate: 44_100 }),
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
