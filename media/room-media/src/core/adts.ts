// AAC-LC as ADTS frames (ISO/IEC 13818-7, 6.2) and its AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1).
import { MalformedStream } from './malformed.ts';

export interface AacConfig {
  /** Rate of the core; with SBR the output rate is double. */
  readonly sampleRate: number;
  readonly channels: number;
  /** SBR is signalled explicitly; frames may contain SBR without a signal. */
  readonly hasSbr: boolean;
}

export interface AdtsHeader {
  readonly sampleRate: number;
  readonly channels: number;
  /** 7, or 9 with a checksum. */
  readonly headerBytes: number;
  readonly frameBytes: number;
}

/** Samples per channel of one AAC frame, at the core's rate. */
export const aacFrameSamples = 1024;
const headerBytesMin = 7;
/** The length field has 13 bits. */
const frameBytesMax = 8191;
const sampleRates: readonly number[] = [
  96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350,
];
/** Index of an explicit rate, which follows in 24 bits. */
const explicitRate = 15;
/** Channels by configuration; with 0 the frame describes them, which no live sender does. */
const channelsOf = [0, 1, 2, 3, 4, 5, 6, 8] as const;
const objectType = { lc: 2, sbr: 5, ps: 29 } as const;

/** Parses the header at the start of `bytes`; undefined for junk, another profile, or fewer than 7 bytes. */
export function adtsHeader(bytes: Uint8Array): AdtsHeader | undefined {
  const [b0 = 0, b1 = 0, b2 = 0, b3 = 0, b4 = 0, b5 = 0, b6 = 0] = bytes;
  if (bytes.byteLength < headerBytesMin || b0 !== 0xff || (b1 & 0xf6) !== 0xf0) return undefined;
  const sampleRate = sampleRates[(b2 >> 2) & 15];
  const channels = channelsOf[((b2 & 1) << 2) | (b3 >> 6)] ?? 0;
  const frameBytes = ((b3 & 3) << 11) | (b4 << 3) | (b5 >> 5);
  const headerBytes = b1 & 1 ? headerBytesMin : headerBytesMin + 2;
  const isOneBlock = (b6 & 3) === 0;
  if (b2 >> 6 !== objectType.lc - 1 || sampleRate === undefined || channels === 0) return undefined;
  if (!isOneBlock || frameBytes <= headerBytes) return undefined;
  return { sampleRate, channels, headerBytes, frameBytes };
}

/** Prepends an ADTS header to a raw AAC frame. Throws MalformedStream if ADTS cannot express the format. */
export function adtsFrame(data: Uint8Array, { sampleRate, channels }: AacConfig): Uint8Array {
  const rateIndex = sampleRates.indexOf(sampleRate);
  const channelIndex = channelsOf.findIndex((count, index) => index > 0 && count === channels);
  const length = data.byteLength + headerBytesMin;
  if (rateIndex < 0 || channelIndex < 0)
    throw new MalformedStream('UNSUPPORTED', `ADTS has no ${sampleRate} Hz of ${channels} channels`);
  if (length > frameBytesMax) throw new MalformedStream('TOO_LARGE', `an AAC frame of ${data.byteLength} bytes`);
  const frame = new Uint8Array(length);
  frame.set([0xff, 0xf1, ((objectType.lc - 1) << 6) | (rateIndex << 2) | (channelIndex >> 2)]);
  frame.set([((channelIndex & 3) << 6) | (length >> 11), (length >> 3) & 255, ((length & 7) << 5) | 31, 0xfc], 3);
  frame.set(data, headerBytesMin);
  return frame;
}

/** Splits a stream of ADTS bytes into frames; holds less than one frame. */
export class AdtsReader {
  #rest = new Uint8Array(0);
  #junkBytes = 0;

  get junkBytes(): number {
    return this.#junkBytes;
  }

  /** Returns whole frames. A header counts if another header or the end of the bytes follows its frame. */
  push(piece: Uint8Array): { readonly header: AdtsHeader; readonly data: Uint8Array }[] {
    const bytes = new Uint8Array(this.#rest.byteLength + piece.byteLength);
    bytes.set(this.#rest);
    bytes.set(piece, this.#rest.byteLength);
    const frames: { header: AdtsHeader; data: Uint8Array }[] = [];
    let at = 0;
    while (bytes.byteLength - at >= headerBytesMin) {
      const header = adtsHeader(bytes.subarray(at));
      const end = at + (header?.frameBytes ?? 0);
      if (header === undefined || !mayBegin(bytes.subarray(end, end + 2))) {
        at += 1;
        this.#junkBytes += 1;
        continue;
      }
      if (bytes.byteLength < end) break;
      frames.push({ header, data: bytes.slice(at + header.headerBytes, end) });
      at = end;
    }
    this.#rest = bytes.slice(at);
    return frames;
  }
}

function mayBegin([b0 = 0xff, b1 = 0xf0]: Uint8Array): boolean {
  return b0 === 0xff && (b1 & 0xf6) === 0xf0;
}

/** Parses a config of AAC-LC, with or without SBR. Throws MalformedStream on others. */
export function aacConfigOf(bytes: Uint8Array): AacConfig {
  let at = 0;
  const bits = (count: number): number => {
    let value = 0;
    for (let left = count; left > 0; left -= 1, at += 1) {
      const byte = bytes[at >> 3];
      if (byte === undefined) throw new MalformedStream('TRUNCATED', 'an AudioSpecificConfig that ends early');
      value = value * 2 + ((byte >> (7 - (at & 7))) & 1);
    }
    return value;
  };
  const rate = (): number => {
    const index = bits(4);
    const value = index === explicitRate ? bits(24) : sampleRates[index];
    if (value === undefined || value < 7350 || value > 96_000)
      throw new MalformedStream('UNSUPPORTED', 'a sample rate of AAC');
    return value;
  };
  const type = bits(5);
  const sampleRate = rate();
  const channels = channelsOf[bits(4)] ?? 0;
  if (channels === 0) throw new MalformedStream('UNSUPPORTED', 'a channel configuration of AAC');
  const hasSbr = type === objectType.sbr || type === objectType.ps;
  if (hasSbr) rate();
  const coreType = hasSbr ? bits(5) : type;
  if (coreType !== objectType.lc) throw new MalformedStream('UNSUPPORTED', `AAC of object type ${coreType}`);
  return { sampleRate, channels, hasSbr };
}

/** Returns the config of AAC-LC. Throws MalformedStream if the format has none. */
export function aacConfigBytes(sampleRate: number, channels: number): Uint8Array {
  const rateIndex = sampleRates.indexOf(sampleRate);
  const channelIndex = channelsOf.findIndex((count, index) => index > 0 && count === channels);
  if (rateIndex < 0 || channelIndex < 0)
    throw new MalformedStream('UNSUPPORTED', `no AAC of ${sampleRate} Hz, ${channels} channels`);
  return Uint8Array.of((objectType.lc << 3) | (rateIndex >> 1), ((rateIndex & 1) << 7) | (channelIndex << 3));
}
