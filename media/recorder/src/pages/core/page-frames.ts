// Converts blocks of a recorded page to frames of tracks.
import { type CodedFrame, readAvcConfig, splitAnnexB, splitLengths, u8 } from '@meridian/room-media/core';
import type { WebmBlock } from './webm.ts';

const PICTURE_RATE = 90_000;
const SOUND_RATE = 48_000;
const opus = { codec: 'opus', sampleRate: SOUND_RATE, channels: 2 } as const;
/** A VP8 key frame has its size in 14 bits each, behind its tag and start code (RFC 6386, 9.1). */
const [VP8_WIDTH_AT, VP8_HEIGHT_AT] = [6, 8];

/** `ptsMs` is on the recorder's clock. Returns undefined for an unexpected codec. Throws MalformedStream. */
export function frameOf({ track, isKey, data }: WebmBlock, ptsMs: number): CodedFrame | undefined {
  const stamp = (rate: number): number => Math.round((ptsMs * rate) / 1000) % 2 ** 32;
  switch (track.codec) {
    case 'A_OPUS':
      return { codec: 'opus', format: opus, ptsMs, data, rtpTimestamp: stamp(SOUND_RATE) };
    case 'V_VP8': {
      const side = (at: number): number => ((u8(data, at + 1) & 0x3f) << 8) | u8(data, at);
      const size = isKey ? { width: side(VP8_WIDTH_AT), height: side(VP8_HEIGHT_AT) } : undefined;
      return { codec: 'vp8', isKey, size, data, ptsMs, rtpTimestamp: stamp(PICTURE_RATE) };
    }
    case 'V_MPEG4/ISO/AVC': {
      const nals = nalsOf(track.config, data, isKey);
      return nals && { codec: 'h264', isKey, nals, ptsMs, dtsMs: ptsMs, rtpTimestamp: stamp(PICTURE_RATE) };
    }
    default:
      return undefined;
  }
}

/** Chromium writes Annex B without a configuration; other browsers write WebM's own form. */
function nalsOf(config: Uint8Array, data: Uint8Array, isKey: boolean): Uint8Array[] | undefined {
  if (config.length === 0) return splitAnnexB(data);
  const { sps, pps, nalLengthBytes } = readAvcConfig(config);
  const nals = splitLengths(data, nalLengthBytes);
  return nals && isKey ? [...sps, ...pps, ...nals] : nals;
}
