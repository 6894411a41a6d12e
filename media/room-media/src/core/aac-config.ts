import { MalformedStream } from './malformed.ts';
import type { AudioFormat } from './units.ts';

// AudioSpecificConfig: ISO/IEC 14496-3, 1.6.2.1.

const SAMPLE_RATES = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350,
];
const [MIN_RATE, MAX_RATE] = [7_350, 96_000];
/** Channels by channelConfiguration; with 0 the stream describes them. */
const CHANNELS = [0, 1, 2, 3, 4, 5, 6, 8];
/** Index of an explicit rate, which follows in 24 bits. */
const EXPLICIT_RATE = 15;
/** Object types of HE-AAC; the output rate follows them. */
const SBR = 5;
const PARAMETRIC_STEREO = 29;
const ESCAPE = 31;
/** Bound of a config with all of MPEG-4; AAC-LC has two bytes. */
const MAX_CONFIG_BYTES = 64;

/**
 * Parses the format of a config; `config` is a copy. The rate is the output rate, in HE-AAC twice the core's. Throws
 * MalformedStream for configs that are truncated, too long, or without a number of channels.
 */
export function readAacConfig(config: Uint8Array): AudioFormat & { codec: 'aac'; config: Uint8Array } {
  if (config.length > MAX_CONFIG_BYTES)
    throw new MalformedStream('TOO_LARGE', `an AAC config of ${config.length} bytes`);
  const bits = new Bits(config);
  const objectType = readObjectType(bits);
  let sampleRate = readRate(bits);
  const configuration = bits.read(4);
  if (objectType === SBR || objectType === PARAMETRIC_STEREO) sampleRate = readRate(bits);
  const channels = objectType === PARAMETRIC_STEREO ? 2 : CHANNELS[configuration];
  if (objectType === 0 || !channels || sampleRate < MIN_RATE || sampleRate > MAX_RATE) {
    throw new MalformedStream('UNSUPPORTED', 'an AAC config without a usual object type, rate or number of channels');
  }
  return { codec: 'aac', sampleRate, channels, config: config.slice() };
}

function readObjectType(bits: Bits): number {
  const type = bits.read(5);
  return type === ESCAPE ? 32 + bits.read(6) : type;
}

function readRate(bits: Bits): number {
  const index = bits.read(4);
  return index === EXPLICIT_RATE ? bits.read(24) : (SAMPLE_RATES[index] ?? 0);
}

class Bits {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  read(count: number): number {
    let value = 0;
    for (let bit = 0; bit < count; bit++) {
      const byte = this.#bytes[this.#at >> 3];
      if (byte === undefined) throw new MalformedStream('TRUNCATED', 'the AAC config ends early');
      value = (value << 1) | ((byte >> (7 - (this.#at & 7))) & 1);
      this.#at += 1;
    }
    return value;
  }
}
