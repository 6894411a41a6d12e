import { describe, expect, it } from 'vitest';
import { ntpOf } from '../../src/core/rtp/rtcp.ts';
import { type StreamTimeline, Timeline, unwrap } from '../../src/core/rtp/timeline.ts';

const wallMs = 1_800_000_000_000;

/** Stream of a publisher: packets and sender reports by the publisher's own clock. */
class Source {
  readonly stream: StreamTimeline;
  readonly #clockRate: number;
  readonly #o: { first: number; driftPpm: number; delayMs: number };
  jumpMs = 0;

  constructor(
    timeline: Timeline,
    clockRate: number,
    o: { first?: number; driftPpm?: number; delayMs?: number; isMade?: boolean } = {},
  ) {
    this.stream = timeline.stream(clockRate, o.isMade);
    this.#clockRate = clockRate;
    this.#o = { first: 0, driftPpm: 0, delayMs: 0, ...o };
  }

  timestampAt(ms: number): number {
    const mediaMs = this.jumpMs + ms * (1 + this.#o.driftPpm / 1e6);
    return (this.#o.first + Math.round((mediaMs * this.#clockRate) / 1000)) >>> 0;
  }
  packet(ms: number, lateMs = 0): number {
    return this.stream.toMs(this.timestampAt(ms), ms + this.#o.delayMs + lateMs);
  }
  report(ms: number, o: { errorMs?: number; wallStepMs?: number } = {}): void {
    const ntp = ntpOf(wallMs + ms + (o.errorMs ?? 0) + (o.wallStepMs ?? 0));
    this.stream.noteSenderReport({ ntp, rtpTimestamp: this.timestampAt(ms) }, ms + this.#o.delayMs);
  }
}

describe('a clock', () => {
  it.each([24, 32, 33])('of %i bits continues over wraps, forward and back', (bits) => {
    const range = 2 ** bits;
    const clock = unwrap(bits);
    expect(clock.next(range - 2)).toBe(range - 2);
    expect(clock.next(3)).toBe(range + 3);
    expect(clock.next(range - 1)).toBe(range - 1);
    expect(clock.near(0)).toBe(range);
    expect(clock.next(range / 2)).toBe(range / 2);
    expect(clock.next(1)).toBe(1);
  });

  it('goes below its first value, and `near` does not move it', () => {
    const clock = unwrap(32);
    expect(clock.near(9)).toBe(9);
    expect(clock.next(5)).toBe(5);
    expect(clock.next(2 ** 32 - 5)).toBe(-5);
    expect(clock.near(2 ** 31)).toBe(-(2 ** 31));
    expect(clock.next(0)).toBe(0);
  });
});

describe('one stream', () => {
  it('begins with its arrival and then follows its timestamps, over the wrap', () => {
    const source = new Source(new Timeline(), 90_000, { first: 2 ** 32 - 100 });
    expect(source.packet(1000)).toBe(1000);
    expect(source.packet(1040, 35)).toBeCloseTo(1040, 5);
    expect(source.packet(1080, 0)).toBeCloseTo(1080, 5);
    // Packets of one picture share a time; a late packet goes back.
    expect(source.packet(1080, 9)).toBeCloseTo(1080, 5);
    expect(source.packet(1060, 30)).toBeCloseTo(1060, 5);
    expect(source.stream.anchors).toBe(0);
  });

  it.each([
    ['ahead by hours', 1e7],
    ['ahead by 2.5 s', 2500],
    ['back by 2.5 s', -2500],
    ['back to its beginning', -60_000],
  ])('that jumps %s continues from its arrival', (_, jumpMs) => {
    const source = new Source(new Timeline(), 90_000, { first: 77 });
    for (let ms = 0; ms <= 60_000; ms += 40) source.packet(ms);
    source.report(60_000);
    source.jumpMs = jumpMs;
    expect(source.packet(60_040)).toBeCloseTo(60_040, 3);
    expect(source.packet(60_080)).toBeCloseTo(60_080, 3);
    expect(source.stream.anchors).toBe(1);
    source.report(60_100);
    expect(source.packet(60_120)).toBeCloseTo(60_120, 0);
    expect(source.stream.anchors).toBe(1);
  });

  it('that is held up in the network for seconds does not jump', () => {
    const source = new Source(new Timeline(), 90_000);
    for (let ms = 0; ms <= 1000; ms += 20) source.packet(ms);
    for (let ms = 1020; ms <= 6000; ms += 20) expect(source.packet(ms, 6000 - ms)).toBeCloseTo(ms, 3);
    expect(source.packet(6020)).toBeCloseTo(6020, 3);
    expect(source.stream.anchors).toBe(0);
  });

  it('that returns from such a standstill with most packets lost does not jump', () => {
    const source = new Source(new Timeline(), 90_000);
    for (let ms = 0; ms <= 1000; ms += 20) source.packet(ms);
    source.packet(1020, 5000);
    expect(source.packet(6040)).toBeCloseTo(6040, 3);
    expect(source.stream.anchors).toBe(0);
  });

  it('that was slow for hours and then jumps continues from its arrival', () => {
    const source = new Source(new Timeline(), 90_000, { driftPpm: -100 });
    const hoursMs = 6 * 3_600_000;
    for (let ms = 0; ms <= hoursMs; ms += 1000) source.packet(ms);
    const before = source.packet(hoursMs);
    source.jumpMs = 3000;
    expect(source.packet(hoursMs + 20) - before).toBeCloseTo(20, 0);
    expect(source.stream.anchors).toBe(1);
  });

  it('that was paused with a frozen timestamp is corrected by its report', () => {
    const timeline = new Timeline();
    const [source, other] = [new Source(timeline, 90_000), new Source(timeline, 48_000)];
    for (let ms = 0; ms <= 1000; ms += 20) {
      source.packet(ms);
      other.packet(ms);
    }
    source.report(1000);
    other.report(1000);
    source.jumpMs = -10_000;
    for (let ms = 1020; ms <= 11_000; ms += 20) other.packet(ms);
    source.packet(11_020);
    source.report(11_030);
    expect(source.packet(11_040)).toBeCloseTo(11_040, 0);
    expect(source.stream.anchors).toBe(1);
    expect(other.packet(11_040)).toBeCloseTo(11_040, 0);
  });

  it('that was paused for a second is corrected by two reports, and by no single wrong report', () => {
    const source = new Source(new Timeline(), 90_000);
    for (let ms = 0; ms <= 10_000; ms += 20) {
      source.packet(ms);
      if (ms % 1000 === 0) source.report(ms, { errorMs: ms === 5000 ? 400 : 0 });
    }
    expect(Math.abs(source.packet(10_000) - 10_000)).toBeLessThan(30);
    expect(source.stream.anchors).toBe(0);
    source.jumpMs = -1000;
    source.packet(11_020);
    source.report(11_030);
    source.report(12_030);
    expect(Math.abs(source.packet(12_040) - 12_040)).toBeLessThan(30);
  });

  it.each([-100, 100])('of a clock that is %i ppm off follows the local clock for six hours', (driftPpm) => {
    const timeline = new Timeline();
    const [audio, video] = [48_000, 90_000].map((rate) => new Source(timeline, rate, { driftPpm, delayMs: 40 }));
    let worst = 0;
    for (let ms = 0; ms <= 6 * 3_600_000; ms += 500) {
      const errorMs = (ms * driftPpm) / 1e6; // The publisher's wall clock has the same crystal.
      for (const stream of [audio, video]) {
        worst = Math.max(worst, Math.abs((stream?.packet(ms) ?? Number.NaN) - ms - 40));
        if (ms % 1000 === 0) stream?.report(ms, { errorMs });
      }
    }
    expect(worst).toBeLessThan(20);
  });
});

it('gives the time of a timestamp without its packet after the first packet', () => {
  const source = new Source(new Timeline(), 90_000, { first: 2 ** 32 - 900, delayMs: 30 });
  expect(source.stream.at(5)).toBe(undefined);
  source.packet(0);
  expect(source.stream.at(source.timestampAt(50))).toBeCloseTo(80, 3);
  expect(source.stream.at(source.timestampAt(-50))).toBeCloseTo(-20, 3);
  expect(source.packet(40)).toBeCloseTo(70, 3);
});

describe('sound and picture', () => {
  it('approach each other without a jump once their reports come', () => {
    const timeline = new Timeline();
    const audio = new Source(timeline, 48_000, { first: 9 });
    // Its packets take 50 ms longer.
    const video = new Source(timeline, 90_000, { first: 2 ** 31, delayMs: 50 });
    const offsets: number[] = [];
    let before = 0;
    for (let ms = 0; ms <= 120_000; ms += 20) {
      const sound = audio.packet(ms);
      const picture = video.packet(ms);
      if (ms > 0) {
        expect(picture).toBeGreaterThan(before);
        expect(Math.abs(picture - before - 20)).toBeLessThanOrEqual(0.0801);
      }
      before = picture;
      // A late packet moves nothing.
      if (ms % 100 === 0 && ms > 0) video.packet(ms - 60, 60);
      offsets.push(picture - sound);
      if (ms % 1000 === 500) video.report(ms);
      if (ms % 5000 === 500) audio.report(ms);
    }
    expect(offsets[0]).toBeCloseTo(50, 5);
    expect(offsets[25]).toBeCloseTo(50, 0);
    expect(offsets.at(-1)).toBeCloseTo(0, 0);
    expect(video.stream.anchors + audio.stream.anchors).toBe(0);
  });

  it.each([
    ['sound', 'video'],
    ['pictures', 'audio'],
  ] as const)('whose first packets were late are synchronous with the first reports, those of %s last', (_, first) => {
    const timeline = new Timeline();
    const audio = new Source(timeline, 48_000);
    const video = new Source(timeline, 90_000, { delayMs: 300 });
    const second = first === 'audio' ? video : audio;
    for (let ms = 0; ms <= 20_000; ms += 20) {
      const offset = video.packet(ms) - audio.packet(ms);
      if (ms % 1000 === 500) (first === 'audio' ? audio : video).report(ms);
      if (ms % 1000 === 520) second.report(ms);
      if (ms <= 520) expect(offset).toBeCloseTo(300, 0);
      else expect(offset).toBeCloseTo(0, 0);
    }
    expect(second.stream.anchors).toBe(1);
    expect(video.stream.anchors + audio.stream.anchors).toBe(1);
  });

  it.each([
    [100, -100],
    [-100, 100],
    [100, 100],
  ])('with crystals %i and %i ppm off stay synchronous for six hours', (audioPpm, videoPpm) => {
    const timeline = new Timeline();
    const audio = new Source(timeline, 48_000, { first: 2 ** 32 - 5, driftPpm: audioPpm });
    const video = new Source(timeline, 90_000, { first: 4, driftPpm: videoPpm, delayMs: 40 });
    let worst = 0;
    for (let ms = 0; ms <= 6 * 3_600_000; ms += 500) {
      const offset = video.packet(ms) - audio.packet(ms);
      // Reports are up to 8 ms wrong, in a sequence that does not cancel out quickly.
      const errorMs = 2 * (((ms / 500) % 9) - 4);
      if (ms % 1000 === 0) video.report(ms, { errorMs });
      if (ms % 5000 === 0) audio.report(ms, { errorMs: -errorMs });
      if (ms > 60_000) worst = Math.max(worst, Math.abs(offset));
    }
    expect(worst).toBeLessThan(10);
    expect(video.stream.anchors + audio.stream.anchors).toBe(0);
  });

  it.each([60_000, -60_000])('ignore that the publisher’s wall clock is set by %i ms', (wallStepMs) => {
    const timeline = new Timeline();
    const [audio, video] = [new Source(timeline, 48_000), new Source(timeline, 90_000, { delayMs: 30 })];
    for (let ms = 0; ms <= 120_000; ms += 20) {
      const sound = audio.packet(ms);
      const picture = video.packet(ms);
      if (ms > 30_000) expect(Math.abs(picture - sound)).toBeLessThan(2);
      const step = ms > 60_000 ? wallStepMs : 0;
      if (ms % 1000 === 500) video.report(ms, { wallStepMs: step });
      if (ms % 5000 === 500) audio.report(ms, { wallStepMs: step });
    }
    expect(video.stream.anchors + audio.stream.anchors).toBe(0);
  });

  it('are synchronous from the first report with a capture time when the picture is a rendition', () => {
    const timeline = new Timeline();
    const audio = new Source(timeline, 48_000);
    const video = new Source(timeline, 90_000, { delayMs: 400, isMade: true });
    for (let ms = 0; ms <= 10_000; ms += 20) {
      const offset = video.packet(ms) - audio.packet(ms);
      // The media node first knows the arrival time, later the capture time.
      if (ms % 1000 === 500) video.report(ms, { errorMs: ms < 3000 ? 400 : 8 * ((ms / 500) % 2) });
      if (ms % 5000 === 500) audio.report(ms);
      if (ms < 3000) expect(offset).toBeCloseTo(400, 0);
      if (ms > 3500) expect(Math.abs(offset)).toBeLessThan(12);
    }
    expect([video.stream.anchors, audio.stream.anchors]).toEqual([1, 0]);
  });

  it('are synchronous after two reports with capture times when one came 100 ms late', () => {
    const timeline = new Timeline();
    const audio = new Source(timeline, 48_000);
    const video = new Source(timeline, 90_000, { delayMs: 100 });
    for (let ms = 0; ms <= 10_000; ms += 20) {
      const offset = video.packet(ms) - audio.packet(ms);
      // The media node first knows the arrival time. A single late report moves nothing.
      if (ms % 1000 === 500) video.report(ms, { errorMs: ms < 4000 && ms !== 1500 ? 100 : 0 });
      if (ms % 1000 === 500) audio.report(ms);
      if (ms <= 5500) expect(Math.abs(offset - 100)).toBeLessThan(30);
      else expect(Math.abs(offset)).toBeLessThan(5);
    }
    expect([video.stream.anchors, audio.stream.anchors]).toEqual([1, 0]);
  });

  it.each([
    ['at once', { lateMs: 20, changedMs: 30 }, 0],
    ['slowly', {}, 50],
  ] as const)('are synchronised %s when one came 50 ms late, by the options of their timeline', (_, o, offMs) => {
    const timeline = new Timeline(o);
    const audio = new Source(timeline, 48_000);
    const video = new Source(timeline, 90_000, { delayMs: 50 });
    const late = new Source(timeline, 90_000, { delayMs: 50 });
    for (let ms = 0; ms <= 5000; ms += 20) {
      const [offset, lateOffset] = [video.packet(ms), late.packet(ms)].map((at) => at - audio.packet(ms));
      // The first stream's first report has a capture time, the second stream's third report has.
      if (ms % 1000 === 500) audio.report(ms);
      if (ms % 1000 === 500) video.report(ms);
      if (ms % 1000 === 500) late.report(ms, { errorMs: ms < 2000 ? 50 : 0 });
      if (ms === 520) expect(Math.abs((offset ?? 0) - offMs)).toBeLessThan(2);
      if (ms === 3520) expect(Math.abs((lateOffset ?? 0) - offMs)).toBeLessThan(8);
    }
  });

  it('follow the sound when the picture is a rendition, however late its reports come', () => {
    const timeline = new Timeline();
    const audio = new Source(timeline, 48_000);
    const video = new Source(timeline, 90_000, { delayMs: 400, isMade: true });
    for (let ms = 0; ms <= 20_000; ms += 20) {
      const sound = audio.packet(ms);
      expect(Math.abs(sound - ms)).toBeLessThan(1);
      const offset = video.packet(ms) - sound;
      if (ms % 1000 === 500) video.report(ms);
      if (ms % 5000 === 4700) audio.report(ms);
      if (ms > 5500) expect(Math.abs(offset)).toBeLessThan(1);
    }
    expect([video.stream.anchors, audio.stream.anchors]).toEqual([1, 0]);
  });

  it('that are seconds apart at the start are synchronised at once', () => {
    const timeline = new Timeline();
    const [audio, video] = [new Source(timeline, 48_000), new Source(timeline, 90_000, { delayMs: 5000 })];
    audio.packet(0);
    audio.report(100);
    expect(video.packet(0)).toBe(5000);
    video.report(120);
    expect(video.packet(140)).toBeCloseTo(140, 0);
    expect(video.stream.anchors).toBe(1);
  });
});
