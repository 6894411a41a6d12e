// What the writer and the reader of NUT streams share. NUT is ffmpeg's own container: it goes through pipes, keeps
// every frame's time exactly, holds no frame back, and takes every codec we have. Only processes of ours are at the
// other end.
// Specification: https://ffmpeg.org/~michael/nut.txt

/** `nut/multimedia container` and a zero: how each stream begins. */
export const fileId: Uint8Array = Uint8Array.from([...'nut/multimedia container\0'], (char) => char.charCodeAt(0));

/** The eight bytes before each header: `N`, its kind, and six that hardly occur by accident. */
export const startcodes = {
  main: [0x4e, 0x4d, 0x7a, 0x56, 0x1f, 0x5f, 0x04, 0xad],
  stream: [0x4e, 0x53, 0x11, 0x40, 0x5b, 0xf2, 0xf9, 0xdb],
  syncpoint: [0x4e, 0x4b, 0xe4, 0xad, 0xee, 0xca, 0x45, 0x69],
} as const satisfies Record<string, readonly number[]>;

/** The first byte of a startcode; no frame begins with it. */
export const startByte = 0x4e;

/** Bits of a frame's flags. */
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

/** A header longer than this has a checksum of its length. */
export const longHeaderBytes = 4096;

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit += 1) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc >>> 0;
});

/** CRC-32 of polynomial 0x04C11DB7, highest bit first, beginning with 0: that of NUT and of Ogg. Of these bytes. */
export function crc32(bytes: Uint8Array, from = 0, end = bytes.length): number {
  let crc = 0;
  for (let at = from; at < end; at += 1) crc = (crc << 8) ^ (crcTable[(crc >>> 24) ^ (bytes[at] ?? 0)] ?? 0);
  return crc >>> 0;
}
