import { describe, expect, it } from 'vitest';
import { type Variant, variantsOf } from '../../src/core/hls/ladder.ts';
import { multivariantPlaylist } from '../../src/core/hls/playlist.ts';
import { STREAM_BYTES_MAX } from '../../src/core/hls/rules.ts';
import type { Cut } from '../../src/core/hls/segmenter.ts';
import { SegmentWindow } from '../../src/core/hls/window.ts';
import { aac, FIRST, large, Stream, show } from '../support/hls.ts';
import { readPlaylist } from '../support/hls-rules.ts';

/** hls.js continues with no stream whose discontinuities exceed the previous ones. */
const FIRST_DISCONTINUITY = 0;
const part = (o: { durationS?: number; bytes?: number } = {}): Cut => ({
  kind: 'part',
  start: 0,
  duration: (o.durationS ?? 0.3) * 90_000,
  isIndependent: true,
  bytes: new Uint8Array(o.bytes ?? 10),
  sound: { track: 2, base: 0, samples: [] },
});
const end: Cut = { kind: 'end' };
const tracks = (name: string): Cut => ({ kind: 'tracks', init: Buffer.from(name), codecs: name });
const windowOf = (...cuts: readonly Cut[]): SegmentWindow => {
  const window = new SegmentWindow(FIRST);
  for (const cut of cuts) window.apply(cut, 3);
  return window;
};
const segment = (o: { bytes?: number } = {}): Cut[] => [part({ durationS: 2, ...o }), end];
const times = <T>(count: number, of: () => T[]): T[] => Array.from({ length: count }, of).flat();

describe('a playlist is', () => {
  // Two whole segments of two parts, and two parts of the third.
  const window = windowOf(tracks('a'), part(), part(), end, part(), part(), end, part(), part());
  it.each([
    ['answered for an old segment', FIRST, undefined, 'answer'],
    ['answered for a segment of long ago', 5, 900, 'answer'],
    ['answered for a part of an old segment', FIRST, 1, 'answer'],
    ['answered for an existing part', FIRST + 2, 1, 'answer'],
    ['answered for a part beyond the end of a segment once the next one has begun', FIRST + 1, 2, 'answer'],
    ['awaited for the next part', FIRST + 2, 2, 'wait'],
    ['awaited for the end of the segment', FIRST + 2, undefined, 'wait'],
    ['awaited for the last part that may be asked for', FIRST + 2, 10, 'wait'],
    ['refused for a part further ahead', FIRST + 2, 11, 'refuse'],
    ['awaited for the next segment', FIRST + 3, undefined, 'wait'],
    ['awaited for a part of the next segment', FIRST + 3, 8, 'wait'],
    ['refused for a part further ahead in the next segment', FIRST + 3, 9, 'refuse'],
    ['refused for the segment after that', FIRST + 4, undefined, 'refuse'],
    ['refused for the greatest number', Number.MAX_SAFE_INTEGER, 0, 'refuse'],
  ])('%s', (_what, msn, index, verdict) => {
    expect(window.verdict(index === undefined ? { msn } : { msn, part: index })).toBe(verdict);
  });
  it('awaited for a part beyond the end of a segment until the next segment begins', () => {
    const ended = windowOf(tracks('a'), part(), part(), end);
    expect(ended.verdict({ msn: FIRST, part: 2 })).toBe('wait');
    expect(ended.verdict({ msn: FIRST, part: 1 })).toBe('answer');
    expect(ended.hint).toEqual({ msn: FIRST + 1, part: 0 });
  });
});

