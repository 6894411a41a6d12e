import { CorrectedTimes, NextTimes, NodeClock, ntpOf, type TimeRun } from '@meridian/room-media/core';
import { describe, expect, it } from 'vitest';

/** Reading of the node's clock when the local clock shows 0. */
const WALL_MS = 1_800_000_000_000;

/** Stream by way of a media node. Times are of the local clock; a capture at 0 has the first timestamp. */
class Stream {
  readonly times: CorrectedTimes;
  readonly #clockRate: number;
  readonly #first: number;
  readonly #placed: { readonly ms: number; readonly atMs: number; readonly run: TimeRun }[] = [];
  jumpMs = 0;

  constructor(node: NodeClock, clockRate: number, first = 0) {
    this.times = new CorrectedTimes(node, clockRate);
    this.#clockRate = clockRate;
    this.#first = first;
  }

  timestampAt(ms: number): number {
    return (this.#first + Math.round(((ms + this.jumpMs) * this.#clockRate) / 1000)) >>> 0;
  }
  /** Feeds a packet captured at `ms` that arrives `delayMs` later; returns its time. */
  packet(ms: number, delayMs: number): number {
    const atMs = this.times.toMs(this.timestampAt(ms), ms + delayMs);
    this.#placed.push({ ms, atMs, run: this.times.run });
    return atMs;
  }
  packets(fromMs: number, toMs: number, delayMs: number): void {
    for (let ms = fromMs; ms < toMs; ms += 20) this.packet(ms, delayMs);
  }
  /** Feeds a report made at `ms`, in which the node states a capture time that is `lateMs` too late. */
  report(ms: number, o: { lateMs?: number; delayMs?: number; nodeMs?: number } = {}): void {
    const { lateMs = 0, delayMs = 0, nodeMs = 0 } = o;
    const report = { ntp: ntpOf(WALL_MS + ms + nodeMs), rtpTimestamp: this.timestampAt(ms - lateMs) };
    this.times.noteSenderReport(report, ms + delayMs);
  }
  get offMs(): number[] {
    return this.#placed.map(({ ms, atMs, run }) => atMs + run.laterMs - ms);
  }
  get runs(): number {
    return new Set(this.#placed.map(({ run }) => run)).size;
  }
  get worstMs(): number {
    return Math.max(...this.offMs.map(Math.abs));
  }
}

describe('a kept stream', () => {
  it("without reports starts at its first packet's arrival and follows its timestamps, over the wrap", () => {
    const stream = new Stream(new NodeClock(), 90_000, 2 ** 32 - 900);
    expect(stream.packet(0, 130)).toBe(130);
    expect(stream.packet(40, 100)).toBeCloseTo(170, 5);
    expect(stream.packet(40, 110)).toBeCloseTo(170, 5);
    expect(stream.packet(20, 190)).toBeCloseTo(150, 5);
    stream.packets(60, 60_000, 90);
    expect([stream.runs, stream.times.run.laterMs]).toEqual([1, 0]);
    expect(stream.worstMs).toBeCloseTo(130, 5);
  });

  it('that ends before the node knows capture times follows the earliest of its last reports', () => {
    const stream = new Stream(new NodeClock(), 90_000);
    for (const [at, lateMs] of [4, 158].entries()) {
      stream.packets(at * 1000, at * 1000 + 1000, 200);
      stream.report(at * 1000 + 990, { lateMs });
    }
    expect(stream.worstMs).toBeCloseTo(4, 0);
  });

  it('that begins in a burst, and so seems early, follows the later reports', () => {
    const stream = new Stream(new NodeClock(), 90_000);
    stream.packets(0, 500, 0);
    stream.report(500, { lateMs: -480 });
    for (const ms of [1500, 2500, 3500]) {
      stream.packets(ms - 1000, ms, 100);
      stream.report(ms);
    }
    expect(stream.worstMs).toBeLessThan(0.1);
  });

  it.each([
    { what: 'settled', movedAt: 20 },
    { what: 'young', movedAt: 10 },
  ])(
    'that is $what continues at another media node at the same times, whatever the first reports there say',
    ({ movedAt }) => {
      const stream = new Stream(new NodeClock(), 90_000);
      const second = (at: number, o: Parameters<Stream['report']>[1]): void => {
        stream.packets(at * 1000, at * 1000 + 1000, 200);
        stream.report(at * 1000 + 990, o);
      };
      for (let at = 0; at < movedAt; at += 1) second(at, {});
      stream.times.continueOn(new NodeClock(), movedAt * 1000);
      for (let at = movedAt; at < movedAt + 60; at += 1)
        second(at, { nodeMs: -7_000_000, lateMs: at < movedAt + 8 ? 140 : 0 });
      expect(stream.runs).toBe(1);
      expect(stream.worstMs).toBeLessThan(0.1);
    },
  );

  it('once settled, ignores a single report that jumps, and begins another run after two that agree', () => {
    const stream = new Stream(new NodeClock(), 48_000);
    for (let ms = 0; ms < 20_000; ms += 1000) {
      stream.packets(ms, ms + 1000, 50);
      stream.report(ms + 990);
    }
    stream.report(20_000, { lateMs: 400 });
    stream.packets(20_000, 21_000, 50);
    stream.report(21_000);
    expect([stream.runs, stream.worstMs < 1]).toEqual([1, true]);
    // A second passes that the timestamps do not count.
    stream.jumpMs = -1000;
    stream.packets(22_000, 23_000, 50);
    stream.report(23_000);
    stream.packets(23_000, 24_000, 50);
    stream.report(24_000);
    const known = stream.offMs.length;
    stream.packets(24_000, 25_000, 50);
    expect(stream.runs).toBe(2);
    expect(Math.max(...stream.offMs.slice(known).map(Math.abs))).toBeLessThan(1);
    // The new relation does not move earlier frames.
    expect(Math.max(...stream.offMs.slice(0, 1000).map(Math.abs))).toBeLessThan(1);
  });

  it.each([
    ['ahead by hours', 1e7],
    ['back to its beginning', -20_000],
  ])('begins another run where a timestamp jumps %s, and earlier frames stay', (_what, jumpMs) => {
    const stream = new Stream(new NodeClock(), 90_000);
    stream.packets(0, 20_000, 80);
    stream.report(20_000);
    stream.jumpMs = jumpMs;
    stream.packets(20_000, 21_000, 110);
    stream.report(21_000);
    expect(stream.runs).toBe(2);
    expect(stream.worstMs).toBeLessThan(0.1);
  });

  it('begins another run after a pause that the timestamps do not count, not after a pause that they count', () => {
    const stream = new Stream(new NodeClock(), 48_000);
    stream.packets(0, 1000, 30);
    stream.report(1000);
    stream.packets(9000, 10_000, 30);
    expect(stream.runs).toBe(1);
    stream.jumpMs = -9000;
    stream.packets(19_000, 20_000, 60);
    stream.report(20_000);
    expect(stream.runs).toBe(2);
    expect(stream.worstMs).toBeLessThan(0.1);
  });

  it.each([-100, 100])('of a crystal that is %i ppm off follows its reports for six hours', (ppm) => {
    const stream = new Stream(new NodeClock(), 48_000);
    let worst = 0;
    for (let ms = 0; ms < 6 * 3_600_000; ms += 1000) {
      stream.jumpMs = (ms * ppm) / 1e6;
      const atMs = stream.packet(ms, 50);
      stream.report(ms + 10);
      if (ms > 20_000) worst = Math.max(worst, Math.abs(atMs + stream.times.run.laterMs - ms));
    }
    expect(worst).toBeLessThan(5);
    expect(stream.runs).toBe(1);
  });
});

describe('two streams of one participant', () => {
  it('are synchronous, however late either began and whichever was reported first', () => {
    const node = new NodeClock();
    const [sound, picture] = [new Stream(node, 48_000, 77), new Stream(node, 90_000, 2 ** 31)];
    for (let at = 0; at < 8; at += 1) {
      const ms = at * 1000;
      sound.packets(ms, ms + 1000, 20);
      if (at >= 1) picture.packets(ms, ms + 1000, 190);
      // The node knows the capture time of neither stream at first, and of both later.
      if (at >= 2) sound.report(ms + 900, { lateMs: at < 5 ? 15 : 0, delayMs: 3 });
      if (at >= 3) picture.report(ms + 900, { lateMs: at < 5 ? 170 : 0, delayMs: 3 });
    }
    const [offs] = [[...sound.offMs, ...picture.offMs]];
    expect(Math.max(...offs) - Math.min(...offs)).toBeLessThan(0.1);
  });

  it('are synchronous although reports are late and the clocks of the two hosts drift apart', () => {
    const node = new NodeClock();
    const [sound, picture] = [new Stream(node, 48_000), new Stream(node, 90_000)];
    for (let at = 0; at < 600; at += 1) {
      const ms = at * 1000;
      sound.packets(ms, ms + 1000, 20);
      picture.packets(ms, ms + 1000, 60);
      const nodeMs = ms / 20_000; // 50 ppm.
      for (const stream of [sound, picture]) stream.report(ms + 900, { delayMs: (at * 7) % 5 === 0 ? 1 : 40, nodeMs });
    }
    const [a, b] = [sound.offMs, picture.offMs];
    expect(Math.max(...a.map((off, at) => Math.abs(off - (b[at] ?? Number.NaN))))).toBeLessThan(10);
    expect(sound.runs + picture.runs).toBe(2);
  });
});

it("follow the node's clock by its fastest report, and its drift", () => {
  const clock = new NodeClock();
  expect(clock.toMs(WALL_MS, 40)).toBe(40);
  expect(clock.toMs(WALL_MS + 1000, 1005)).toBe(1005);
  expect(clock.toMs(WALL_MS + 2000, 2300)).toBeCloseTo(2005.5, 0);
  for (let ms = 3000; ms < 600_000; ms += 1000) clock.toMs(WALL_MS + ms * 0.9999, ms);
  expect(clock.toMs(WALL_MS + 600_000 * 0.9999, 600_000)).toBeCloseTo(600_000, 0);
});

describe('a stream that follows another consumer of its track', () => {
  const follow = (o: { nextAt: (ms: number) => number }) => {
    const before = new CorrectedTimes(new NodeClock(), 90_000);
    const own = new CorrectedTimes(new NodeClock(), 90_000);
    const times = new NextTimes({ previous: before, makeTimes: () => own, node: new NodeClock() });
    for (let ms = 0; ms < 1000; ms += 20) before.toMs(ms * 90, ms + 100);
    return { before, own, times, atMs: times.toMs(o.nextAt(1000), 1150) };
  };
  const report = { ntp: ntpOf(WALL_MS), rtpTimestamp: 90_000 };

  it('keeps the times if the timestamps are of one encoder, and its reports count once it leads', () => {
    const { before, times, atMs } = follow({ nextAt: (ms) => ms * 90 });
    expect([atMs, times.isSame, times.run]).toEqual([1100, true, before.run]);
    times.noteSenderReport(report, 1150);
    expect(before.run.laterMs).toBe(0);
    times.lead(1150);
    times.noteSenderReport(report, 1150);
    expect(before.run.laterMs).toBe(50);
    const third = new NextTimes({ previous: times, makeTimes: () => before, node: new NodeClock() });
    expect(third.active).toBe(before);
  });

  it('has times of its own if the timestamps are of another encoder', () => {
    const { own, times, atMs } = follow({ nextAt: (ms) => ms * 90 + 2 ** 30 });
    expect([atMs, times.isSame, times.run]).toEqual([1150, false, own.run]);
    const fresh = new CorrectedTimes(new NodeClock(), 90_000);
    const none = new NextTimes({
      previous: new CorrectedTimes(new NodeClock(), 90_000),
      makeTimes: () => fresh,
      node: new NodeClock(),
    });
    expect([none.at(0), none.toMs(0, 10), none.active]).toEqual([undefined, 10, fresh]);
  });
});
