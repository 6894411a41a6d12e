import type { VideoFormat, VideoUnit } from '@meridian/room-media/core';
import { seededRng } from '@meridian/runtime';
import { describe, expect, it } from 'vitest';
import { variantsOf } from '../../src/core/hls/ladder.ts';
import { multivariantPlaylist } from '../../src/core/hls/playlist.ts';
import { Rung } from '../../src/core/hls/rung.ts';
import type { SegmentWindow } from '../../src/core/hls/window.ts';
import { aac, large, middle, otherPps, picture, Stream, show, small } from '../support/hls.ts';
import { brokenLadder, readPlaylist, readVariants } from '../support/hls-rules.ts';
import { samplesOf } from '../support/mp4.ts';

interface LayerOptions {
  readonly offMs?: number;
  /** Delay of the layer's pictures after the stream's. */
  readonly lateMs?: number;
  readonly jitterMs?: number;
  readonly keyEveryMs?: number;
  /** Selects the times of lost pictures. */
  readonly lost?: (atMs: number) => boolean;
  /** Selects key frames that are turned into other pictures. */
  readonly noKey?: (atMs: number) => boolean;
  readonly formatAt?: (atMs: number) => VideoFormat;
}

/** Plays a stream of 25 fps, with a layer from 2 s on. */
function play(toMs: number, o: LayerOptions = {}): Stream {
  const stream = new Stream();
  const { offMs = 0, lateMs = 0, jitterMs = 0, keyEveryMs = 2000, formatAt = () => small } = o;
  const rng = seededRng('a layer');
  stream.give(large, aac);
  const waiting: { readonly at: number; readonly unit: VideoUnit }[] = [];
  for (const unit of show({ fromMs: 0, toMs, keyEveryMs })) {
    const nowMs = unit.kind === 'video' ? unit.dtsMs : unit.ptsMs + 200;
    if (nowMs >= 2000) stream.rung ??= new Rung();
    const give = (): void => {
      while ((waiting[0]?.at ?? Number.POSITIVE_INFINITY) <= nowMs)
        stream.giveRung((waiting.shift() as never as { unit: VideoUnit }).unit);
    };
    if (unit.kind === 'video') {
      const isKey = unit.isKey && o.noKey?.(nowMs) !== true;
      const dtsMs = nowMs + offMs + jitterMs * (rng.next() - 0.5);
      if (o.lost?.(nowMs) !== true)
        waiting.push({ at: nowMs + lateMs, unit: picture(dtsMs, isKey, { format: formatAt(nowMs) }) });
    }
    if (lateMs <= 0) give();
    stream.give(unit);
    if (lateMs > 0) give();
  }
  expect(stream.broken).toEqual([]);
  return stream;
}
const listOf = (stream: Stream) => readPlaylist(stream.rungPlaylist ?? '');
const windowOf = ({ rung }: Stream): SegmentWindow => rung?.window as SegmentWindow;
const ended = (stream: Stream) => listOf(stream).segments.filter(({ uri }) => uri !== undefined);
const samples = (stream: Stream, track: number) =>
  ended(stream).flatMap(({ number }) =>
    samplesOf(windowOf(stream).segment(number) ?? new Uint8Array()).filter((one) => one.track === track),
  );

