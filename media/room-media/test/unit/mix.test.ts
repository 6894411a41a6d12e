import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  blockMs,
  blockSamples,
  failuresAfter,
  isDegraded,
  Mixer,
  PositionTimes,
  restartPauseMs,
  SampleClock,
  voicesMax,
} from '../../src/core/index.ts';

const sound = (level: number, samples = blockSamples): Float32Array => new Float32Array(samples).fill(level);
const mixer = (delayMs = 0): Mixer => new Mixer({ startMs: 1000, delayMs });
const say = (to: Mixer, voice: string, ptsMs: number, level: number): boolean =>
  to.push(voice, ptsMs, sound(level), sound(level));

describe('a mix', () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses sound at %s', (ptsMs) => {
    const mix = mixer();
    expect(say(mix, 'a', ptsMs, 1)).toBe(false);
    expect(mix.pull(1000 + blockMs)[0]?.everybody.every((sample) => sample === 0)).toBe(true);
  });

  it('treats sound that is not a number as silence', () => {
    const mix = mixer();
    say(mix, 'a', 1000, Number.NaN);
    say(mix, 'b', 1000, 0.5);
    expect(mix.pull(1000 + blockMs)[0]?.everybody[7]).toBe(0.5);
  });

  it('counts late and early samples, and refuses a voice too many', () => {
    const mix = mixer();
    mix.pull(1100);
    say(mix, 'late', 1000, 1);
    say(mix, 'early', 9000, 1);
    expect(mix.lostSamples).toBe(2 * blockSamples);
    for (let voice = 2; voice < voicesMax; voice += 1) expect(say(mix, `v${voice}`, 1100, 0)).toBe(true);
    expect(say(mix, 'one more', 1100, 0)).toBe(false);
    mix.remove('late');
    expect(say(mix, 'one more', 1100, 0)).toBe(true);
  });

  it('gives the place of the longest silent voice to a new voice', () => {
    const mix = mixer();
    for (let voice = 0; voice < voicesMax; voice += 1) expect(say(mix, `v${voice}`, 1000, 0.1)).toBe(true);
    mix.pull(2000);
    for (let voice = 1; voice < voicesMax; voice += 1) say(mix, `v${voice}`, 2000, 0.1);
    expect(say(mix, 'one more', 2000, 0.5)).toBe(false);
    mix.pull(2000 + blockMs);
    expect(say(mix, 'one more', 2000 + blockMs, 0.5)).toBe(true);
    expect(mix.pull(2000 + 2 * blockMs)[0]?.everybody[7]).toBe(0.5);
    expect(say(mix, 'v0', 2000 + 2 * blockMs, 0.5)).toBe(false);
  });

  it('continues at its own pace while no participant speaks', () => {
    const mix = mixer(60);
    fc.assert(
      fc.property(fc.array(fc.nat(400), { minLength: 1, maxLength: 10 }), (steps) => {
        const fresh = mixer(60);
        let nowMs = 1060;
        const times = steps.map((step) => (nowMs += step));
        const blocks = times.flatMap((atMs) => fresh.pull(atMs));
        expect(blocks.map(({ ptsMs }) => ptsMs)).toEqual(blocks.map((_, index) => 1000 + index * blockMs));
        expect(blocks.length).toBe(Math.floor((nowMs - 1060) / blockMs));
      }),
      { numRuns: 50 },
    );
    expect(mix.pull(1059 + blockMs)).toEqual([]);
    expect(mix.pull(1060 + blockMs)).toHaveLength(1);
  });

  it('skips blocks after a pause of more than a second', () => {
    const mix = mixer();
    say(mix, 'a', 1000, 0.5);
    const blocks = mix.pull(61_000);
    expect(blocks.map(({ ptsMs }) => ptsMs)).toEqual([61_000 - blockMs]);
    expect(blocks[0]?.everybody[0]).toBe(0);
    expect(mix.skippedBlocks).toBe(60_000 / blockMs - 1);
  });

  it('reuses the memory of a returned block, and changes no other block', () => {
    const mix = mixer();
    say(mix, 'a', 1000, 0.5);
    const blocks = mix.pull(1000 + 2 * blockMs);
    const [loud, silent] = blocks;
    if (loud === undefined || silent === undefined) throw new Error('two blocks are due');
    mix.recycle(loud);
    const [next, last] = mix.pull(1000 + 4 * blockMs);
    expect(next?.everybody).toBe(loud.everybody);
    expect(next?.everybody.every((sample) => sample === 0)).toBe(true);
    expect(last?.everybody).not.toBe(loud.everybody);
    expect(silent.everybody).not.toBe(loud.everybody);
  });

  it('adds voices and compresses loud samples', () => {
    const mix = mixer();
    say(mix, 'a', 1000, 0.5);
    say(mix, 'b', 1000, 0.25);
    say(mix, 'loud', 1000, 0.9);
    const [block] = mix.pull(1000 + blockMs);
    expect(block?.everybody[0]).toBeGreaterThan(0.95);
    expect(block?.everybody[0]).toBeLessThan(1);
  });

  it('joins packets whose times are rounded, and leaves a gap where a packet is lost', () => {
    const mix = mixer();
    say(mix, 'a', 1000, 0.5);
    say(mix, 'a', 1003 + blockMs, 0.5);
    say(mix, 'a', 1000 + 3 * blockMs, 0.5);
    const mean = (samples: Float32Array): number => samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
    const levels = mix.pull(1000 + 4 * blockMs).map(({ everybody: samples }) => mean(samples));
    expect(levels).toEqual([0.5, 0.5, 0, 0.5]);
  });
});

describe('the sample clock', () => {
  it('has no time before the first unit', () => {
    expect(new SampleClock(48_000).ptsAt(0)).toBeUndefined();
    expect(new PositionTimes(1).ptsAt(5)).toBeUndefined();
  });

  it('hides rounding, follows jumps at once and drift in the end', () => {
    const even = new SampleClock(44_100);
    for (let index = 0; index < 1000; index += 1) even.accept(Math.round((index * 1024_000) / 44_100), 1024);
    expect(even.ptsAt(999 * 1024)).toBeCloseTo((999 * 1024_000) / 44_100, 6);
    const jumping = new SampleClock(48_000);
    for (const ptsMs of [0, 20, 140.1, 160.1, -500]) jumping.accept(ptsMs, 960);
    expect([0, 1, 2, 3, 4].map((index) => jumping.ptsAt(index * 960))).toEqual([0, 20, 140.1, 160.1, -500]);
    const drifting = new SampleClock(48_000);
    for (let index = 0; index < 3000; index += 1) {
      const place = drifting.accept(index * 20.02, 960);
      expect(Math.abs((drifting.ptsAt(place) ?? 0) - index * 20.02)).toBeLessThan(25);
    }
  });

  it('remembers the last sixteen anchors', () => {
    const line = new PositionTimes(1000);
    for (let index = 0; index < 20; index += 1) line.anchor(index * 10, index * 1000);
    expect([line.ptsAt(195), line.ptsAt(45), line.ptsAt(0)]).toEqual([19_005, 4005, 3960]);
  });
});

describe('the pause before a restart', () => {
  it('doubles up to five seconds, and is short again after ten seconds without a failure', () => {
    expect([1, 2, 3, 5, 6, 1000].map(restartPauseMs)).toEqual([200, 400, 800, 3200, 5000, 5000]);
    expect([failuresAfter(3, 9999), failuresAfter(3, 10_000)]).toEqual([4, 1]);
    expect([3, 4].map(isDegraded)).toEqual([false, true]);
  });
});
