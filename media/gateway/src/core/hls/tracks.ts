// What an HLS stream consists of: the names of its codecs for players (RFC 6381), and its init segment.

import type { AudioFormat, VideoFormat } from '@meridian/room-media/core';
import { initSegment, type Mp4Tracks, parseSps } from '@meridian/room-media/core';

export type VideoTrack = NonNullable<Mp4Tracks['video']>;

/** As our reader of SPS: a parameter set with every list in it is shorter. */
const PPS_BYTES_MAX = 4096;

/** Undefined for parameter sets that cannot be read. */
export function videoTrack(format: VideoFormat): VideoTrack | undefined {
  const info = parseSps(format.sps);
  if (info === undefined || format.pps.length === 0 || format.pps.length > PPS_BYTES_MAX) return undefined;
  return { format, width: info.width, height: info.height };
}

/** Whether decoders can go on as they are. */
export function isSameVideo(a: VideoFormat, b: VideoFormat): boolean {
  return isSame(a.sps, b.sps) && isSame(a.pps, b.pps);
}

export function isSameAudio(a: AudioFormat, b: AudioFormat): boolean {
  return a.codec === b.codec && a.sampleRate === b.sampleRate && isSame(a.config ?? NOTHING, b.config ?? NOTHING);
}

const NOTHING = new Uint8Array(0);
const isSame = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, at) => byte === b[at]);

/** AAC-LC has 5 bits of object type; the escape to higher ones is not sent to browsers. */
const aacObjectType = ({ config }: AudioFormat): number => (config?.[0] ?? 0) >> 3;
const HE_AAC: readonly number[] = [5, 29];

/** Samples of one frame at the rate that is heard. */
export const aacSamples = (format: AudioFormat): number => (HE_AAC.includes(aacObjectType(format)) ? 2048 : 1024);

export interface HlsTracks {
  readonly init: Uint8Array;
  /** As in CODECS. */
  readonly codecs: string;
  /** Absent: there is no picture. */
  readonly width?: number;
  readonly height?: number;
  /** Absent: there is no sound. */
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
