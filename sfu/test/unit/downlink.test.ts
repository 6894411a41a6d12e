// Rules of core/downlink.ts, played step by step on a simulated downlink.
import { describe, expect, test } from 'vitest';
import {
  type DownlinkState,
  type DownlinkView,
  downlinkRules,
  hasRoom,
  initialDownlink,
  restDownlink,
  sampleRoundTrip,
  stepDownlink,
  videoBudgetBps,
} from '../../src/core/index.ts';

const streamOf = (bps: number, key = 'screen', priority = 1) => ({ key, bps, priority });
const view = (change: Partial<DownlinkView>): DownlinkView => ({
  nowMs: 0,
  availableBps: 1_500_000,
  lossShare: 0,
  rttMs: 40,
  ceilingBps: 1_500_000,
  audioBps: 48_000,
  layeredCount: 0,
  singles: [streamOf(4_000_000)],
  ...change,
});
const tickMs = 250;
/** Steps through the views, one per tick; missing fields keep their last value. */
function run(views: Partial<DownlinkView>[], from: DownlinkState = initialDownlink, fromMs = 0) {
  let state = from;
  const events: string[] = [];
  let current: Partial<DownlinkView> = {};
  views.forEach((one, index) => {
    current = { ...current, ...one };
    const step = stepDownlink(state, view({ ...current, nowMs: fromMs + index * tickMs }));
    state = step.state;
    events.push(
      ...step.hold.map((key) => `${index}: hold ${key}`),
      ...step.release.map((key) => `${index}: release ${key}`),
    );
  });
  return { state, events };
}
const repeated = (count: number, change: Partial<DownlinkView> = {}): Partial<DownlinkView>[] =>
  Array.from({ length: count }, () => change);

describe('the bandwidth for video of one layer', () => {
  test.each<[string, Partial<DownlinkView>, number]>([
    ['is the estimate minus audio and its headroom', { availableBps: 1_000_000, audioBps: 40_000 }, 926_000],
    [
      'leaves out the lowest layers of layered video',
      { availableBps: 1_000_000, audioBps: 40_000, layeredCount: 3 },
      626_000,
    ],
    ['is never negative', { availableBps: 30_000, audioBps: 400_000 }, 0],
    ['leaves out the bitrate of one voice when all are silent', { availableBps: 100_000, audioBps: 0 }, 76_000],
  ])('%s', (_name, change, want) => expect(videoBudgetBps(view(change))).toBe(want));
});

describe('a running stream', () => {
  test.each<[string, Partial<DownlinkView>[], string[]]>([
    [
      'that fits goes on, however many packets are lost',
      repeated(100, { singles: [streamOf(800_000)], lossShare: 0.5 }),
      [],
    ],
    ['of unknown bitrate goes on', repeated(100, { singles: [streamOf(0)], lossShare: 0.5 }), []],
    [
      'without room goes on while the estimate still grows',
      Array.from({ length: 100 }, (_, i) => ({ availableBps: 500_000 * 1.02 ** i })),
      [],
    ],
    [
      'without room is held at the second step when many packets are lost',
      repeated(10, { lossShare: 0.3 }),
      ['1: hold screen'],
    ],
    [
      'without room is held when the estimate falls and some packets are lost',
      [{}, {}, { availableBps: 1_200_000, lossShare: 0.04 }, { availableBps: 700_000 }, ...repeated(4)],
      ['3: hold screen'],
    ],
    [
      'without room is held when the estimate falls and a queue lasts, once all recent reports are late',
      [...repeated(8), { availableBps: 700_000, rttMs: 400 }, ...repeated(8)],
      ['16: hold screen'],
    ],
    [
      'without room goes on when the estimate falls, nothing is lost and some reports are quick (a busy receiver)',
      Array.from({ length: 200 }, (_, i) => ({
        availableBps: 700_000 + 50_000 * Math.cos(i),
        rttMs: i % 6 === 0 ? 60 : 500,
      })),
      [],
    ],
    [
      'without room is held when the estimate does not grow, nothing is lost and a queue lasts',
      [{}, ...repeated(32, { rttMs: 300 })],
      ['24: hold screen'],
    ],
    ['without room goes on while no packet is lost and no queue lasts, whatever the estimate is', repeated(200), []],
    ['is not held when its path has become longer', [...repeated(20), ...repeated(200, { rttMs: 140 })], []],
    ['with some loss on a bad radio goes on while the estimate is steady', repeated(100, { lossShare: 0.05 }), []],
    [
      'without room goes on while the average of an earlier loss falls',
      Array.from({ length: 12 }, (_, i) => ({ lossShare: 0.9 * 0.8 ** i })).slice(1),
      [],
    ],
  ])('%s', (_name, views, want) => expect(run(views).events).toEqual(want));

  test('is held for a stream of higher priority, or a smaller one of the same priority, if the two do not fit', () => {
    const both = (a: number, b: number, priority = 1) => ({
      lossShare: 0.3,
      singles: [streamOf(a, 'a', priority), streamOf(b, 'b')],
    });
    expect(run(repeated(3, both(900_000, 800_000))).events).toEqual(['1: hold a']);
    expect(run(repeated(3, both(900_000, 800_000, 2))).events).toEqual(['1: hold b']);
    expect(run(repeated(3, both(2_000_000, 3_000_000))).events).toEqual(['1: hold a', '1: hold b']);
  });
});

