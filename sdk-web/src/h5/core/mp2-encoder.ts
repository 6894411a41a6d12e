// Encoder for MPEG audio layer II (ISO/IEC 11172-3). Without a psychoacoustic model, it gives the bits to the loudest
// subbands.
import { Analysis, filterDelaySamples } from './analysis.ts';
import { allocate, type Band, bitsOfThree } from './bit-allocation.ts';
import { BitWriter } from './bit-writer.ts';
import { SAMPLES_PER_FRAME } from './sound-header.ts';
import { type Allocation, allocationsOf, bitRatesKbps, sampleRates, scaleFactors } from './sound-tables.ts';

export interface Mp2EncoderOptions {
  readonly sampleRate: number;
  readonly channels: 1 | 2;
  readonly bitrateKbps: number;
}

/** Delay of a decoded sample; a frame's time stamp is earlier than its first sample by this much. */
export const mp2DelaySamples = filterDelaySamples;

const headerBits = 32;
const subbands = 32;
const partCount = 3;
const samplesOfPart = 12;
const samplesOfBand = partCount * samplesOfPart;
const lastFactor = 62;
/** Scale factors are sent once if their indexes differ by at most this much (4 dB). */
const sameFactorsMax = 2;
/** Tolerated noise per subband, as a power of two; 27 subbands make 20 dB. */
const toleranceOfBand = 0.12;
const selectCodes = { all: 0, firstTwoSame: 1, one: 2, lastTwoSame: 3 } as const;

interface Factors {
  readonly indexes: readonly [number, number, number];
  readonly select: number;
  readonly written: readonly number[];
}

export class Mp2Encoder {
  readonly #options: Mp2EncoderOptions;
  readonly #allocations: readonly Allocation[];
  readonly #filters: readonly Analysis[];
  /** Samples of each channel: 36 for each subband. */
  readonly #samples: readonly Float64Array[];
  readonly #bits = new BitWriter();
  #paddingRemainder = 0;

  /** Throws RangeError for rates that layer II lacks, and below 56 kbit/s a channel, where its tables are poor. */
  constructor(options: Mp2EncoderOptions) {
    const { sampleRate, channels, bitrateKbps } = options;
    const hasRates =
      (sampleRates as readonly number[]).includes(sampleRate) &&
      (bitRatesKbps as readonly number[]).includes(bitrateKbps);
    const isAllowed = channels === 1 ? bitrateKbps <= 192 : channels === 2;
    if (!hasRates || !isAllowed || bitrateKbps / channels < 56)
      throw new RangeError(`MP2 of ${sampleRate} Hz, ${channels} channels, ${bitrateKbps} kbit/s`);
    this.#options = options;
    this.#allocations = allocationsOf(sampleRate, bitrateKbps / channels);
    this.#filters = Array.from({ length: channels }, () => new Analysis());
    this.#samples = Array.from({ length: channels }, () => new Float64Array(subbands * samplesOfBand));
  }

  /** Encodes a frame of 1152 samples (full scale is 1) per channel. Throws RangeError for other numbers. */
  encode(channels: readonly Float32Array[]): Uint8Array<ArrayBuffer> {
    if (channels.length !== this.#filters.length || channels.some(({ length }) => length !== SAMPLES_PER_FRAME))
      throw new RangeError(`${channels.map(({ length }) => length).join(' and ')} samples for a frame of MP2`);
    for (const [channel, sound] of channels.entries()) {
      for (let at = 0; at < samplesOfBand; at += 1)
        this.#filters[channel]?.step(sound, at * subbands, this.#samples[channel] as Float64Array, at, samplesOfBand);
    }
    const bytes = this.#frameBytes();
    const allocations = this.#allocations;
    // Bands are in the order of the frame: by subband, then by channel.
    const bands = allocations.flatMap((allocation, band) =>
      this.#samples.map((samples) => ({ allocation, band, samples, factors: factorsOf(samples, band) })),
    );
    const fixedBits = headerBits + bands.reduce((sum, { allocation }) => sum + allocation.bits, 0);
    const chosen = allocate(bands.map(bandOf), bytes * 8 - fixedBits);

    this.#putHeader(bytes);
    const bits = this.#bits;
    for (const [at, { allocation }] of bands.entries()) bits.put(chosen[at] as number, allocation.bits);
    const coded = bands.flatMap((band, at) => {
      const steps = band.allocation.steps[chosen[at] as number] as number;
      return steps === 0 ? [] : [{ ...band, steps }];
    });
    for (const { factors } of coded) bits.put(factors.select, 2);
    for (const { factors } of coded) for (const index of factors.written) bits.put(index, 6);
    for (let at = 0; at < samplesOfBand; at += 3) {
      for (const { band, samples, factors, steps } of coded) {
        const factor = scaleFactors[factors.indexes[(at / samplesOfPart) | 0] as number] as number;
        this.#putThree(samples, band * samplesOfBand + at, steps, factor);
      }
    }
    // The rest of the frame is padding.
    const frame = new Uint8Array(bytes);
    frame.set(bits.takeBytes());
    return frame;
  }

  /** Returns the size of the next frame. Some frames of 44.1 kHz have an extra byte. */
  #frameBytes(): number {
    const { sampleRate, bitrateKbps } = this.#options;
    const exact = 144_000 * bitrateKbps + this.#paddingRemainder;
    const bytes = Math.floor(exact / sampleRate);
    this.#paddingRemainder = exact - bytes * sampleRate;
    return bytes;
  }

