// Makes sound like speech: pulses of a gliding voice through the resonances of vowels, hisses in between, and pauses;
// and noises, to measure how much a noise suppression leaves of each.
import { writeFileSync } from 'node:fs';

const rateHz = 48_000;

/** First three resonances of some vowels of a man, in Hz. */
const vowels = [
  [730, 1090, 2440],
  [270, 2290, 3010],
  [300, 870, 2240],
  [530, 1840, 2480],
  [570, 840, 2410],
  [440, 1020, 2240],
] as const;
const bandwidthsHz = [80, 100, 140];

/** Returns a pseudo-random generator of numbers −1 … 1, deterministic by seed. */
function whiteNoise(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

/** Returns noise as of a fan or of air: 3 dB less for each octave, about as loud as white noise. */
export function pinkNoise(seed: number): () => number {
  const white = whiteNoise(seed);
  const rows = [0, 0, 0];
  return () => {
    const w = white();
    rows[0] = 0.99765 * (rows[0] ?? 0) + w * 0.099046;
    rows[1] = 0.963 * (rows[1] ?? 0) + w * 0.2965164;
    rows[2] = 0.57 * (rows[2] ?? 0) + w * 1.0526913;
    return ((rows[0] ?? 0) + (rows[1] ?? 0) + (rows[2] ?? 0) + w * 0.1848) / 1.6;
  };
}

function resonance(hz: number, widthHz: number): (input: number) => number {
  const radius = Math.exp((-Math.PI * widthHz) / rateHz);
  const [a1, a2] = [2 * radius * Math.cos((2 * Math.PI * hz) / rateHz), -radius * radius];
  let [one, two] = [0, 0];
  return (input) => {
    const out = (1 - radius) * input + a1 * one + a2 * two;
    [one, two] = [out, one];
    return out;
  };
}

/**
 * Makes words of two or three syllables, then a pause, so that a voice sounds about half of the time. Its peak is 0.5.
 */
export function speech(seconds: number, seed = 1): Float32Array<ArrayBuffer> {
  const out = new Float32Array(Math.round(seconds * rateHz));
  const random = whiteNoise(seed);
  const share = (): number => (random() + 1) / 2;
  for (let at = Math.round(0.3 * rateHz); at < out.length; ) {
    const syllables = 2 + Math.round(share());
    const pitchHz = 105 + 40 * share();
    for (let syllable = 0; syllable < syllables; syllable += 1) {
      at += hiss(out, at, random, 0.06 + 0.04 * share());
      at += vowel(out, at, { hz: vowels[Math.floor(share() * vowels.length)] ?? vowels[0], pitchHz, share });
    }
    at += Math.round((0.35 + 0.35 * share()) * rateHz);
  }
  const peak = out.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
  return out.map((one) => (one * 0.5) / peak);
}

function vowel(
  out: Float32Array,
  from: number,
  o: { hz: readonly number[]; pitchHz: number; share: () => number },
): number {
  const length = Math.round((0.14 + 0.1 * o.share()) * rateHz);
  const filters = o.hz.map((hz, index) => resonance(hz, bandwidthsHz[index] ?? 100));
  let phase = 0;
  for (let step = 0; step < length && from + step < out.length; step += 1) {
    const progress = step / length;
    phase += (o.pitchHz * (1.1 - 0.25 * progress) * (1 + 0.01 * Math.sin(30 * progress))) / rateHz;
    if (phase >= 1) phase -= 1;
    // Air flows while the glottis is open, and stops when it closes.
    const pulse = phase < 0.6 ? Math.sin((Math.PI * phase) / 0.6) ** 2 : 0;
    const breath = 0.02 * (o.share() - 0.5);
    const loudness = Math.sin(Math.PI * Math.min(1, progress * 1.02)) ** 0.5;
    let sum = 0;
    for (const [index, filter] of filters.entries()) sum += filter(pulse - 0.3 + breath) / (1 + 0.7 * index);
    out[from + step] = loudness * sum;
  }
  return length;
}

function hiss(out: Float32Array, from: number, random: () => number, seconds: number): number {
  const length = Math.round(seconds * rateHz);
  const filter = resonance(5200, 1800);
  for (let step = 0; step < length && from + step < out.length; step += 1)
    out[from + step] = 0.6 * Math.sin((Math.PI * step) / length) * filter(random());
  return length;
}

export const powerOf = (samples: ArrayLike<number>): number => {
  let sum = 0;
  for (let at = 0; at < samples.length; at += 1) sum += (samples[at] ?? 0) ** 2;
  return sum / Math.max(1, samples.length);
};

/** Mixes the voice with a noise that is this much below it, in the mean over the whole voice. */
export function mixed(
  voice: Float32Array,
  noise: () => number,
  snrDb: number,
): { readonly mix: Float32Array<ArrayBuffer>; readonly noise: Float32Array<ArrayBuffer> } {
  const raw = Float32Array.from({ length: voice.length }, noise);
  const gain = Math.sqrt(powerOf(voice) / powerOf(raw) / 10 ** (snrDb / 10));
  const scaled = raw.map((one) => one * gain);
  return { mix: voice.map((one, at) => one + (scaled[at] ?? 0)), noise: scaled };
}

/** Writes 16-bit mono, which Chromium plays in a loop with --use-file-for-fake-audio-capture. */
export function writeWav(file: string, samples: Float32Array): void {
  const wav = Buffer.alloc(44 + samples.length * 2);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(36 + samples.length * 2, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20); // PCM
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(rateHz, 24);
  wav.writeUInt32LE(rateHz * 2, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(samples.length * 2, 40);
  for (const [at, sample] of samples.entries())
    wav.writeInt16LE(Math.round(32_767 * Math.min(1, Math.max(-1, sample))), 44 + at * 2);
  writeFileSync(file, wav);
}