describe('segments', () => {
  it('are available whole once they have ended, and in parts at once', () => {
    const window = windowOf(tracks('a'), part({ bytes: 3 }), part({ bytes: 4 }));
    expect([window.segment(FIRST), window.part(FIRST, 1)?.length, window.part(FIRST, 2)]).toEqual([
      ...[undefined, 4, undefined],
    ]);
    window.apply(end, 3);
    expect([window.segment(FIRST)?.length, window.part(FIRST, 1)?.length]).toEqual([7, 4]);
    expect([window.segment(FIRST - 1), window.part(FIRST + 1, 0), window.segment(2 ** 53)]).toEqual([
      ...[undefined, undefined, undefined],
    ]);
  });
  it('stay in the playlist for three target durations, and can be fetched for a while afterwards', () => {
    const window = windowOf(tracks('a'), ...times(40, segment));
    const [first] = window.listed;
    expect([window.listed.length, first?.number]).toEqual([6, FIRST + 34]);
    const kept = Array.from({ length: 40 }, (_, at) => FIRST + at).filter((number) => window.segment(number));
    expect(kept.length).toBe(6 + 7);
    for (let at = 0; at < 40; at += 1) window.apply(at % 2 === 0 ? part({ durationS: 0.5 }) : end, 3);
    expect(window.listed.reduce((sum, { duration }) => sum + duration, 0) / 90_000).toBeGreaterThanOrEqual(9);
  });
  it('stay within the bound of bytes, and the last segment always stays', () => {
    const large8 = { bytes: 8 * 1024 * 1024 };
    const window = windowOf(tracks('a'), ...times(20, () => segment(large8)));
    expect(window.byteLength).toBeLessThanOrEqual(STREAM_BYTES_MAX);
    const huge = windowOf(tracks('a'), ...segment({ bytes: STREAM_BYTES_MAX + 1 }));
    expect(huge.listed).toHaveLength(1);
  });
  it('have the init segment of their tracks, which is dropped with the last segment that needs it', () => {
    const window = windowOf(tracks('a'), ...segment(), tracks('b'), ...segment());
    expect(window.listed.map(({ init }) => init)).toEqual([FIRST, FIRST + 1]);
    expect(window.discontinuitySequence).toBe(FIRST_DISCONTINUITY);
    for (const cut of times(20, segment)) window.apply(cut, 3);
    expect([window.init(FIRST), Buffer.from(window.init(FIRST + 1) ?? []).toString()]).toEqual([undefined, 'b']);
    expect(window.discontinuitySequence).toBe(FIRST_DISCONTINUITY + 2);
  });
});

const variants = (stream: SegmentWindow): Variant[] =>
  variantsOf({ stream, rungs: new Map(), layers: { count: 1, planned: [] } });

describe('the multivariant playlist', () => {
  it('does not exist before there is media', () => {
    for (const stream of [new SegmentWindow(1), windowOf(tracks('a'))]) expect(variants(stream)).toEqual([]);
  });
  it('states the codecs and bandwidth', () => {
    const one = new Stream().give(large, aac, ...show({ fromMs: 0, toMs: 7000 }));
    const text = multivariantPlaylist(variants(one.window), one.segmenter.frameRate);
    expect(text).toMatch(/^#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-STREAM-INF:.*\nmedia\.m3u8\n$/);
    expect(text).toContain('CODECS="avc1.640028,mp4a.40.2",RESOLUTION=1920x1080,VIDEO-RANGE=SDR,FRAME-RATE=25.000');
    const declared = Number(/BANDWIDTH=(\d+)/.exec(text)?.[1]);
    const list = readPlaylist(one.playlist ?? '');
    const rates = list.segments.flatMap(({ number, duration, uri }) =>
      uri === undefined ? [] : [((one.window.segment(number)?.length ?? 0) * 8) / duration],
    );
    expect(rates.length).toBe(3);
    expect(Math.max(...rates)).toBeLessThanOrEqual(declared);
    expect(declared).toBeLessThanOrEqual(Math.max(...rates) * 1.1);
  });
  it('states no picture values for sound alone', () => {
    const one = new Stream();
    one.segmenter.beginWithoutPicture();
    one.give(aac, ...show({ fromMs: 0, toMs: 2000, fps: 0 }));
    expect(multivariantPlaylist(variants(one.window), one.segmenter.frameRate)).toMatch(
      /BANDWIDTH=\d+,CODECS="mp4a.40.2"\n/,
    );
  });
});
