import { expect } from 'vitest';
import type { Participant } from './browser.ts';
import { continuityOf } from './continuity.ts';

export const camera = { width: 320, height: 180, frameRate: 15 };

/** Far above the gaps on an idle machine (none; 250 ms), since two cores run the browsers and everything else. */
const audioGapMsMax = 1500;
const videoFreezeMsMax = 4000;

/**
 * Asserts that no participant had a gap since the last reading that is so long that a person would believe the call to
 * be over. A failure names `where`.
 */
export async function expectUnbroken(all: readonly Participant[], where: string): Promise<void> {
  for (const p of all) {
    const { audioGapMs, videoFreezeMs } = await continuityOf(p);
    const at = `${p.name} ${where}: ${JSON.stringify({ audioGapMs, videoFreezeMs })}`;
    expect(Math.max(...Object.values(audioGapMs)), at).toBeLessThan(audioGapMsMax);
    expect(Math.max(...Object.values(videoFreezeMs)), at).toBeLessThan(videoFreezeMsMax);
  }
}

/**
 * Limits of gaps where media is not disturbed: test machines stall for some hundred milliseconds, and video decoders
 * longer while a killed process starts on the same two cores. Disturbed media would also have gaps in the sound.
 */
const undisturbedSoundGapMsMax = 1000;
const undisturbedFreezeMsMax = 2000;

/**
 * Asserts that the received media of everybody, or of the named people, was undisturbed since the last reading: no
 * silence of a second and no still picture of two.
 */
export async function expectUndisturbed(
  all: readonly Participant[],
  where: string,
  names?: readonly string[],
): Promise<void> {
  for (const p of all) {
    const { audioGapMs, videoFreezeMs } = await continuityOf(p);
    const gapsIn = (gaps: Readonly<Record<string, number>>): number[] =>
      Object.entries(gaps).flatMap(([name, ms]) => (names === undefined || names.includes(name) ? [ms] : []));
    const [sound, picture] = [gapsIn(audioGapMs), gapsIn(videoFreezeMs)];
    expect(sound.length + picture.length, `${p.name} ${where}: nothing was measured`).toBeGreaterThan(0);
    const at = `${p.name} ${where}: ${JSON.stringify({ audioGapMs, videoFreezeMs })}`;
    expect(Math.max(0, ...sound), at).toBeLessThan(undisturbedSoundGapMsMax);
    expect(Math.max(0, ...picture), at).toBeLessThan(undisturbedFreezeMsMax);
  }
}
