import {
  nalType,
  nalTypeOf,
  packetiseCarriedH264,
  packetiseCarriedMpeg1,
  readMpeg1,
  splitAnnexB,
} from '@meridian/room-media/core';
import type { SourceCodec } from '../../src/transcoding/source-pictures.ts';

const PART_BYTES = 1100;

function partsOf(data: Uint8Array): Uint8Array[] {
  const count = Math.ceil(data.length / PART_BYTES);
  return Array.from({ length: count }, (_, at) => data.subarray(at * PART_BYTES, (at + 1) * PART_BYTES));
}

/** Returns the OBUs of a temporal unit, without its delimiter. */
function obusOf(unit: Uint8Array): Uint8Array[] {
  const obus: Uint8Array[] = [];
  for (let at = 0; at < unit.length; ) {
    let [end, size, byte] = [at + 1, 0, 0x80];
    for (let shift = 0; byte >= 0x80; shift += 7, end += 1) {
      byte = unit[end] ?? 0;
      size |= (byte & 0x7f) << shift;
    }
    if (size > 0) obus.push(unit.subarray(at, end + size));
    at = end + size;
  }
  return obus;
}

/** Packetises one picture of ffmpeg with a single layer, displayed `laterMs` after its timestamp. */
export const payloadsOf: Record<SourceCodec, (picture: Uint8Array, laterMs: number) => Uint8Array[]> = {
  vp8: (picture) => partsOf(picture).map((part, at) => Uint8Array.of(at === 0 ? 0x10 : 0, ...part)),
  // Bits: the picture begins (8) and ends (4).
  vp9: (picture) =>
    partsOf(picture).map((part, at, { length }) =>
      Uint8Array.of((at === 0 ? 0x08 : 0) | (at === length - 1 ? 0x04 : 0), ...part),
    ),
  bframes: (picture, ptsMs) => {
    const nals = splitAnnexB(picture) ?? [];
    const isKey = nals.some((nal) => nalTypeOf(nal) === nalType.idrSlice);
    return packetiseCarriedH264({ kind: 'video', ptsMs, dtsMs: 0, isKey, nals }, PART_BYTES);
  },
  mpeg1: (data) => {
    const read = readMpeg1(data);
    const isKey = typeof read === 'object' && read.isKey;
    return packetiseCarriedMpeg1({ kind: 'mpeg1', ptsMs: 0, isKey, data }, PART_BYTES);
  },
  // Each packet has one element (0x10) that continues an OBU (0x80) or is continued (0x40).
  av1: (unit) =>
    obusOf(unit).flatMap((obu) =>
      partsOf(obu).map((part, at, { length }) =>
        Uint8Array.of(0x10 | (at === 0 ? 0 : 0x80) | (at === length - 1 ? 0 : 0x40), ...part),
      ),
    ),
};
