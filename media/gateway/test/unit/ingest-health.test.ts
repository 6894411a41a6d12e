import { describe, expect, it } from 'vitest';
import { INGEST_KBPS_MAX, IngestHealth, type IngestPicture } from '../../src/core/ingest-health.ts';
import { RateMeter } from '../../src/core/rate-meter.ts';

interface SentPictures {
  readonly fps: number;
  /** In pictures; with 0 only the first is a key frame. */
  readonly gop: number;
  readonly seconds: number;
  readonly bytes?: number;
  readonly fromMs?: number;
  readonly more?: Partial<IngestPicture>;
}
/** Sends pictures in time; returns the time of the last. */
function send(health: IngestHealth, { fps, gop, seconds, bytes = 1000, fromMs = 0, more = {} }: SentPictures): number {
  const count = Math.round(fps * seconds);
  for (let at = 0; at < count; at += 1) {
    const mediaMs = fromMs + Math.round((at * 1000) / fps);
    const isKey = gop === 0 ? at === 0 : at % gop === 0;
    health.picture({ codec: 'h264', bytes, isKey, mediaMs, ...more }, mediaMs);
  }
  return fromMs + seconds * 1000;
}
const viewAfter = (show: SentPictures, o = {}) => {
  const health = new IngestHealth(o);
  return health.view(send(health, show));
};

it('a rate above 50 Mbit/s over five seconds is too much, and a burst is not', () => {
  const bytes = INGEST_KBPS_MAX * 125;
  const steady = new IngestHealth();
  let atMs = send(steady, { fps: 25, gop: 25, seconds: 8, bytes: bytes / 25 });
  expect(steady.isExcessive(atMs)).toBe(false);
  atMs = send(steady, { fps: 25, gop: 25, seconds: 6, bytes: bytes / 25 + 100, fromMs: atMs });
  expect(steady.isExcessive(atMs)).toBe(true);
  const burst = new IngestHealth();
  atMs = send(burst, { fps: 25, gop: 25, seconds: 1, bytes: (bytes / 25) * 4 });
  expect(burst.isExcessive(atMs)).toBe(false);
});

describe('warnings', () => {
  it.each<[string, SentPictures, string[]]>([
    ['key frames every 10 s', { fps: 25, gop: 250, seconds: 21 }, ['KEYFRAME_INTERVAL']],
    ['a first key frame alone', { fps: 25, gop: 0, seconds: 4 }, ['KEYFRAME_INTERVAL']],
    ['no key frame at all', { fps: 25, gop: 25, seconds: 11, more: { isKey: false } }, ['INTRA_REFRESH']],
    ['no key frame yet', { fps: 25, gop: 25, seconds: 10, more: { isKey: false } }, []],
    ['key frames every 2.2 s', { fps: 25, gop: 55, seconds: 9 }, ['KEYFRAME_INTERVAL']],
    ['60 pictures at 29.97 a second', { fps: 29.97, gop: 60, seconds: 9 }, []],
    ['key frames every second', { fps: 25, gop: 25, seconds: 9 }, []],
    ['a beginning', { fps: 25, gop: 50, seconds: 2 }, []],
  ])('of %s', (_what, show, warnings) => {
    expect(viewAfter(show).warnings).toEqual(warnings);
  });
  it('do not appear for key frames on demand', () => {
    const { warnings, video } = viewAfter({ fps: 25, gop: 250, seconds: 21 }, { makesKeyFramesOnDemand: true });
    expect([warnings, video?.keyFrameIntervalMs]).toEqual([[], 10_000]);
  });
  it('of missing key frames end with the first key frame, and leaps of the clock do not count', () => {
    const health = new IngestHealth();
    const none = { fps: 25, gop: 25, more: { isKey: false } };
    send(health, { ...none, seconds: 9 });
    send(health, { ...none, seconds: 9, fromMs: 3_600_000 });
    expect(health.view(3_609_000).warnings).toEqual([]);
    send(health, { ...none, seconds: 2, fromMs: 3_609_000 });
    expect(health.view(3_611_000).warnings).toEqual(['INTRA_REFRESH']);
    send(health, { fps: 25, gop: 25, seconds: 1, fromMs: 3_611_000 });
    expect(health.view(3_612_000).warnings).toEqual([]);
  });
  it('stay while one of the last four intervals is too long, and end after four good intervals', () => {
    const health = new IngestHealth();
    send(health, { fps: 25, gop: 75, seconds: 3 });
    send(health, { fps: 25, gop: 25, seconds: 4, fromMs: 3000 });
    expect(health.view(7000)).toMatchObject({ warnings: ['KEYFRAME_INTERVAL'], video: { keyFrameIntervalMs: 3000 } });
    send(health, { fps: 25, gop: 25, seconds: 1, fromMs: 7000 });
    expect(health.view(8000)).toMatchObject({ warnings: [], video: { keyFrameIntervalMs: 1000 } });
  });
  it.each([
    ['forwards', 3_600_000],
    ['back', -1_000_000],
  ])('do not come from a clock that leaps %s', (_what, leapMs) => {
    const health = new IngestHealth();
    send(health, { fps: 25, gop: 25, seconds: 3 });
    send(health, { fps: 25, gop: 25, seconds: 3, fromMs: leapMs });
    expect(health.view(3000)).toMatchObject({ warnings: [], video: { keyFrameIntervalMs: 1000 } });
  });
});

