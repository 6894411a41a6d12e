import { describe, expect, it } from 'vitest';
import {
  afterEvent,
  newWatch,
  REPORT_EVERY_MS,
  reportOf,
  type Watch,
  type WatchEvent,
} from '../../../src/library/core/watch.ts';

type Step = readonly [atMs: number, event: WatchEvent['at'] | `quality ${string}`];

function eventOf(text: Step[1]): WatchEvent {
  return text.startsWith('quality ')
    ? { at: 'quality', name: text.slice(8) }
    : { at: text as Exclude<WatchEvent['at'], 'quality'> };
}

/** Plays the steps. `at` returns the report at a time, `reportedMs` the times of immediate reports. */
function played(...steps: readonly Step[]) {
  let watch: Watch = newWatch;
  const reportedMs: number[] = [];
  for (const [atMs, text] of steps) {
    const { next, report } = afterEvent(watch, eventOf(text), atMs);
    watch = next;
    if (report) reportedMs.push(atMs);
  }
  return { watch, reportedMs, at: (nowMs: number) => reportOf(watch, nowMs) };
}
const begun = [
  [1000, 'play'],
  [1400, 'playing'],
] as const satisfies readonly Step[];

describe('a playback', () => {
  it.each<[string, readonly Step[]]>([
    ['no event', []],
    [
      'a position that the page sets before playback',
      [
        [0, 'seeking'],
        [5, 'seeked'],
        [9, 'time'],
      ],
    ],
    [
      'a pause, end, wait or quality before playback',
      [
        [0, 'pause'],
        [5, 'ended'],
        [9, 'waiting'],
        [10, 'quality 720p'],
      ],
    ],
  ])('does not exist after %s', (_what, steps) => {
    const { at, reportedMs } = played(...steps);
    expect([at(60_000), reportedMs]).toEqual([undefined, []]);
  });

  it('begins when it is requested; the time until the first picture counts as its start, not as a stall', () => {
    const { at, reportedMs } = played([1000, 'play'], [1100, 'waiting'], [2600, 'playing']);
    expect(at(3600)).toMatchObject({ agoMs: 2600, startupMs: 1600, watchedMs: 1000, stalls: 0, stalledMs: 0 });
    expect(reportedMs).toEqual([2600]);
  });

  it('that ends before its first picture reports the waiting time as its start', () => {
    expect(played([1000, 'play']).at(9000)).toMatchObject({ agoMs: 8000, startupMs: 8000, watchedMs: 0 });
  });

  it('has a stall for each wait of at least a quarter of a second', () => {
    const { at, reportedMs } = played(
      ...begun,
      [5000, 'waiting'],
      [5249, 'playing'],
      [8000, 'waiting'],
      [8250, 'playing'],
    );
    expect(at(9000)).toMatchObject({ stalls: 1, stalledMs: 250, watchedMs: 3600 + 2751 + 750 });
    expect(reportedMs).toEqual([1400, 8250]);
  });

  it('counts a stall that still lasts, and one that a pause has ended', () => {
    expect(played(...begun, [5000, 'waiting']).at(7000)).toMatchObject({ stalls: 1, stalledMs: 2000 });
    expect(played(...begun, [5000, 'waiting'], [6000, 'pause']).at(99_000)).toMatchObject({
      stalls: 1,
      stalledMs: 1000,
    });
  });

  it('has no stall during a seek, nor when it resumes after a pause', () => {
    const { at, reportedMs } = played(
      ...begun,
      ...([
        [3400, 'seeking'],
        [3410, 'waiting'],
        [4000, 'seeking'],
        [6000, 'seeked'],
        [6100, 'playing'],
      ] as const),
      ...([
        [7100, 'pause'],
        [90_000, 'play'],
        [90_010, 'waiting'],
        [92_000, 'playing'],
      ] as const),
    );
    expect(at(93_000)).toMatchObject({
      seeks: 1,
      stalls: 0,
      stalledMs: 0,
      watchedMs: 2000 + 1000 + 1000,
      startupMs: 400,
    });
    expect(reportedMs).toEqual([1400, 6000, 7100, 92_000]);
  });

  it('has a stall before the seek that ends it, and counts a seek while paused', () => {
    expect(played(...begun, [5000, 'waiting'], [6500, 'seeking']).at(9000)).toMatchObject({
      seeks: 1,
      stalls: 1,
      stalledMs: 1500,
    });
    const paused = played(...begun, [2000, 'pause'], [3000, 'seeking'], [3001, 'seeked']);
    expect([paused.at(9000)?.seeks, paused.at(9000)?.watchedMs]).toEqual([1, 600]);
  });

  it('has no seek before its first picture, since the page sets the start position', () => {
    const { at, reportedMs } = played([0, 'play'], [5, 'seeking'], [6, 'seeked'], [400, 'playing']);
    expect([at(1400), reportedMs]).toMatchObject([{ seeks: 0, startupMs: 400, watchedMs: 1000 }, [400]]);
  });

  it('counts the time of each quality, and no switch before its first picture', () => {
    const { at, reportedMs } = played(
      ...([
        [0, 'quality 360p'],
        [1000, 'play'],
        [1100, 'quality 720p'],
        [1400, 'playing'],
      ] as const),
      ...([
        [4400, 'quality 1080p'],
        [4500, 'quality 1080p'],
        [5000, 'waiting'],
        [5100, 'quality 720p'],
        [6000, 'playing'],
      ] as const),
    );
    expect(at(7000)).toMatchObject({
      switches: 2,
      qualities: [
        { name: '720p', watchedMs: 3000 + 1000 },
        { name: '1080p', watchedMs: 600 },
      ],
    });
    expect(reportedMs).toEqual([1400, 4400, 5100, 6000]);
  });

  it('names at most eight qualities, and counts others only as watched', () => {
    const steps = Array.from({ length: 20 }, (_, at): Step => [2000 + at * 100, `quality ${at}p`]);
    const report = played(...begun, ...steps).at(5000);
    expect([report?.qualities.length, report?.watchedMs]).toEqual([8, 3600]);
  });

  it('is reported every half minute while playing, not while paused', () => {
    const times = Array.from({ length: 400 }, (_, at): Step => [1500 + at * 250, 'time']);
    const { reportedMs } = played(...begun, ...times);
    expect(reportedMs.map((ms) => Math.floor(ms / REPORT_EVERY_MS))).toEqual([0, 1, 2, 3]);
    expect(played(...begun, [2000, 'pause'], ...times.map(([ms]): Step => [ms + 1000, 'time'])).reportedMs).toEqual([
      1400, 2000,
    ]);
  });

  it('has ended at the video’s end, and is the same playback when it is played again', () => {
    const ended = [...begun, [9000, 'pause'], [9001, 'ended']] as const;
    expect(played(...ended).at(20_000)).toMatchObject({ ended: true, watchedMs: 7600 });
    expect(played(...ended).reportedMs).toEqual([1400, 9000, 9001]);
    const replayed = [...ended, [30_000, 'seeking'], [30_001, 'play'], [30_100, 'playing']] as const;
    expect(played(...replayed).at(31_100)).toMatchObject({
      ended: false,
      watchedMs: 8600,
      agoMs: 30_100,
      startupMs: 400,
    });
  });

  it('does not count a night of sleep of the machine, nor time that runs backwards', () => {
    expect(played(...begun, [2400, 'time'], [9_000_000, 'time']).at(9_000_000)?.watchedMs).toBe(11_000);
    expect(played(...begun, [1000, 'time']).at(1000)?.watchedMs).toBe(0);
  });

  it('never reports more watched time than has passed', () => {
    const { watchedMs = 0, agoMs = 0 } = played(...begun, [50_000, 'time']).at(60_000) ?? {};
    expect(watchedMs).toBeLessThanOrEqual(agoMs);
  });
});