describe('a layer', () => {
  it.each<[string, LayerOptions]>([
    ['that comes with the stream', {}],
    ['that comes before the stream', { lateMs: -1 }],
    ['that comes a little later than the stream', { lateMs: 80 }],
    ['whose clock is behind', { offMs: -400, lateMs: 40 }],
    ['whose clock is ahead', { offMs: 400, lateMs: 40 }],
    ['whose times jitter', { jitterMs: 36, lateMs: 40 }],
    ['whose publisher makes key frames every 10 s', { keyEveryMs: 10_000, lateMs: 40 }],
  ])('%s is cut like the stream, each segment from a key frame on, without missing pictures', (_what, o) => {
    const stream = play(o.keyEveryMs === undefined ? 20_000 : 36_000, o);
    const [list, whole] = [listOf(stream), readPlaylist(stream.playlist ?? '')];
    expect(ended(stream).length).toBeGreaterThanOrEqual(o.keyEveryMs === undefined ? 6 : 2);
    expect(whole.segments.at(-1)?.number).toBeLessThanOrEqual((list.segments.at(-1)?.number ?? 0) + 1);
    const [keys, own] = [samplesOf, windowOf(stream)] as const;
    for (const { number, wallMs } of ended(stream)) {
      const [first] = keys(own.segment(number) ?? new Uint8Array());
      if (o.keyEveryMs === undefined) expect(first).toMatchObject({ track: 1, isSync: true });
      if (o.keyEveryMs === undefined) expect(first?.dts).toBe((wallMs - 1_700_000_000_000) * 90);
    }
    const pictures = samples(stream, 1);
    for (const [at, { dts: from, duration }] of pictures.entries())
      if (at > 0) expect(from).toBe((pictures[at - 1]?.dts ?? 0) + (pictures[at - 1]?.duration ?? 0));
      else expect(duration).toBeGreaterThan(0);
    expect(samples(stream, 2).length).toBeGreaterThan(100);
  });
  it('has the sound of the stream, sample by sample', () => {
    const stream = play(12_000, { lateMs: 40 });
    for (const { number } of ended(stream)) {
      const soundOf = (bytes: Uint8Array | undefined) =>
        samplesOf(bytes ?? new Uint8Array()).filter(({ track }) => track === 2);
      expect(soundOf(windowOf(stream).segment(number))).toEqual(soundOf(stream.window.segment(number)));
    }
  });
  it('begins with the segment that its key frame begins, and continues what the stream had before', () => {
    const [stream] = [play(9000)];
    const [first] = listOf(stream).segments;
    expect(first).toMatchObject({ isDiscontinuous: false, discontinuity: 1 });
    expect(readPlaylist(stream.playlist ?? '').segments[0]).toMatchObject({
      isDiscontinuous: true,
      discontinuity: 1,
    });
    expect(windowOf(stream).tracks).toMatchObject({ width: 320, height: 180, codecs: 'avc1.42c00c,mp4a.40.2' });
  });
});

describe('a layer continues', () => {
  it('without pictures while they are missing, and with pictures when they return', () => {
    const stream = play(20_000, { lost: (atMs) => atMs > 6000 && atMs < 12_500 });
    expect(listOf(stream).segments.at(-1)?.number).toBe(readPlaylist(stream.playlist ?? '').segments.at(-1)?.number);
    expect(samples(stream, 1).at(-1)?.dts).toBeGreaterThan(17_000 * 90);
  });
  it('when a segment has no key frame of its own', () => {
    const stream = play(20_000, { noKey: (atMs) => atMs > 7000 && atMs < 9000 });
    const firsts = ended(stream).map(
      ({ number }) => samplesOf(windowOf(stream).segment(number) ?? new Uint8Array())[0]?.isSync,
    );
    expect(firsts.filter((isSync) => isSync === false)).toHaveLength(1);
  });
  it('when its key frames are nowhere near those of the stream', () => {
    const stream = new Stream().give(large, aac);
    stream.rung = new Rung();
    for (const unit of show({ fromMs: 0, toMs: 30_000 })) {
      if (unit.kind === 'video')
        stream.giveRung(picture(unit.dtsMs, (unit.dtsMs + 1000) % 2000 === 0, { format: small }));
      stream.give(unit);
    }
    expect(stream.broken).toEqual([]);
    expect(ended(stream).length).toBeGreaterThan(3);
  });
  it('with other parameters after a discontinuity of all layers, without pictures from before the discontinuity', () => {
    const stream = play(20_000, { formatAt: (atMs) => (atMs < 9000 ? small : middle), lateMs: 40 });
    const changed = listOf(stream).segments.filter(({ isDiscontinuous }) => isDiscontinuous);
    expect(changed).toHaveLength(1);
    const [one] = changed;
    expect(windowOf(stream).tracks).toMatchObject({ width: 640, height: 360 });
    expect(readPlaylist(stream.playlist ?? '').segments.find(({ number }) => number === one?.number)).toMatchObject({
      isDiscontinuous: true,
    });
  });
  it('with its own parameters when those of the stream change', () => {
    const stream = play(9000);
    const before = stream.window.discontinuitySequence;
    stream.give(otherPps);
    for (const unit of show({ fromMs: 10_000, toMs: 15_000 })) {
      if (unit.kind === 'video') stream.giveRung(picture(unit.dtsMs, unit.isKey, { format: small }));
      stream.give(unit);
    }
    expect(stream.broken).toEqual([]);
    expect(listOf(stream).segments.filter(({ isDiscontinuous }) => isDiscontinuous)).toHaveLength(1);
    expect([before, windowOf(stream).tracks?.width]).toEqual([0, 320]);
  });
});