describe('small video', () => {
  const tile = (number: number, bps = 60_000) => streamOf(bps, `tile ${number}`);
  const tiles = (count: number, bps?: number) => Array.from({ length: count }, (_, index) => tile(index + 1, bps));
  /** Figures of a receiver that stalls: high loss, late reports, an estimate near zero. */
  const stalled = { availableBps: 40_000, lossShare: 0.4, rttMs: 900 };
  test.each<[string, DownlinkView['singles'], string[]]>([
    ['of a receiver that stalls goes on', [tile(1)], []],
    ['up to the limit goes on', [tile(1, downlinkRules.smallBps)], []],
    ['above the limit is held like all other video', [tile(1, downlinkRules.smallBps + 1)], ['9: hold tile 1']],
    ['of a small meeting goes on', tiles(5), []],
    ['goes on while larger video is held', [tile(1), streamOf(4_000_000)], ['9: hold screen']],
    ['goes on when a screen has priority', [tile(1), streamOf(4_000_000, 'screen', 2)], ['9: hold screen']],
    [
      'of many tiles goes on for the smallest, up to a total',
      [tile(1, 90_000), tile(2, 140_000), tile(3, 120_000), tile(4, 130_000)],
      ['9: hold tile 2'],
    ],
  ])('%s', (_name, singles, want) => {
    const views = [...repeated(8, { singles }), ...repeated(100, stalled)];
    expect(run(views).events).toEqual(want);
  });
});

describe('a stream that is held', () => {
  const held = run(repeated(2, { lossShare: 0.3 })).state;
  test('is sent again after a second with room and a margin', () => {
    const wide = { availableBps: 4_800_000, lossShare: 0 };
    expect(run(repeated(8, wide), held, 500).events).toEqual(['4: release screen']);
    expect(run(repeated(100, { availableBps: 4_100_000, ceilingBps: 9_000_000 }), held, 500).events).toEqual([]);
  });
  test('is never tried on a downlink whose estimate stays below the ceiling', () => {
    expect(run(repeated(4000, { availableBps: 1_000_000 }), held, 500).events).toEqual([]);
  });
  test('is tried at the ceiling and held again at once, with pauses that double up to their limit', () => {
    let state = held;
    const pausesMs: number[] = [];
    let heldAtMs = 250;
    for (let nowMs = 500; pausesMs.length < 7; nowMs += tickMs) {
      const running = state.held.size === 0;
      const step = stepDownlink(state, view({ nowMs, lossShare: running ? 0.4 : 0, availableBps: 1_400_000 }));
      if (step.release.length > 0) pausesMs.push(nowMs - heldAtMs);
      if (step.hold.length > 0) heldAtMs = nowMs;
      state = step.state;
    }
    expect(pausesMs).toEqual([10_000, 20_000, 40_000, 80_000, 160_000, 160_000, 160_000]);
  });
  test('is tried while no other stream is tried', () => {
    const two = { singles: [streamOf(4e6, 'a'), streamOf(5e6, 'b')] };
    const both = run(repeated(2, { ...two, lossShare: 0.3 })).state;
    const later = run(repeated(1, { ...two, availableBps: 1_400_000 }), both, 20_000);
    expect(later.events).toEqual(['0: release a']);
  });
  test('loses the count of its tries after it has run for a while, so that its pauses are short again', () => {
    const tried = run(repeated(1, { availableBps: 1_400_000 }), held, 20_000);
    const settled = run(repeated(1, { availableBps: 6e6 }), tried.state, 20_000 + downlinkRules.settledMs);
    expect([tried.state.tried.size, settled.state.tried.size]).toEqual([1, 0]);
  });
});

