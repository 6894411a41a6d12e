// Mixes decoded voices by time: 48 kHz stereo, in blocks of exactly 40 ms, whatever the voices do.

export const mixRate = 48_000;
/** Two packets of Opus; each block wakes the encoder. */
export const blockMs = 40;
export const blockSamples = (mixRate * blockMs) / 1000;
/** Maximum lead of a voice over the due block, which a recording's rounds need; samples beyond it are dropped. */
const ringSamples = mixRate * 1.6;
/** Voices of one programme, equal to the number of decoders. */
export const voicesMax = 64;
/** Sound this close to the end of its voice's last sound is joined, so that rounding makes no clicks. */
const joinSamples = (mixRate * 20) / 1000;
/** After a longer pause in `pull` the mixer skips ahead: no viewer needs all that silence at once. */
const blocksAtOnceMax = 25;
/** Silence after which a voice may lose its place: longer than a silent microphone's packet interval. */
export const voiceSilentMs = 1000;
/** Samples below this level are unchanged; above it the curve bends towards 1. */
const kneeLevel = 0.8;

export interface MixBlock {
  /** Time of the first sample, on the mixer's clock. */
  readonly ptsMs: number;
  /** Limited mix of all voices; interleaved left and right. */
  readonly everybody: Float32Array;
}

interface Voice {
  readonly ring: Float32Array;
  /** Sample index after the voice's last sample, counted from the mixer's start. */
  end: number;
}

/** Mixes voices on the clock of `pull`'s argument; callers convert the voices' times to it. */
export class Mixer {
  readonly #delayMs: number;
  readonly #startMs: number;
  readonly #voices = new Map<string, Voice>();
  #block = 0;
  #spare: Float32Array | undefined;
  #lateSamples = 0;
  #skippedBlocks = 0;

  /** `delayMs` is the time that a block waits for voices. */
  constructor(o: { startMs: number; delayMs: number }) {
    this.#startMs = o.startMs;
    this.#delayMs = o.delayMs;
  }

  get lostSamples(): number {
    return this.#lateSamples;
  }
  get skippedBlocks(): number {
    return this.#skippedBlocks;
  }

  /**
   * Adds sound of a voice. Beyond 64 voices, a new voice takes the place of the longest silent voice. Returns false if
   * all 64 were heard recently, or the sound has no time.
   */
  push(name: string, ptsMs: number, left: Float32Array, right: Float32Array): boolean {
    let voice = this.#voices.get(name);
    if (voice === undefined) {
      if (this.#voices.size >= voicesMax && !this.#endSilent()) return false;
      voice = { ring: new Float32Array(ringSamples * 2), end: Number.NEGATIVE_INFINITY };
      this.#voices.set(name, voice);
    }
    if (!Number.isFinite(ptsMs)) return false;
    const due = Math.round(((ptsMs - this.#startMs) * mixRate) / 1000);
    const from = Math.abs(due - voice.end) < joinSamples ? voice.end : due;
    const first = this.#block * blockSamples;
    const count = Math.min(left.length, right.length);
    const begin = Math.min(count, Math.max(0, first - from));
    const end = Math.max(begin, Math.min(count, first + ringSamples - from));
    this.#lateSamples += count - (end - begin);
    const { ring } = voice;
    let slot = ((from + begin) % ringSamples) * 2;
    for (let at = begin; at < end; at += 1) {
      ring[slot] = finite(left[at]);
      ring[slot + 1] = finite(right[at]);
      slot = slot + 2 === ring.length ? 0 : slot + 2;
    }
    voice.end = from + count;
    return true;
  }

  remove(name: string): void {
    this.#voices.delete(name);
  }

  #endSilent(): boolean {
    const [[name, { end }] = ['', { end: 0 }]] = [...this.#voices].sort(([, a], [, b]) => a.end - b.end);
    const isSilent = end + (voiceSilentMs * mixRate) / 1000 <= this.#block * blockSamples;
    return isSilent && this.#voices.delete(name);
  }

  /** Returns the blocks that have become due, each once. Skips blocks only after a pause above 1 s. */
  pull(nowMs: number): MixBlock[] {
    const dueBlocks = Math.floor((nowMs - this.#delayMs - this.#startMs) / blockMs);
    if (dueBlocks - this.#block > blocksAtOnceMax) this.#skip(dueBlocks - 1);
    const blocks: MixBlock[] = [];
    while (this.#block < dueBlocks) blocks.push(this.#mixNext());
    return blocks;
  }

  /** Returns a block's memory for reuse by the next block: frequent allocation triggers the garbage collector. */
  recycle({ everybody: samples }: MixBlock): void {
    this.#spare = samples;
  }

  #skip(to: number): void {
    this.#skippedBlocks += to - this.#block;
    this.#block = to;
    for (const voice of this.#voices.values()) voice.ring.fill(0);
  }

  #mixNext(): MixBlock {
    const sum = this.#spare?.fill(0) ?? new Float32Array(blockSamples * 2);
    this.#spare = undefined;
    const from = ((this.#block * blockSamples) % ringSamples) * 2;
    for (const { ring } of this.#voices.values()) {
      // Blocks divide the ring evenly, so no block crosses its end.
      for (let at = 0; at < sum.length; at += 1) sum[at] = (sum[at] ?? 0) + (ring[from + at] ?? 0);
      ring.fill(0, from, from + sum.length);
    }
    const ptsMs = this.#startMs + this.#block * blockMs;
    this.#block += 1;
    limit(sum);
    return { ptsMs, everybody: sum };
  }
}

/** Compresses loud samples below 1 instead of clipping them. */
function limit(samples: Float32Array): void {
  for (let at = 0; at < samples.length; at += 1) {
    const sample = samples[at] ?? 0;
    if (sample > kneeLevel || sample < -kneeLevel) samples[at] = compressed(sample);
  }
}

function compressed(sample: number): number {
  const room = 1 - kneeLevel;
  return Math.sign(sample) * (kneeLevel + room * Math.tanh((Math.abs(sample) - kneeLevel) / room));
}

const finite = (sample = 0): number => (Number.isFinite(sample) ? sample : 0);
