// Header of a layer II frame (ISO/IEC 11172-3, 2.4.1.3).

import { bitRatesKbps, sampleRates } from './sound-tables.ts';
import { malformed, unsupported } from './stream-error.ts';

export const SAMPLES_PER_FRAME = 1152;

export interface SoundHeader {
  readonly sampleRate: number;
  readonly channels: 1 | 2;
  readonly kbps: number;
  /** First subband whose samples both channels share; 32 without joint stereo. */
  readonly bound: number;
  readonly bytes: number;
  readonly hasChecksum: boolean;
}

/** Reads the four bytes at `at`; requires the whole frame. Throws StreamError. */
export function readSoundHeader(data: Uint8Array, at: number): SoundHeader {
  if (at + 4 > data.length) throw malformed('a frame of sound ends too early');
  const [sync = 0, kind = 0, rates = 0, mode = 0] = data.subarray(at, at + 4);
  if (sync !== 0xff || kind >> 4 !== 0xf) throw malformed('no frame of sound');
  if ((kind & 0x08) === 0) throw unsupported('MPEG-2 audio');
  if (((kind >> 1) & 3) !== 2) throw unsupported('MPEG audio of another layer');
  const kbps = bitRatesKbps[rates >> 4];
  const sampleRate = sampleRates[(rates >> 2) & 3];
  if (kbps === undefined || sampleRate === undefined) throw malformed('a forbidden rate');
  if (kbps === 0) throw unsupported('a free bit rate');
  const bytes = Math.floor((144_000 * kbps) / sampleRate) + ((rates >> 1) & 1);
  if (at + bytes > data.length) throw malformed('a frame of sound ends too early');
  const isJoint = mode >> 6 === 1;
  return {
    sampleRate,
    channels: mode >> 6 === 3 ? 1 : 2,
    kbps,
    bound: isJoint ? 4 * (((mode >> 4) & 3) + 1) : 32,
    bytes,
    hasChecksum: (kind & 1) === 0,
  };
}
