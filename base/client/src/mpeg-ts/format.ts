// Constants of MPEG transport streams (ISO/IEC 13818-1) for the writer and the reader.

/** Codecs in an MPEG transport stream. When read, `mpeg1` may be MPEG-2: ffmpeg labels both as MPEG-2. */
export type TsVideoCodec = 'mpeg1' | 'h264';
export type TsAudioCodec = 'mp2' | 'aac';

export const mpegTsErrorCodes = {
  NOT_MPEG_TS: 'Too many bytes are no packets of a transport stream.',
  UNIT_INVALID: 'A unit to be written is of a kind that was not announced, too large, or without a time.',
} as const;

export type MpegTsErrorCode = keyof typeof mpegTsErrorCodes;

export class MpegTsError extends Error {
  readonly code: MpegTsErrorCode;

  constructor(code: MpegTsErrorCode, message: string) {
    super(message);
    this.name = 'MpegTsError';
    this.code = code;
  }
}

export const packetBytes = 188;
export const packetHeaderBytes = 4;
export const syncByte = 0x47;
export const ticksPerMs = 90;
export const ticksModulus = 2 ** 33;
/** Above any coded picture of a live stream. */
export const unitBytesMax = 1024 * 1024;

export const patPid = 0;
export const tableId = { pat: 0, pmt: 2 } as const;

export const streamTypes = { mpeg1: 0x01, h264: 0x1b, mp2: 0x03, aac: 0x0f } as const;

/** Returns the CRC-32/MPEG-2, which ends every table: 0 over a table with its checksum. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit += 1) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return crc >>> 0;
}
