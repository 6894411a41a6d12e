import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createProgress, duration, progressLine } from '../../setup/progress.mjs';

describe('progress', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  const durations = [
    [0, '0.0 s'],
    [9_940, '9.9 s'],
    [9_960, '10 s'],
    [59_400, '59 s'],
    [59_600, '1 min 00 s'],
    [248_000, '4 min 08 s'],
  ] as const;
  it.each(durations)('writes %i ms as %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  it('shows what is done, how far and for how long', () => {
    expect(progressLine('Building', {}, 1500)).toBe('Building 1.5 s');
    expect(progressLine('Building', { done: 3 }, 1500)).toBe('Building [3] 1.5 s');
    expect(progressLine('Building', { done: 3, total: 261, detail: 'a.cpp' }, 65_000)).toBe(
      'Building [3/261] 1 min 05 s  a.cpp',
    );
  });

  function start(isTTY: boolean) {
    let text = '';
    const write = (part: string) => {
      text += part;
    };
    const output = { isTTY, columns: 20, write };
    const progress = createProgress({ output, nowMs: () => Date.now() });
    return { progress, text: () => text };
  }

  it('writes a line every 10 s into a log', async () => {
    const { progress, text } = start(false);
    const step = progress.step('Building', async (report) => {
      report({ done: 1, total: 2 });
      await new Promise((resolve) => setTimeout(resolve, 25_000));
    });
    await vi.advanceTimersByTimeAsync(25_000);
    await step;
    expect(text()).toBe('Building 0.0 s\nBuilding [1/2] 10 s\nBuilding [1/2] 20 s\nBuilding: done in 25 s\n');
  });

  it('keeps one line on a terminal, never wider than it', async () => {
    const { progress, text } = start(true);
    const step = progress.step('A title that is long', () => new Promise<void>((resolve) => setTimeout(resolve, 500)));
    await vi.advanceTimersByTimeAsync(500);
    await step;
    const drawn = text().split('\r\x1b[2K').slice(1, -1);
    expect(drawn.length).toBeGreaterThanOrEqual(3);
    expect(new Set(drawn)).toEqual(new Set(['A title that is lon']));
  });

  it('keeps a line for each of several steps on a terminal, below the ended ones', async () => {
    const { progress, text } = start(true);
    const lasting = (ms: number) => () => new Promise<void>((resolve) => setTimeout(resolve, ms));
    const steps = [progress.step('One', lasting(100)), progress.step('Two', lasting(150))];
    await vi.advanceTimersByTimeAsync(150);
    await Promise.all(steps);
    expect(text().split('\r\x1b[2K').slice(1)).toEqual([
      'One 0.0 s',
      'One 0.0 s\nTwo 0.0 s',
      '\x1b[1A\x1b[2KOne: done in 0.1 s\nTwo 0.1 s',
      'Two: done in 0.1 s\n',
    ]);
  });

  it.each([
    [true, '\r\x1b[2KOne 0.0 s\r\x1b[2K', 'One: done in 30 s\n'],
    [false, 'One 0.0 s\n', 'One: done in 30 s\n'],
  ])('shows only ends of steps while another program has the terminal (terminal: %s)', async (isTTY, ...want) => {
    const { progress, text } = start(isTTY);
    const step = progress.step('One', () => new Promise<void>((resolve) => setTimeout(resolve, 30_000)));
    progress.quiet();
    await vi.advanceTimersByTimeAsync(30_000);
    await step;
    expect(text()).toBe(want.join(''));
  });

  it('reports a failed step, passes the error on and leaves no timer', async () => {
    const { progress, text } = start(false);
    await expect(progress.step('Building', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(text()).toMatch(/Building: failed after/);
    expect(vi.getTimerCount()).toBe(0);
  });
});