describe('a downlink that rests', () => {
  const roomy = { singles: [streamOf(800_000)] };
  test.each<[string, Partial<DownlinkView>, boolean]>([
    ['with room for its streams', roomy, true],
    ['with less room than the streams need', { singles: [streamOf(1_450_000)] }, false],
    ['with room for each stream but not for both', { singles: [streamOf(800_000), streamOf(700_000, 'two')] }, false],
    ['with small streams only', { ...roomy, availableBps: 10_000, singles: [streamOf(150_000)] }, true],
  ])('%s may go on resting: %s', (_name, change, want) => expect(hasRoom(initialDownlink, view(change))).toBe(want));

  test('is checked after its estimate has fallen, while a stream is held, and for a while after a hold', () => {
    const { state } = run([roomy, roomy]);
    expect(hasRoom(state, view({ ...roomy, availableBps: 1_200_000 }))).toBe(false);
    const held = run([{ lossShare: 0.3 }, {}]).state;
    expect(hasRoom(held, view({ ...roomy, availableBps: 9_000_000 }))).toBe(false);
    const released = run(repeated(8, { availableBps: 9_000_000, lossShare: 0 }), held, 500);
    expect(released.events).toEqual(['4: release screen']);
    expect(hasRoom(released.state, view({ ...roomy, availableBps: 9_000_000 }))).toBe(false);
  });

  test('forgets a congestion that was under way, so that one lossy step after it holds nothing', () => {
    const { state } = run([{ lossShare: 0.3 }]);
    const rested = restDownlink(state, 1_500_000, 1);
    expect(run([{ lossShare: 0.3 }], rested, 10_000).events).toEqual([]);
    expect(run([{ lossShare: 0.3 }], state, 10_000).events).toEqual(['0: hold screen']);
  });

  test('does not take a longer path, sampled meanwhile, for a queue', () => {
    let { state } = run(repeated(8, { ...roomy, rttMs: 40 }));
    for (let sample = 0; sample < 3; sample += 1) state = sampleRoundTrip(restDownlink(state, 1_500_000, 480), 300);
    expect(run(repeated(8, { rttMs: 300, availableBps: 900_000 }), state, 200_000).events).toEqual([]);
  });

  test('knows its least round trip after minutes of rest, so that a queue shows', () => {
    const { state } = run(repeated(8, { ...roomy, rttMs: 40 }));
    const rested = restDownlink(state, 1_500_000, 480);
    const queued = repeated(12, { rttMs: 300, availableBps: 900_000 });
    expect(run(queued, rested, 200_000).events).toContainEqual(expect.stringContaining('hold screen'));
  });

  test('forgets its estimate as fast as by single steps', () => {
    const { state } = run([roomy]);
    let slow = state;
    for (let step = 0; step < 40; step += 1) slow = restDownlink(slow, 100_000, 1);
    expect(restDownlink(state, 100_000, 40).recentBps).toBeCloseTo(slow.recentBps);
  });
});
