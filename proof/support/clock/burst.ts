// The wall clock as sound: a tenth of a second of tone at each whole second, silence between. The pitch is the second
// modulo four, so that sound that is late by a second differs from sound in time.

export interface Burst {
  /** Index of its first sample, counted from the first sample that was pushed. */
  readonly at: number;
  /** Second modulo `TONES`. */
  readonly tone: number;
}

const pitches = [600, 1000, 1500, 2200] as const;
export const TONES = pitches.length;
const lengthMs = 100;
const loudness = 0.5;
/** The tone rises at once, and codecs make a slope of the rise; this height is the middle of the slope. */
const onsetLevel = 0.12;
/** Part of the burst whose pitch is analysed, after its onset. */
const [pitchFromMs, pitchMs] = [10, 60];
/** A burst is over after this long below the level. Also the longest hole that a lost packet makes in a burst. */
const quietMs = 200;
/** Least share of the energy at the pitch; clicks and noise have less. */
const purityMin = 0.5;

/** Returns the sound at a time since 1970, −1 to 1. */
export function soundAt(wallMs: number): number {
  const second = Math.floor(wallMs / 1000);
  const intoMs = wallMs - second * 1000;
  const pitch = pitches[second % TONES] ?? 0;
  return intoMs < lengthMs ? loudness * Math.sin((2 * Math.PI * pitch * intoMs) / 1000) : 0;
}

/** Returns the bursts in mono samples, −1 to 1. */
export function burstsIn(samples: Float32Array, sampleRate: number): Burst[] {
  const count = (ms: number): number => Math.round((ms * sampleRate) / 1000);
  const bursts: Burst[] = [];
  let quiet = 0; // the sound may begin in the middle of a burst
  for (const [at, sample] of samples.entries()) {
    const isLoud = Math.abs(sample) > onsetLevel;
    if (isLoud && quiet >= count(quietMs)) {
      const from = at + count(pitchFromMs);
      const tone = toneOf(samples.subarray(from, from + count(pitchMs)), sampleRate);
      if (tone !== undefined) bursts.push({ at, tone });
    }
    quiet = isLoud ? 0 : quiet + 1;
  }
  return bursts;
}

/** Returns the pitch that is clearly the strongest; undefined for other sound. */
function toneOf(samples: Float32Array, sampleRate: number): number | undefined {
  const shares = pitches.map((hz) => shareAt(samples, hz, sampleRate));
  const best = shares.indexOf(Math.max(...shares));
  return (shares[best] ?? 0) >= purityMin ? best : undefined;
}

/** Returns the share of the energy at a frequency (Goertzel), 0 to 1. */
function shareAt(samples: Float32Array, hz: number, sampleRate: number): number {
  const turn = 2 * Math.cos((2 * Math.PI * hz) / sampleRate);
  let [one, two, energy] = [0, 0, 0];
  for (const sample of samples) {
    [one, two] = [sample + turn * one - two, one];
    energy += sample * sample;
  }
  return (2 * (one * one + two * two - turn * one * two)) / (samples.length * energy);
}
