import { ByteReader, concatBytes } from '../bytes.ts';
import { MalformedStream } from '../malformed.ts';
import type { VideoFormat } from '../units.ts';

// AVCDecoderConfigurationRecord: ISO/IEC 14496-15, 5.3.3.1.

export interface AvcConfig {
  /** All of them, without start codes; the first of each is the format's. */
  readonly sps: readonly Uint8Array[];
  readonly pps: readonly Uint8Array[];
  /** Bytes of the length before each NAL unit. */
  readonly nalLengthBytes: 1 | 2 | 4;
}

export const nalType = { idr: 5, sps: 7, pps: 8 } as const;

export const nalTypeOf = (nal: Uint8Array): number => (nal[0] ?? 0) & 0x1f;

/** NAL units of one picture: encoders make one a slice, and a few beside them. */
export const MAX_NALS = 1024;

/** Chroma 4:2:0 and 8 bits, which profile High means; peers want it written out. */
const HIGH_PROFILE = 100;
const HIGH_PROFILE_TAIL = [0xfd, 0xf8, 0xf8, 0x00];

/**
 * Reads a record; parameter sets are copies. What stands behind the sets is ignored.
 * @throws MalformedStream
 */
export function readAvcConfig(record: Uint8Array): AvcConfig {
  const reader = new ByteReader(record);
  if (reader.u8() !== 1) throw new MalformedStream('UNSUPPORTED', 'an AVC config of another version than 1');
  // Profile and level stand in the SPS as well.
  reader.take(3);
  const nalLengthBytes = (reader.u8() & 3) + 1;
  if (nalLengthBytes === 3) throw new MalformedStream('INVALID', 'lengths of NAL units have 1, 2 or 4 bytes');
  const sps = readSets(reader, reader.u8() & 0x1f, nalType.sps);
  const pps = readSets(reader, reader.u8(), nalType.pps);
  return { sps, pps, nalLengthBytes: nalLengthBytes as 1 | 2 | 4 };
}

/**
 * The record of a format, with lengths of 4 bytes.
 * @throws RangeError for a format without profile and level or with sets above 65535 bytes: our own mistake
 */
export function writeAvcConfig({ sps, pps }: VideoFormat): Uint8Array {
  const [, profile, compatibility, level] = sps;
  if (profile === undefined || compatibility === undefined || level === undefined || pps.length === 0) {
    throw new RangeError('the SPS or PPS is too short');
  }
  if (sps.length > 0xffff || pps.length > 0xffff) throw new RangeError('the SPS or PPS is too long');
  return concatBytes([
    Uint8Array.of(1, profile, compatibility, level, 0xff, 0xe1, sps.length >> 8, sps.length & 0xff),
    sps,
    Uint8Array.of(1, pps.length >> 8, pps.length & 0xff),
    pps,
    Uint8Array.from(profile === HIGH_PROFILE ? HIGH_PROFILE_TAIL : []),
  ]);
}

/**
 * The NAL units of a picture, as views; empty ones are left out.
 * @throws MalformedStream
 */
export function splitNals(bytes: Uint8Array, nalLengthBytes: 1 | 2 | 4): Uint8Array[] {
  const reader = new ByteReader(bytes);
  const nals: Uint8Array[] = [];
  while (reader.remaining > 0) {
    const length = nalLengthBytes === 4 ? reader.u32() : nalLengthBytes === 2 ? reader.u16() : reader.u8();
    const nal = reader.take(length);
    if (nal.length === 0) continue;
    if (nals.length === MAX_NALS) throw new MalformedStream('TOO_MANY', 'too many NAL units in a picture');
    nals.push(nal);
  }
  return nals;
}

/** The NAL units with lengths of 4 bytes. */
export function joinNals(nals: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(nals.reduce((sum, nal) => sum + 4 + nal.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const nal of nals) {
    view.setUint32(at, nal.length);
    bytes.set(nal, at + 4);
    at += 4 + nal.length;
  }
  return bytes;
}

function readSets(reader: ByteReader, count: number, type: number): Uint8Array[] {
  if (count === 0) throw new MalformedStream('INVALID', 'an AVC config without SPS or PPS');
  return Array.from({ length: count }, () => {
    const set = reader.take(reader.u16()).slice();
    if (nalTypeOf(set) !== type || set.length < (type === nalType.sps ? 4 : 1)) {
      throw new MalformedStream('INVALID', 'an AVC config with something else in place of a parameter set');
    }
    return set;
  });
}