  #putHeader(bytes: number): void {
    const { sampleRate, channels, bitrateKbps } = this.#options;
    const padding = bytes - Math.floor((144_000 * bitrateKbps) / sampleRate);
    // MPEG-1, layer II, no checksum.
    this.#bits.put(0xfffd, 16);
    this.#bits.put((bitRatesKbps as readonly number[]).indexOf(bitrateKbps), 4);
    this.#bits.put((sampleRates as readonly number[]).indexOf(sampleRate), 2);
    this.#bits.put(padding << 1, 2);
    this.#bits.put(channels === 1 ? 0xc0 : 0, 8);
  }

  #putThree(samples: Float64Array, at: number, steps: number, factor: number): void {
    const first = quantise(samples[at] as number, factor, steps);
    const second = quantise(samples[at + 1] as number, factor, steps);
    const third = quantise(samples[at + 2] as number, factor, steps);
    const bits = bitsOfThree(steps);
    if (steps === 3 || steps === 5 || steps === 9) {
      this.#bits.put(first + steps * (second + steps * third), bits);
      return;
    }
    for (const one of [first, second, third]) this.#bits.put(one, bits / 3);
  }
}

function bandOf({ allocation, band, factors }: { allocation: Allocation; band: number; factors: Factors }): Band {
  const largest = Math.min(...factors.indexes);
  return {
    allocation,
    level: 1 - largest / 3,
    sideBits: 2 + 6 * factors.written.length,
    tolerance: band * toleranceOfBand,
  };
}

function quantise(sample: number, factor: number, steps: number): number {
  const step = Math.floor(((sample / factor + 1) * steps) / 2);
  return step < 0 ? 0 : step >= steps ? steps - 1 : step;
}

function factorsOf(samples: Float64Array, band: number): Factors {
  const [a, b, c] = [0, 1, 2].map((part) => factorIndex(samples, band * samplesOfBand + part * samplesOfPart)) as [
    number,
    number,
    number,
  ];
  // The smaller index is the larger factor, which is valid for both.
  const least = Math.min(a, b, c);
  if (Math.max(a, b, c) - least <= sameFactorsMax)
    return { indexes: [least, least, least], select: selectCodes.one, written: [least] };
  if (a === b) return { indexes: [a, b, c], select: selectCodes.firstTwoSame, written: [a, c] };
  if (b === c) return { indexes: [a, b, c], select: selectCodes.lastTwoSame, written: [a, b] };
  return { indexes: [a, b, c], select: selectCodes.all, written: [a, b, c] };
}

function factorIndex(samples: Float64Array, from: number): number {
  let largest = 0;
  for (let at = from; at < from + samplesOfPart; at += 1) {
    const size = Math.abs(samples[at] as number);
    if (size > largest) largest = size;
  }
  if (largest <= (scaleFactors[lastFactor] as number)) return lastFactor;
  const index = Math.floor(3 * (1 - Math.log2(largest)));
  return index < 0 ? 0 : Math.min(index, lastFactor);
}
