// Measures level and silence of a track's decoded samples. Missing sound counts as silence.

const SAMPLE_RATE = 48_000;
const INTERVAL_MS = 100;
const INTERVAL_SAMPLES = (SAMPLE_RATE * INTERVAL_MS) / 1000;
/** Intervals over which the level is measured: a second. */
const LEVEL_INTERVALS = 10;
/** Delay of the judgement, so that late sound has arrived and is decoded. */
export const SOUND_LATE_MS = 500;
/** Intervals kept around the judged time, two seconds each way; sound with another time counts as present sound. */
const INTERVALS_KEPT = 40;
/** silencedetect's default of -60 dB (ffmpeg-filters), as a mean square. */
const SILENT_SQUARE_MAX = 1e-6;
/** Shorter silence is between words. */
const SILENT_MS_MIN = 1000;
/** Silence in RTP audio levels (RFC 6464). */
export const SILENCE_DB = -127;

export interface SoundVerdict {
  /** dBFS (RMS of the louder channel) over a second, -127 to 0. */
  readonly levelDb: number;
  /** Duration below -60 dBFS; 0 if it is louder. */
  readonly silentMs: number;
}

interface Interval {
  number: number;
  left: number;
  right: number;
}

/** Sound of one track. It is not silent before its first packet. */
export class SoundJudge {
  readonly #intervals: Interval[] = Array.from({ length: INTERVALS_KEPT }, () => ({ number: -1, left: 0, right: 0 }));
  /** Undefined before the first sound, while a decoder may be starting. */
  #soundUntilMs: number | undefined;

  noteSilence(nowMs: number): void {
    this.#soundUntilMs ??= nowMs;
  }

  /** Adds samples, −1 to 1, that begin at `ptsMs`; both channels have the same length. */
  addSound(ptsMs: number, left: Float32Array, right: Float32Array, nowMs: number): void {
    const isNear = ptsMs <= nowMs + INTERVAL_MS && ptsMs > nowMs - (INTERVALS_KEPT - LEVEL_INTERVALS) * INTERVAL_MS;
    const fromMs = isNear ? ptsMs : nowMs;
    this.#soundUntilMs ??= fromMs;
    let at = 0;
    while (at < left.length) {
      const ms = fromMs + (at * 1000) / SAMPLE_RATE;
      const number = Math.floor(ms / INTERVAL_MS);
      const partSamples = Math.max(1, Math.round((((number + 1) * INTERVAL_MS - ms) * SAMPLE_RATE) / 1000));
      const end = Math.min(left.length, at + partSamples);
      this.#add(number, squareOf(left, at, end), squareOf(right, at, end));
      at = end;
    }
  }

  verdictAt(nowMs: number): SoundVerdict {
    const end = Math.floor((nowMs - SOUND_LATE_MS) / INTERVAL_MS);
    let [left, right] = [0, 0];
    for (const part of this.#intervals) {
      if (part.number >= end || part.number < end - LEVEL_INTERVALS) continue;
      left += part.left;
      right += part.right;
    }
    const silentMs = end * INTERVAL_MS - (this.#soundUntilMs ?? end * INTERVAL_MS);
    const levelDb = 10 * Math.log10(Math.max(left, right) / (LEVEL_INTERVALS * INTERVAL_SAMPLES));
    return {
      levelDb: Math.round(Math.min(0, Math.max(SILENCE_DB, levelDb)) * 10) / 10,
      silentMs: silentMs >= SILENT_MS_MIN ? silentMs : 0,
    };
  }

  #add(number: number, left: number, right: number): void {
    const interval = this.#intervals[number % INTERVALS_KEPT];
    if (interval === undefined) return;
    if (interval.number !== number) Object.assign(interval, { number, left: 0, right: 0 });
    interval.left += left;
    interval.right += right;
    const isLoud = Math.max(interval.left, interval.right) > SILENT_SQUARE_MAX * INTERVAL_SAMPLES;
    if (isLoud) this.#soundUntilMs = Math.max(this.#soundUntilMs ?? 0, (number + 1) * INTERVAL_MS);
  }
}

function squareOf(samples: Float32Array, from: number, end: number): number {
  let sum = 0;
  for (let at = from; at < end; at += 1) sum += (samples[at] ?? 0) ** 2;
  return sum;
}
