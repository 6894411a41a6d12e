// The wall clock as sound: a tenth of a second of tone at each whole second, silence between. Its pitch says the second
// modulo four, so that sound that is late by a second is not taken for sound in time.

/** A burst as it was heard. */
export interface Burst {
  /** Of its first sample, counted from the first sample that was pushed. */
  readonly at: number;
  /** The second modulo `tones`. */
  readonly tone: number;
}

export interface BurstDetector {
  /** Mono samples, −1 to 1, in order; any number at a time. Returns the bursts that have been heard out. */
  push(samples: Float32Array): Burst[];
}

export interface Bursts {
  readonly tones: number;
  readonly lengthMs: number;
  /** In hertz. */
  pitch(second: number): number;
  /** The sound at a time since 1970, −1 to 1. */
  sample(wallMs: number): number;
  detector(sampleRate: number): BurstDetector;
}

/** It uses nothing from outside of itself: pages get its source. */
export function makeBursts(): Bursts {
  const pitches = [600, 1000, 1500, 2200];
  const lengthMs = 100;
  const loudness = 0.5;
  /** The tone rises at once; codecs make a slope of it, of which this height is the middle of the onset. */
  const onsetLevel = 0.12;
  /** Looked at for the pitch, from this long after the onset. */
  const pitchFromMs = 10;
  const pitchMs = 60;
  /** This long below the level: the burst is over. Also the longest hole that a lost packet makes in one. */
  const quietMs = 200;
  /** A tone has this share of the energy at its pitch; clicks and noise do not. */
  const purityMin = 0.5;
  /** Players that play a little faster or slower raise or lower it by so much. */
  const pitchShare = 0.06;
  /** A tone between two of the frequencies that are looked for is still clear at one of them. */
  const stepHz = 12;

  const pitch = (second: number): number => pitches[((second % 4) + 4) % 4] ?? 0;

  /** Share of the energy at a frequency (Goertzel), 0 to 1. */
  function shareAt(samples: readonly number[], hz: number, sampleRate: number): number {
    const turn = 2 * Math.cos((2 * Math.PI * hz) / sampleRate);
    let [one, two, energy] = [0, 0, 0];
    for (const sample of samples) {
      [one, two] = [sample + turn * one - two, one];
      energy += sample * sample;
    }
    return (2 * (one * one + two * two - turn * one * two)) / (samples.length * energy);
  }

  /** The pitch that is clearly the strongest; undefined for what is no tone of ours. */
  function toneOf(samples: readonly number[], sampleRate: number): number | undefined {
    const shares = pitches.map((hz) => {
      let most = 0;
      for (let at = hz * (1 - pitchShare); at <= hz * (1 + pitchShare); at += stepHz)
        most = Math.max(most, shareAt(samples, at, sampleRate));
      return most;
    });
    const best = shares.indexOf(Math.max(...shares));
    return (shares[best] ?? 0) >= purityMin ? best : undefined;
  }

  function detector(sampleRate: number): BurstDetector {
    const samplesOf = (ms: number): number => Math.round((ms * sampleRate) / 1000);
    let heard = 0;
    let quiet = 0; // one may begin in the middle of a burst
    let onset = -1;
    let window: number[] = [];
    return {
      push(samples) {
        const bursts: Burst[] = [];
        for (const sample of samples) {
          const isLoud = Math.abs(sample) > onsetLevel;
          if (isLoud && quiet >= samplesOf(quietMs)) {
            onset = heard;
            window = [];
          }
          quiet = isLoud ? 0 : quiet + 1;
          if (onset >= 0 && heard >= onset + samplesOf(pitchFromMs)) window.push(sample);
          if (onset >= 0 && window.length >= samplesOf(pitchMs)) {
            const tone = toneOf(window, sampleRate);
            if (tone !== undefined) bursts.push({ at: onset, tone });
            onset = -1;
          }
          heard += 1;
        }
        return bursts;
      },
    };
  }

  return {
    tones: pitches.length,
    lengthMs,
    pitch,
    sample(wallMs) {
      const second = Math.floor(wallMs / 1000);
      const intoMs = wallMs - second * 1000;
      return intoMs < lengthMs ? loudness * Math.sin((2 * Math.PI * pitch(second) * intoMs) / 1000) : 0;
    },
    detector,
  };
}

export const bursts = makeBursts();
