import { createLogger, ManualClock, seededRng } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';
import { phaseOf, switchDelayMs, switchTimes } from '../../src/core/index.ts';
import { SwitchMoments } from '../../src/media/switch-moments.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const { periodMs, openMs } = switchTimes;
/** mediasoup's key frame delay at the origin (publisher.ts). */
const ORIGIN_DELAY_MS = 400;

describe('a change waits', () => {
  const delayOf = (o: { nowMs?: number; wallMs?: number; windowStartMs?: number; phase?: number }) =>
    switchDelayMs({ nowMs: 100_000, wallMs: 0, windowStartMs: undefined, phase: 0, ...o });
  test.each([
    { name: '0 ms when no subscriber has changed before', o: {}, ms: 0 },
    { name: '0 ms when others have just changed', o: { windowStartMs: 100_000 - openMs + 1 }, ms: 0 },
    {
      name: 'for the common moment when others changed earlier',
      o: { windowStartMs: 100_000 - openMs, wallMs: 1_000 },
      ms: periodMs - 1_000,
    },
    {
      name: '1 ms when it is requested 1 ms before the common moment',
      o: { windowStartMs: 99_000, wallMs: periodMs - 1 },
      ms: 1,
    },
    {
      name: 'a whole period when it has just missed the common moment',
      o: { windowStartMs: 99_000, wallMs: 2 * periodMs },
      ms: periodMs,
    },
    {
      name: 'for the moment of its own track',
      o: { windowStartMs: 99_000, wallMs: 1_000, phase: 0.5 },
      ms: periodMs / 2 - 1_000,
    },
    { name: '0 ms when the last change was a period ago', o: { windowStartMs: 100_000 - periodMs, wallMs: 1 }, ms: 0 },
    { name: 'a positive time on a wall clock before 1970', o: { windowStartMs: 99_000, wallMs: -1 }, ms: 1 },
  ])('$name', ({ o, ms }) => expect(delayOf(o)).toBeCloseTo(ms, 6));

  test('for a moment that differs between tracks and is the same at every node', () => {
    const phases = Array.from({ length: 500 }, (_, index) => phaseOf(`TR_${index}`));
    expect(phases.every((phase) => phase >= 0 && phase < 1)).toBe(true);
    for (const tenth of Array(10).keys()) {
      expect(phases.filter((phase) => Math.floor(phase * 10) === tenth).length).toBeGreaterThan(20);
    }
    expect(phaseOf('TR_1')).toBe(phaseOf('TR_1'));
  });
});

describe('changes of a track', () => {
  const setUp = () => {
    const clock = new ManualClock();
    const changes: [string, number][] = [];
    const switches = new SwitchMoments({ clock, log, trackId: 'TR_a' });
    const requestChange = (key: string, flows = true): void => {
      const change = async (): Promise<void> => void changes.push([key, clock.nowMs()]);
      switches.request(key, change, flows);
    };
    return { clock, made: changes, switches, ask: requestChange };
  };

  test('of one subscriber replace each other, and are dropped by `forget`', () => {
    const { clock, made, switches, ask } = setUp();
    ask('a');
    clock.advance(openMs);
    for (const key of ['b', 'b', 'c']) ask(key);
    switches.forget('c');
    clock.advance(periodMs);
    expect(made.map(([key]) => key)).toEqual(['a', 'b']);
  });

  test('that need no key frame happen at once', () => {
    const { clock, made, ask } = setUp();
    ask('a');
    clock.advance(openMs);
    ask('hidden', false);
    expect(made.map(([key]) => key)).toEqual(['a', 'hidden']);
  });
});

test.each([1, 2, 3])(
  'changes of twenty subscribers at %i nodes cost at most 0.5 key frames a second, though they change all the time (seeded)',
  (nodes) => {
    const seed = process.env['SEED'] ?? String(Math.floor(Math.random() * 2 ** 32));
    console.log(`SEED=${seed}`);
    const rng = seededRng(seed);
    const clock = new ManualClock();
    let keyFrames = 0;
    let [isDelayed, isAskedAgain] = [false, false];
    // Like mediasoup's KeyFrameRequestManager: a first request passes at once, and all requests within the delay make
    // one more at its end.
    const requestKeyFrame = (): void => {
      if (isDelayed) {
        isAskedAgain = true;
        return;
      }
      keyFrames += 1;
      isDelayed = true;
      clock.after(ORIGIN_DELAY_MS, () => {
        isDelayed = false;
        if (!isAskedAgain) return;
        isAskedAgain = false;
        requestKeyFrame();
      });
    };
    const switches = Array.from({ length: nodes }, () => new SwitchMoments({ clock, log, trackId: 'TR_a' }));
    for (let subscriber = 0; subscriber < 20; subscriber += 1) {
      const at = subscriber % nodes;
      const change = async (): Promise<void> => void clock.after(at * 80, requestKeyFrame);
      const scheduleChange = (): void => {
        switches[at]?.request(String(subscriber), change, true);
        clock.after(1_000 + rng.int(2_000), scheduleChange);
      };
      scheduleChange();
    }
    const seconds = 600;
    clock.advance(seconds * 1_000);
    expect(keyFrames / seconds).toBeLessThanOrEqual(0.5);
    expect(keyFrames / seconds).toBeGreaterThan(0.15); // the layers do change
  },
);
