// Codec names of an HLS stream for players (RFC 6381), and its init segment.

import type { AudioFormat, VideoFormat } from '@meridian/room-media/core';
import { initSegment, type Mp4Tracks, parseSps } from '@meridian/room-media/core';

export type VideoTrack = NonNullable<Mp4Tracks['video']>;

/** Same bound as for SPS: a parameter set with all its lists is shorter. */
const PPS_BYTES_MAX = 4096;

export function videoTrack(format: VideoFormat): VideoTrack | undefined {
  const info = parseSps(format.sps);
  if (info === undefined || format.pps.length === 0 || format.pps.length > PPS_BYTES_MAX) return undefined;
  return { format, width: info.width, height: info.height };
}

/** Returns whether a decoder can continue with the other format. */
export function isSameVideo(a: VideoFormat, b: VideoFormat): boolean {
  return isSame(a.sps, b.sps) && isSame(a.pps, b.pps);
}

export function isSameAudio(a: AudioFormat, b: AudioFormat): boolean {
  return a.codec === b.codec && a.sampleRate === b.sampleRate && isSame(a.config ?? NOTHING, b.config ?? NOTHING);
}

const NOTHING = new Uint8Array(0);
const isSame = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, at) => byte === b[at]);

/** AAC-LC has 5 bits of object type; browsers get no type beyond them. */
const aacObjectType = ({ config }: AudioFormat): number => (config?.[0] ?? 0) >> 3;
const HE_AAC: readonly number[] = [5, 29];

/** Returns samples per frame at the output rate. */
export const aacSamples = (format: AudioFormat): number => (HE_AAC.includes(aacObjectType(format)) ? 2048 : 1024);

export interface HlsTracks {
  readonly init: Uint8Array;
  readonly codecs: string;
  readonly width?: number;
  readonly height?: number;
  readonly audio?: AudioFormat;
}

export function hlsTracks(tracks: Mp4Tracks): HlsTracks {
  const { video, audio } = tracks;
  const codecs: string[] = [];
  if (video !== undefined)
    codecs.push(
      `avc1.${[...video.format.sps.subarray(1, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`,
    );
  if (audio !== undefined) codecs.push(`mp4a.40.${aacObjectType(audio)}`);
  const size = video === undefined ? {} : { width: video.width, height: video.height };
  return { init: initSegment(tracks), codecs: codecs.join(','), ...size, ...(audio && { audio }) };
}