describe('a warning of pictures to begin with that are no key frames', () => {
  /** 25 pictures a second: a key frame each `keyS`, and one of `kind` in each other second; `keyS` 0: no key frame. */
  function watch(
    kind: IngestPicture['entry'],
    o: { keyS: number; seconds: number; health?: IngestHealth; fromS?: number },
  ) {
    const { keyS, seconds, health = new IngestHealth(), fromS = 0 } = o;
    const seen: string[] = [];
    for (let second = fromS; second < fromS + seconds; second += 1) {
      const isKey = keyS > 0 && second % keyS === 0;
      for (let at = 0; at < 25; at += 1) {
        const mediaMs = second * 1000 + at * 40;
        const entry = at === 0 && !isKey ? kind : undefined;
        health.picture({ codec: 'h264', bytes: 100, isKey: isKey && at === 0, entry, mediaMs }, mediaMs);
        const { warnings } = health.view(mediaMs);
        expect(warnings.length).toBeLessThanOrEqual(1);
        if (warnings.join() !== (seen.at(-1) ?? '')) seen.push(warnings.join());
      }
    }
    return { health, seen };
  }
  it.each([
    ['intra', 'OPEN_GOP'],
    ['refresh', 'INTRA_REFRESH'],
  ] as const)('is of its own kind, from the fifth second on: %s is %s', (kind, warning) => {
    expect(watch(kind, { keyS: 60, seconds: 20 }).seen).toEqual(['KEYFRAME_INTERVAL', warning]);
    expect(watch(kind, { keyS: 10, seconds: 45 }).seen).toEqual(['KEYFRAME_INTERVAL', warning]);
    expect(watch(kind, { keyS: 0, seconds: 20 }).seen).toEqual([warning]);
  });
  it('does not come beside key frames in time, and ends with them', () => {
    expect(watch('intra', { keyS: 2, seconds: 20 }).seen).toEqual([]);
    expect(watch('intra', { keyS: 4, seconds: 20 }).seen).toEqual(['KEYFRAME_INTERVAL']);
    const { health } = watch('intra', { keyS: 60, seconds: 20 });
    expect(watch('intra', { health, keyS: 2, fromS: 20, seconds: 20 }).seen).toEqual([
      'OPEN_GOP',
      'KEYFRAME_INTERVAL',
      '',
    ]);
  });
});

describe('a lack', () => {
  const both = { lacks: ['sound', 'picture'] } as const;
  it('is a warning of media that would need transcoding, and of nothing else', () => {
    const health = new IngestHealth(both);
    expect(health.view(0).warnings).toEqual([]);
    send(health, { fps: 25, gop: 25, seconds: 3 });
    health.sound('opus', 100, 3000);
    expect(health.view(3000).warnings).toEqual([]);
    health.sound('aac', 100, 3000);
    expect(health.view(3000).warnings).toEqual(['NO_SOUND_TRANSCODER']);
    send(health, { fps: 25, gop: 25, seconds: 1, fromMs: 3000, more: { codec: 'mpeg1' } });
    expect(health.view(4000).warnings).toEqual(['NO_SOUND_TRANSCODER', 'NO_PICTURE_TRANSCODER']);
  });
});

describe('a view', () => {
  it('has rates, sizes and codecs', () => {
    const health = new IngestHealth();
    for (let second = 0; second < 8; second += 1) {
      const fromMs = second * 1000;
      send(health, { fps: 25, gop: 25, seconds: 1, fromMs, bytes: 5000, more: { size: { width: 640, height: 360 } } });
      health.sound('aac', 10_000, fromMs + 999);
    }
    expect(health.view(8000)).toEqual({
      video: { codec: 'h264', width: 640, height: 360, fps: 25, bitrateKbps: 1000, keyFrameIntervalMs: 1000 },
      audio: { codec: 'aac', bitrateKbps: 80 },
      warnings: [],
    });
  });
  it('has no unknown size or rate', () => {
    const health = new IngestHealth();
    health.picture({ codec: 'h264', bytes: 1, isKey: true, mediaMs: 0 }, 500);
    expect(health.view(600).video).toEqual({ codec: 'h264', bitrateKbps: 0 });
    expect(health.view(2000).video).toEqual({ codec: 'h264', fps: 0.7, bitrateKbps: 0 });
  });
  it('has no interval across two codecs', () => {
    const health = new IngestHealth();
    send(health, { fps: 25, gop: 25, seconds: 3 });
    send(health, { fps: 25, gop: 25, seconds: 1, fromMs: 3000, more: { codec: 'mpeg1' } });
    expect(health.view(4000).video).not.toHaveProperty('keyFrameIntervalMs');
  });
});

describe('a rate', () => {
  it('is the mean of the last five whole seconds, without the present second', () => {
    const meter = new RateMeter();
    for (let second = 0; second <= 10; second += 1) meter.note(125_000, second * 1000);
    expect([10_999, 13_000, 16_000, 1e9].map((nowMs) => meter.kbps(nowMs))).toEqual([1000, 600, 0, 0]);
  });
  it('is 0 before any input, and known after one second', () => {
    const meter = new RateMeter();
    expect(meter.kbps(0)).toBe(0);
    const rates: number[] = [];
    for (let nowMs = 700; nowMs < 3700; nowMs += 10) {
      meter.note(1250, nowMs);
      if ([1690, 2000, 3650].includes(nowMs)) rates.push(meter.kbps(nowMs));
    }
    expect(rates).toEqual([0, 1000, 1000]);
  });
  it('treats a clock that stands still or goes back as the last time', () => {
    const meter = new RateMeter();
    meter.note(125_000, 5000);
    meter.note(125_000, 4000);
    expect(meter.kbps(6000)).toBe(2000);
  });
});
