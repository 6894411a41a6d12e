import { describe, expect, it } from 'vitest';
import type { Abilities, DriverStatus } from '../../../src/core/play.ts';
import {
  beginWays,
  type Playing,
  REAL_TIME_MAX,
  type ShowWay,
  STALL_MS,
  stepWays,
  type Watching,
  type WayChoice,
  waysFor,
} from '../../../src/show/core/ways.ts';

const all: Abilities = { webrtc: true, mse: true, nativeHls: false, webSocket: true };
const offer = { gateway: true, realTimeViewers: 0 };

describe('the ways to play a show', () => {
  it.each<[string, Partial<Abilities>, Partial<typeof offer>, WayChoice, ShowWay[]]>([
    ['are all, the least delay first', {}, {}, 'auto', ['webrtc', 'llhls', 'hls', 'flv']],
    ['lack WebRTC while many use it', {}, { realTimeViewers: REAL_TIME_MAX }, 'auto', ['llhls', 'hls', 'flv']],
    [
      'have WebRTC for a viewer who chooses it',
      {},
      { realTimeViewers: REAL_TIME_MAX },
      'realtime',
      ['webrtc', 'llhls', 'flv', 'hls'],
    ],
    ['are WebRTC alone without a gateway', {}, { gateway: false, realTimeViewers: 999 }, 'auto', ['webrtc']],
    ['begin with native HLS on an older iPhone', { mse: false, nativeHls: true }, {}, 'low', ['hls', 'webrtc']],
    ['begin with whole segments for few interruptions', {}, {}, 'smooth', ['hls', 'llhls', 'flv', 'webrtc']],
    ['are none without WebRTC and MSE', { webrtc: false, mse: false }, {}, 'auto', []],
  ])('%s', (_name, can, has, choice, expected) => {
    expect(waysFor({ ...all, ...can }, { ...offer, ...has }, choice)).toEqual(expected);
  });
  it('are a single one where the URL asks for it', () => {
    expect(waysFor(all, offer, 'auto', 'flv')).toEqual(['flv']);
    expect(waysFor({ ...all, webrtc: false }, offer, 'auto', 'webrtc')).toEqual([]);
  });
});

const ways: readonly ShowWay[] = ['webrtc', 'llhls', 'hls'];
const begun = (nowMs = 0): Watching => beginWays(ways, nowMs);
const pictures = (count: number | undefined, isStarved = false): DriverStatus => ({
  at: 'playing',
  pictures: count,
  isStarved,
});
/** Applies statuses at their times; returns the final state. */
const watchAfter = (steps: readonly [nowMs: number, status: DriverStatus][], from = begun()): Watching =>
  steps.reduce((watch, [nowMs, status]) => stepWays(watch, status, nowMs), from);
const wayOf = (watch: Watching): string => (watch.at === 'failed' ? watch.code : watch.way);

/** Returns the statuses of a stall that begins at `ms` and ends with a new picture. */
const stall = (ms: number): [number, DriverStatus][] => [
  [ms - STALL_MS, pictures(ms)],
  [ms - 1, pictures(ms)],
  [ms, pictures(ms)],
  [ms + 100, pictures(ms + 1)],
];

describe('the way in use', () => {
  it('is left for the next way when it fails, with the reason; after the last way the player fails', () => {
    const failed: DriverStatus = { at: 'failed', code: 'MEDIA_FAILED' };
    const second = watchAfter([[100, failed]]);
    expect(second).toMatchObject({
      at: 'connecting',
      way: 'llhls',
      startMs: 100,
      left: { way: 'webrtc', why: 'failed' },
    });
    expect(
      watchAfter([
        [1, failed],
        [2, failed],
        [3, { at: 'failed', code: 'SOCKET_LOST' }],
      ]),
    ).toEqual({
      at: 'failed',
      code: 'SOCKET_LOST',
    });
  });
  it('is not left for another way after a refusal, which every other way would repeat', () => {
    expect(watchAfter([[1, { at: 'failed', code: 'KICKED' }]])).toEqual({ at: 'failed', code: 'KICKED' });
  });
  it('is left when it has no picture for 8 s, unless the room has none', () => {
    expect(wayOf(watchAfter([[7999, { at: 'connecting' }]]))).toBe('webrtc');
    expect(wayOf(watchAfter([[8000, { at: 'connecting' }]]))).toBe('llhls');
    expect(
      wayOf(
        watchAfter([
          [100, { at: 'empty' }],
          [60_000, { at: 'empty' }],
        ]),
      ),
    ).toBe('webrtc');
  });
  it('stays while it plays sound alone, without stalls, and shows the picture that joins', () => {
    const alone = watchAfter([
      [100, { at: 'sound' }],
      [60_000, { at: 'sound' }],
    ]);
    expect(alone).toMatchObject({ at: 'sound', way: 'webrtc', isStalled: false, stallsMs: [] });
    expect(
      watchAfter([
        [100, { at: 'sound' }],
        [200, pictures(1)],
      ]),
    ).toMatchObject({ at: 'playing' });
  });
  it('is left after three stalls within 20 s', () => {
    expect(wayOf(watchAfter([...stall(5000), ...stall(10_000)]))).toBe('webrtc');
    const afterStalls = watchAfter([...stall(5000), ...stall(10_000), ...stall(20_000)]);
    expect(afterStalls).toMatchObject({ way: 'llhls', left: { way: 'webrtc', why: 'stalls' }, stallsMs: [] });
    expect(wayOf(watchAfter([...stall(5000), ...stall(10_000), ...stall(25_001)]))).toBe('webrtc');
  });
  it('stalls at once when the buffer is empty, and counts one stall however long it lasts', () => {
    const watch = watchAfter([
      [1000, pictures(1)],
      [1250, pictures(1, true)],
      [1500, pictures(1, true)],
      [4000, pictures(1, true)],
    ]) as Playing;
    expect([watch.isStalled, watch.stallsMs]).toEqual([true, [1250]]);
    expect(watchAfter([[4250, pictures(2)]], watch)).toMatchObject({ isStalled: false });
  });
  it('does not stall while pictures cannot be counted in a hidden page', () => {
    const watch = watchAfter([
      [1000, pictures(1)],
      [2000, pictures(undefined)],
      [30_000, pictures(undefined)],
    ]);
    expect(watch).toMatchObject({ way: 'webrtc', stallsMs: [] });
  });
  it('stays through stalls when it is the last way, and is reopened after a stall of 8 s', () => {
    const last = beginWays(['hls'], 0);
    expect(wayOf(watchAfter([...stall(5000), ...stall(10_000), ...stall(20_000)], last))).toBe('hls');
    const anew = watchAfter(
      [
        [1000, pictures(1)],
        [8999, pictures(1)],
        [9000, pictures(1)],
      ],
      last,
    );
    expect(anew).toMatchObject({ at: 'connecting', way: 'hls', startMs: 9000 });
  });
  it('does not exist in a browser that can play none', () => {
    expect(beginWays([], 0)).toEqual({ at: 'failed', code: 'WAY_NONE' });
  });
});
