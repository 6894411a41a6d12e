// Constants of the NUT writer and reader. NUT is ffmpeg's own container: it works over pipes, keeps exact frame times,
// delays no frame, and takes every codec in use. The other end is always a local process. Specification:
// https://ffmpeg.org/~michael/nut.txt

export const fileId: Uint8Array = Uint8Array.from([...'nut/multimedia container\0'], (char) => char.charCodeAt(0));

/** Eight bytes that begin each header: `N`, the kind, and six bytes that rarely occur by accident. */
export const startcodes = {
  main: [0x4e, 0x4d, 0x7a, 0x56, 0x1f, 0x5f, 0x04, 0xad],
  stream: [0x4e, 0x53, 0x11, 0x40, 0x5b, 0xf2, 0xf9, 0xdb],
  syncpoint: [0x4e, 0x4b, 0xe4, 0xad, 0xee, 0xca, 0x45, 0x69],
} as const satisfies Record<string, readonly number[]>;

/** First byte of a startcode; no frame begins with this byte. */
export const startByte = 0x4e;

export const frameFlag = {
  key: 1,
  codedPts: 8,
  streamId: 16,
  sizeMsb: 32,
  checksum: 64,
  reserved: 128,
  headerIndex: 1024,
  matchTime: 2048,
  coded: 4096,
  invalid: 8192,
} as const;

/** A longer header has a checksum of its length field. */
export const longHeaderBytes = 4096;

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit += 1) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc >>> 0;
});

/** Computes the CRC-32 of NUT and Ogg: polynomial 0x04C11DB7, highest bit first, initial value 0. */
export function crc32(bytes: Uint8Array, from = 0, end = bytes.length): number {
  let crc = 0;
  for (let at = from; at < end; at += 1) crc = (crc << 8) ^ (crcTable[(crc >>> 24) ^ (bytes[at] ?? 0)] ?? 0);
  return crc >>> 0;
}
