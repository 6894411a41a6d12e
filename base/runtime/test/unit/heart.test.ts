import { describe, expect, it } from 'vitest';
import {
  firstPulse,
  heartLimits,
  type ProcessSample,
  parseThreadStat,
  pulseAfter,
  whyFrozen,
} from '../../src/heart.ts';

const idle: ProcessSample = { elapsedMs: 100, state: 'S', cpuMs: 0, isAwaited: false };

/** Looks at a child `times` times; before each look it gets `cpuMsPerLook` more processor time. */
function pulseAfterLooks(times: number, look: Partial<ProcessSample>, cpuMsPerLook = 0) {
  let pulse = firstPulse;
  for (let at = 1; at <= times; at += 1) pulse = pulseAfter(pulse, { ...idle, ...look, cpuMs: cpuMsPerLook * at });
  return whyFrozen(pulse, heartLimits);
}

describe('a child is frozen', () => {
  const rows = [
    { name: 'that is stopped at two looks', times: 2, look: { state: 'T' }, why: 'it has been stopped for 200 ms' },
    { name: 'that is stopped and awaited', times: 2, look: { state: 'T', isAwaited: true }, why: /stopped for 200 ms/ },
    { name: 'that sleeps over a beat for 10 s', times: 100, look: { isAwaited: true }, why: /answered for 10000 ms/ },
    { name: 'that waits for a disk for 10 s', times: 100, look: { isAwaited: true, state: 'D' }, why: /10000 ms/ },
    {
      name: 'that works for 10 s without a pause',
      times: 100,
      look: { isAwaited: true, state: 'R' },
      cpuMs: 100,
      why: /10000 ms/,
    },
  ];
  it.each(rows)('$name', ({ times, look, cpuMs, why }) => {
    expect(pulseAfterLooks(times - 1, look, cpuMs)).toBeUndefined();
    expect(pulseAfterLooks(times, look, cpuMs)).toMatch(why);
  });
});

describe('a child is not frozen', () => {
  const rows = [
    { name: 'that answers, whatever it does', times: 1000, look: { state: 'R' }, cpuMs: 100 },
    { name: 'that sleeps and is asked nothing', times: 1000, look: {} },
    { name: 'that works for 3 s without a pause', times: 30, look: { isAwaited: true, state: 'R' }, cpuMs: 100 },
    { name: 'that gets no processor for minutes', times: 1000, look: { isAwaited: true, state: 'R' } },
    {
      name: 'that gets a hundredth of a processor for a minute',
      times: 600,
      look: { isAwaited: true, state: 'R' },
      cpuMs: 1,
    },
    { name: 'that a debugger holds', times: 1000, look: { isAwaited: true, state: 't' } },
    { name: 'because we were away for an hour', times: 1, look: { isAwaited: true, state: 'T', elapsedMs: 3_600_000 } },
    { name: 'because each of our looks was late', times: 30, look: { isAwaited: true, elapsedMs: 3000 } },
  ];
  it.each(rows)('$name', ({ times, look, cpuMs }) => {
    expect(pulseAfterLooks(times, look, cpuMs)).toBeUndefined();
  });

  it('that was stopped and silent until now', () => {
    const before = { stoppedMs: 100, silentMs: 9900, cpuMs: 0 };
    expect(pulseAfter(before, { ...idle, cpuMs: 10 })).toEqual({ stoppedMs: 0, silentMs: 0, cpuMs: 10 });
  });
});

describe('the state of a thread', () => {
  const stat = (state: string): string =>
    `42 (no) de) (x) ${state} 1 42 42 0 -1 4194304 100 0 0 0 250 50 7 7 20 0 11 0 12345 1 2`;
  it('is read behind a name with brackets, with user and kernel time together', () => {
    expect(parseThreadStat(stat('T'))).toEqual({ state: 'T', cpuMs: 3000 });
  });
  it.each(['Z', 'X'])('is undefined for %s, which has ended', (state) => {
    expect(parseThreadStat(stat(state))).toBeUndefined();
  });
});
