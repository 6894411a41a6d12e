import { expect } from 'vitest';
import type { Participant } from './browser.ts';
import { continuityOf } from './continuity.ts';

/** A camera that several browsers on two cores keep up with. */
export const camera = { width: 320, height: 180, frameRate: 15 };

/**
 * Far above what a machine with time shows (no gap, 250 ms): two cores carry the browsers and whatever else runs.
 */
const audioGapMsMax = 1500;
const videoFreezeMsMax = 4000;

/**
 * Asserts that none of them heard or saw a break since the last reading that a person would take for the end; `where`
 * is said with a failure.
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
 * What does not touch media at all: machines on which tests run stand still for some hundred milliseconds, and decoders
 * of pictures longer while a killed process starts on the same two cores. Media that is touched has gaps of sound too.
 */
const untouchedSoundMsMax = 1000;
const untouchedPictureMsMax = 2000;

/**
 * Asserts that nothing touched the media that they receive, of everybody or of those named, since the last reading:
 * no silence of a second and no standing picture of two.
 */
export async function expectGoesOn(
  all: readonly Participant[],
  where: string,
  names?: readonly string[],
): Promise<void> {
  for (const p of all) {
    const { audioGapMs, videoFreezeMs } = await continuityOf(p);
    const of = (gaps: Readonly<Record<string, number>>): number[] =>
      Object.entries(gaps).flatMap(([name, ms]) => (names === undefined || names.includes(name) ? [ms] : []));
    const [sound, picture] = [of(audioGapMs), of(videoFreezeMs)];
    expect(sound.length + picture.length, `${p.name} ${where}: nothing was measured`).toBeGreaterThan(0);
    const at = `${p.name} ${where}: ${JSON.stringify({ audioGapMs, videoFreezeMs })}`;
    expect(Math.max(0, ...sound), at).toBeLessThan(untouchedSoundMsMax);
    expect(Math.max(0, ...picture), at).toBeLessThan(untouchedPictureMsMax);
  }
}
