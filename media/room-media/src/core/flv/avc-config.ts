import { ByteReader, concatBytes } from '../bytes.ts';
import { nalType, nalTypeOf } from '../h264/nal.ts';
import { MalformedStream } from '../malformed.ts';
import type { VideoFormat } from '../units.ts';

// AVCDecoderConfigurationRecord: ISO/IEC 14496-15, 5.3.3.1.

export interface AvcConfig {
  /** All sets, without start codes; the first of each kind belongs to the format. */
  readonly sps: readonly Uint8Array[];
  readonly pps: readonly Uint8Array[];
  /** Length in bytes of the length field before each NAL unit. */
  readonly nalLengthBytes: 1 | 2 | 4;
}

/** Tail of profile High, chroma 4:2:0 and 8 bits: High implies it, but peers expect it. */
const HIGH_PROFILE = 100;
const HIGH_PROFILE_TAIL = [0xfd, 0xf8, 0xf8, 0x00];

/** Parses a record; parameter sets are copies. Bytes behind the sets are ignored. Throws MalformedStream. */
export function readAvcConfig(record: Uint8Array): AvcConfig {
  const reader = new ByteReader(record);
  if (reader.u8() !== 1) throw new MalformedStream('UNSUPPORTED', 'an AVC config of another version than 1');
  // Profile and level are in the SPS as well.
  reader.take(3);
  const nalLengthBytes = (reader.u8() & 3) + 1;
  if (nalLengthBytes === 3) throw new MalformedStream('INVALID', 'lengths of NAL units have 1, 2 or 4 bytes');
  const sps = readSets(reader, reader.u8() & 0x1f, nalType.sps);
  const pps = readSets(reader, reader.u8(), nalType.pps);
  return { sps, pps, nalLengthBytes: nalLengthBytes as 1 | 2 | 4 };
}

/**
 * Builds the record of a format, with lengths of 4 bytes. Throws RangeError, as a bug of the caller, for a format
 * without profile and level or with sets above 65535 bytes.
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
