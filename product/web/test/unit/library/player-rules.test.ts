import { describe, expect, it } from 'vitest';
import { positionForKey, positionForPlayKey } from '../../../src/core/seek.ts';
import { continueAt } from '../../../src/library/core/continue.ts';
import { bufferOf, loadingOf, STILL_MS_MAX } from '../../../src/library/core/loading.ts';
import { speedBeside } from '../../../src/library/core/qualities.ts';

describe('the loaded amount', () => {
  const idle = { isPaused: true, isHidden: false, hasBegun: false, stillMs: 0 };
  it.each([
    ['the beginning before playback', {}, 'begin'],
    ['nothing before playback in a hidden page', { isHidden: true }, 'none'],
    ['nothing before playback after a minute', { stillMs: STILL_MS_MAX }, 'none'],
    ['ahead during playback', { isPaused: false, hasBegun: true }, 'ahead'],
    [
      'ahead during playback in a hidden page, since it is heard',
      { isPaused: false, isHidden: true, stillMs: 1e9 },
      'ahead',
    ],
    ['ahead in a short pause', { hasBegun: true, stillMs: STILL_MS_MAX - 1 }, 'ahead'],
    ['nothing in a long pause', { hasBegun: true, stillMs: STILL_MS_MAX }, 'none'],
    ['nothing in a pause in a hidden page', { hasBegun: true, isHidden: true }, 'none'],
  ])('is %s', (_what, change, loading) => {
    expect(loadingOf(Object.assign({}, idle, change))).toBe(loading);
  });

  it('is limited by time in both settings of hls.js', () => {
    expect(bufferOf('ahead')).toEqual({ maxBufferLength: 20, maxMaxBufferLength: 20 });
    expect(bufferOf('begin').maxMaxBufferLength).toBeLessThan(1);
  });
});

describe('a person resumes', () => {
  it.each([
    [undefined, 600_000, undefined],
    [Number.NaN, 600_000, undefined],
    [-5, 600_000, undefined],
    [9999, 600_000, undefined],
    [570_000, 600_000, undefined],
    [900_000, 600_000, undefined],
    [10_000, 10_200, undefined],
    [10_000, 600_000, 10_000],
    [569_999, 600_000, 569_999],
    [42_000, 0, 42_000],
  ])('at %s ms of %s ms at the position %s', (positionMs, durationMs, at) => {
    expect(continueAt(positionMs, durationMs)).toBe(at);
  });
});

describe('keys', () => {
  it.each([
    ['a', 50_000, undefined],
    ['ArrowLeft', 3000, 0],
    ['ArrowRight', 3000, 8000],
    ['ArrowRight', 98_000, 100_000],
    ['PageUp', 3000, 63_000],
    ['PageDown', 3000, 0],
    ['Home', 50_000, 0],
    ['End', 50_000, 100_000],
  ])('of the bar: %s at %s', (key, ms, to) => {
    expect(positionForKey(key, ms, 100_000)).toBe(to);
  });

  it('of the player seek within the video', () => {
    expect(positionForPlayKey({ do: 'skip', ms: -5000 }, 2000, 100_000)).toBe(0);
    expect(positionForPlayKey({ do: 'skip', ms: 10_000 }, 2000, 100_000)).toBe(12_000);
    expect(positionForPlayKey({ do: 'seek', share: 0.3 }, 2000, 100_000)).toBe(30_000);
    expect(positionForPlayKey({ do: 'mute' }, 2000, 100_000)).toBeUndefined();
  });

  it('change the speed by a step, and stop at the ends', () => {
    expect([
      speedBeside(1, 1),
      speedBeside(1, -1),
      speedBeside(2, 1),
      speedBeside(0.5, -1),
      speedBeside(1.1, 1),
    ]).toEqual([1.25, 0.75, 2, 0.5, 1.25]);
  });
});
