// NAL units (ITU-T H.264, 7.3.1 and annex B): types, start codes and length prefixes.
import { joined, putU32, u8, u16, u32 } from '../rtp/bytes.ts';

export const nalType = {
  slice: 1,
  partitionA: 2,
  idrSlice: 5,
  sei: 6,
  sps: 7,
  pps: 8,
  accessUnitDelimiter: 9,
  filler: 12,
} as const;

/** Bound of one access unit; real units have a few slices and messages. Units beyond it are refused. */
export const maxNalsPerUnit = 1024;

export const nalTypeOf = (nal: Uint8Array): number => u8(nal, 0) & 0x1f;

export const isSlice = (type: number): boolean => type >= nalType.slice && type <= nalType.idrSlice;

/**
 * Splits a byte stream at its start codes (00 00 01), without the zeros around NAL units and the bytes before the first
 * start code. Returns views; undefined beyond `maxNalsPerUnit`.
 */
export function splitAnnexB(bytes: Uint8Array): Uint8Array[] | undefined {
  const nals: Uint8Array[] = [];
  let start = afterStartCode(bytes, 0);
  while (start !== undefined) {
    const next = afterStartCode(bytes, start);
    let end = next === undefined ? bytes.length : next - 3;
    while (end > start && u8(bytes, end - 1) === 0) end--;
    if (end > start) {
      if (nals.length === maxNalsPerUnit) return undefined;
      nals.push(bytes.subarray(start, end));
    }
    start = next;
  }
  return nals;
}

function afterStartCode(bytes: Uint8Array, from: number): number | undefined {
  for (let one = bytes.indexOf(1, from + 2); one >= 0; one = bytes.indexOf(1, one + 1))
    if (bytes[one - 1] === 0 && bytes[one - 2] === 0) return one + 1;
  return undefined;
}

/** Splits length-prefixed NAL units (ISO/IEC 14496-15) to views; undefined as in `splitAnnexB`. */
export function splitLengths(bytes: Uint8Array, lengthBytes: 1 | 2 | 4): Uint8Array[] | undefined {
  const read = { 1: u8, 2: u16, 4: u32 }[lengthBytes];
  const nals: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (at + lengthBytes > bytes.length) return undefined;
    const end = at + lengthBytes + read(bytes, at);
    if (end > bytes.length) return undefined;
    if (end > at + lengthBytes) {
      if (nals.length === maxNalsPerUnit) return undefined;
      nals.push(bytes.subarray(at + lengthBytes, end));
    }
    at = end;
  }
  return nals;
}

const startCode = Uint8Array.of(0, 0, 0, 1);

/** Prepends a start code of four bytes to each NAL unit. */
export const toAnnexB = (nals: readonly Uint8Array[]): Uint8Array => joined(nals.flatMap((nal) => [startCode, nal]));

/** Prepends a length of four bytes to each NAL unit. */
export function toLengths(nals: readonly Uint8Array[]): Uint8Array {
  return joined(
    nals.flatMap((nal) => {
      const length = new Uint8Array(4);
      putU32(length, 0, nal.length);
      return [length, nal];
    }),
  );
}

/** Returns the payload without emulation prevention: each 00 00 03 loses its 03 (7.4.1). Reads at most `maxBytes`. */
export function withoutEmulationPrevention(nal: Uint8Array, maxBytes = nal.length): Uint8Array {
  const end = Math.min(nal.length, maxBytes);
  const plain = new Uint8Array(end);
  let length = 0;
  let zeros = 0;
  for (let at = 0; at < end; at++) {
    const byte = u8(nal, at);
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    plain[length++] = byte;
  }
  return plain.subarray(0, length);
}