describe('a layer does not begin', () => {
  it.each<[string, (rung: Rung) => void]>([
    ['without pictures', () => undefined],
    ['without a key frame', (rung) => void rung.picture(picture(4000))],
    [
      'with a key frame without parameter sets',
      (rung) => void rung.picture({ ...picture(4000, true), nals: [Uint8Array.of(0x65, 1)] }),
    ],
    [
      'with malformed parameter sets',
      (rung) => void rung.picture(picture(4000, true, { format: { ...small, sps: Uint8Array.of(0x67) } })),
    ],
    ['with a picture without a time', (rung) => void rung.picture({ ...picture(4000, true), dtsMs: Number.NaN })],
    [
      'with parameter sets and no picture',
      (rung) => void rung.picture({ ...picture(4000, true), nals: [small.sps, small.pps] }),
    ],
  ])('%s', (_what, give) => {
    const stream = new Stream().give(large, aac);
    stream.rung = new Rung();
    stream.give(...show({ fromMs: 0, toMs: 4000 }));
    give(stream.rung);
    stream.give(...show({ fromMs: 4000, toMs: 20_000 }));
    expect(stream.rung.window).toBe(undefined);
  });
  it('and keeps at most ten seconds of pictures meanwhile', () => {
    const rung = new Rung();
    let most = 0;
    for (let at = 0; at < 3000; at += 1) {
      rung.picture(picture(at * 17, at % 100 === 0, { format: small }));
      most = Math.max(most, rung.waiting);
    }
    expect([most, rung.window]).toEqual([600, undefined]);
  });
});

describe('a ladder', () => {
  const planned = [
    { spatialLayer: 0, width: 320, height: 180, maxBitrateBps: 150_000 },
    { spatialLayer: 1, width: 640, height: 360, maxBitrateBps: 500_000 },
    { spatialLayer: 2, width: 1280, height: 720, maxBitrateBps: 1_700_000 },
  ];
  const stream = new Stream().give(large, aac, ...show({ fromMs: 0, toMs: 7000 }));
  const of = (count: number, o: { planned?: typeof planned; rungs?: ReadonlyMap<number, SegmentWindow> } = {}) => {
    const layers = { count, planned: o.planned ?? planned.slice(-count) };
    const text = multivariantPlaylist(variantsOf({ stream: stream.window, rungs: o.rungs ?? new Map(), layers }), 25);
    expect(brokenLadder(text)).toEqual([]);
    return readVariants(text);
  };
  it('lists the layers as their publisher planned them, the best first', () => {
    const codecs = 'avc1.640028,mp4a.40.2';
    expect(of(3)).toMatchObject([
      { uri: 'media.m3u8', resolution: '1920x1080', bandwidth: 2_285_000, codecs, frameRate: 25 },
      { uri: '1/media.m3u8', resolution: '640x360', bandwidth: 785_000, codecs, frameRate: 25 },
      { uri: '0/media.m3u8', resolution: '320x180', bandwidth: 347_500, codecs, frameRate: 25 },
    ]);
    expect(of(2).map(({ uri }) => uri)).toEqual(['media.m3u8', '0/media.m3u8']);
  });
  it('has no unknown size, and three rungs at most', () => {
    expect(of(4, { planned: [] })).toMatchObject([
      { uri: 'media.m3u8', resolution: '1920x1080' },
      { uri: '1/media.m3u8', resolution: '' },
      { uri: '0/media.m3u8', resolution: '' },
    ]);
  });
  it('lists layers with measured values once they are made', () => {
    const made = windowOf(play(9000, { formatAt: () => middle }));
    const [, , low] = of(3, { rungs: new Map([[0, made]]) });
    expect(low).toMatchObject({ uri: '0/media.m3u8', resolution: '640x360', codecs: 'avc1.42c01e,mp4a.40.2' });
  });
  it('is empty for sound alone', () => {
    const silent = new Stream();
    silent.segmenter.beginWithoutPicture();
    silent.give(aac, ...show({ fromMs: 0, toMs: 4000, fps: 0 }));
    const variants = variantsOf({ stream: silent.window, rungs: new Map(), layers: { count: 3, planned } });
    expect(variants.map(({ rung }) => rung)).toEqual([undefined]);
  });
});
