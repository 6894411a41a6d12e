// Decoder for MPEG-1 audio, layer II (ISO/IEC 11172-3).
import { BitReader } from './bit-reader.ts';
import { readSoundHeader, SAMPLES_PER_FRAME, type SoundHeader } from './sound-header.ts';
import { type Allocation, allocationsOf, scaleFactors } from './sound-tables.ts';
import { malformed } from './stream-error.ts';
import { Synthesis } from './synthesis.ts';

/** Size of the longest frame: 384 kbit/s at 32 kHz. */
const MAX_FRAME_BYTES = 1729;
/** Limit on the frames of one unit; a second of audio has at most 42. */
const MAX_FRAMES = 64;
const SUBBANDS = 32;
const HEADER_BITS = 32;
const CHECKSUM_BITS = 16;
/** A frame is coded in 12 parts of three samples of each subband; a scale factor covers four parts. */
const PARTS = 12;

/** Bits of a code for three samples, by their number of steps. */
const GROUPED: Readonly<Record<number, number>> = { 3: 5, 5: 7, 9: 10 };

export interface Sound {
  readonly sampleRate: number;
  /** An array for each channel, all of the same length; full scale is 1. */
  readonly channels: readonly Float32Array<ArrayBuffer>[];
}

export class SoundDecoder {
  readonly #bits = new BitReader();
  readonly #synthesis = [new Synthesis(), new Synthesis()] as const;
  /** Steps of each channel's subbands, 0 for uncoded ones. */
  readonly #steps = [new Uint16Array(SUBBANDS), new Uint16Array(SUBBANDS)] as const;
  readonly #factors = [new Float64Array(3 * SUBBANDS), new Float64Array(3 * SUBBANDS)] as const;
  readonly #fractions = new Float64Array(3);
  readonly #samples = [new Float64Array(3 * SUBBANDS), new Float64Array(3 * SUBBANDS)] as const;

  /**
   * Decodes at most 64 whole frames of one rate and number of channels. After a StreamError the next unit can be
   * decoded.
   */
  decode(unit: Uint8Array): Sound {
    const headers: { header: SoundHeader; at: number }[] = [];
    for (let at = 0; at < unit.length; ) {
      const header = readSoundHeader(unit, at);
      headers.push({ header, at });
      at += header.bytes;
      if (headers.length > MAX_FRAMES) throw malformed('too many frames of sound in one unit');
    }
    const first = headers[0]?.header;
    if (first === undefined) throw malformed('no frame of sound');
    if (headers.some(({ header }) => header.sampleRate !== first.sampleRate || header.channels !== first.channels))
      throw malformed('frames of different kinds in one unit');
    const channels = Array.from({ length: first.channels }, () => new Float32Array(headers.length * SAMPLES_PER_FRAME));
    headers.forEach(({ header, at }, index) => {
      this.#frame(unit.subarray(at, at + header.bytes), header, channels, index * SAMPLES_PER_FRAME);
    });
    return { sampleRate: first.sampleRate, channels };
  }

  #frame(frame: Uint8Array, header: SoundHeader, sound: readonly Float32Array[], at: number): void {
    const bits = this.#bits;
    bits.load(frame, MAX_FRAME_BYTES);
    bits.skip(HEADER_BITS + (header.hasChecksum ? CHECKSUM_BITS : 0));
    const allocations = allocationsOf(header.sampleRate, header.kbps / header.channels);
    this.#readAllocations(allocations, header);
    this.#readScaleFactors(allocations.length, header.channels);
    for (let part = 0; part < PARTS; part++) {
      for (let subband = 0; subband < allocations.length; subband++) this.#readSamples(subband, part >> 2, header);
      for (const [channel, target] of sound.entries()) {
        const samples = this.#samples[channel as 0 | 1];
        for (let step = 0; step < 3; step++)
          this.#synthesis[channel as 0 | 1].step(samples, step * SUBBANDS, target, at + (part * 3 + step) * SUBBANDS);
      }
    }
  }

  #readAllocations(allocations: readonly Allocation[], header: SoundHeader): void {
    for (let subband = 0; subband < SUBBANDS; subband++) {
      const allocation = allocations[subband];
      for (let channel = 0; channel < header.channels; channel++) {
        const steps = this.#steps[channel as 0 | 1];
        if (allocation === undefined) {
          steps[subband] = 0;
          for (let at = subband; at < 3 * SUBBANDS; at += SUBBANDS) this.#samples[channel as 0 | 1][at] = 0;
        } else if (channel === 1 && subband >= header.bound) steps[subband] = this.#steps[0][subband] as number;
        else steps[subband] = allocation.steps[this.#bits.read(allocation.bits)] as number;
      }
    }
  }

  /** Reads which of the three factors of each subband are sent, then the factors. */
  #readScaleFactors(subbands: number, channels: number): void {
    const bits = this.#bits;
    const selections: number[] = [];
    const forEachCoded = (visit: (subband: number, channel: 0 | 1) => void): void => {
      for (let subband = 0; subband < subbands; subband++)
        for (let channel = 0; channel < channels; channel++)
          if (this.#steps[channel as 0 | 1][subband] !== 0) visit(subband, channel as 0 | 1);
    };
    forEachCoded(() => selections.push(bits.read(2)));
    let next = 0;
    forEachCoded((subband, channel) => {
      const selection = selections[next++] as number;
      const factors = this.#factors[channel];
      const read = (): number => scaleFactors[bits.read(6)] as number;
      const first = read();
      // 0: three factors; 1: the second equals the first; 2: all are equal; 3: the third equals the second.
      const second = selection === 0 || selection === 3 ? read() : first;
      const third = selection === 0 || selection === 1 ? read() : second;
      factors[subband] = first;
      factors[SUBBANDS + subband] = second;
      factors[2 * SUBBANDS + subband] = third;
    });
  }

  /** Reads three samples of one subband; from the bound on, both channels share them, each with its own factor. */
  #readSamples(subband: number, factorIndex: number, header: SoundHeader): void {
    const fractions = this.#fractions;
    for (let channel = 0; channel < header.channels; channel++) {
      if (channel === 0 || subband < header.bound)
        this.#readFractions(this.#steps[channel as 0 | 1][subband] as number);
      const factor = this.#factors[channel as 0 | 1][factorIndex * SUBBANDS + subband] as number;
      const samples = this.#samples[channel as 0 | 1];
      for (let at = 0; at < 3; at++) samples[at * SUBBANDS + subband] = (fractions[at] as number) * factor;
    }
  }

  /** Reads three numbers from -1 to 1 with `steps` steps. With few steps, the three share one code. */
  #readFractions(steps: number): void {
    const bits = this.#bits;
    const fractions = this.#fractions;
    if (steps === 0) {
      fractions.fill(0);
      return;
    }
    const length = GROUPED[steps];
    let group = length === undefined ? 0 : bits.read(length);
    for (let at = 0; at < 3; at++) {
      let number: number;
      if (length === undefined) number = bits.read(32 - Math.clz32(steps));
      else {
        number = group % steps;
        group = Math.floor(group / steps);
      }
      fractions[at] = (2 * number - steps + 1) / steps;
    }
    if (group > 0) throw malformed('no such group of samples');
  }
}
