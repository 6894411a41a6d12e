// Router of every media node, as a constant: all nodes of a version route the same codecs under the same payload types
// and header-extension ids, so that a browser can load its Device before it has a socket, and pipes need no
// translation. Any change here raises `version`; nodes of different versions do not pipe to each other
// (ROUTER_VERSION).

import constant from './router-constant.json' with { type: 'json' };
import type { RtpCapabilities, RtpCodec, RtpCodecCapability } from './rtp.ts';

/**
 * AAC between gateways crosses media nodes in this format, which no browser has and nodes route unread; a receiver of
 * Opus needs a rendition (media/room-media/src/core/rtp/carried-sound.ts).
 */
export const aacMimeType = 'audio/multiopus';

/**
 * Video for gateways only, as rosters name it. Media nodes route it as H.264 of packetization-mode 2, which no browser
 * offers, with the codec parameter `carries` (media/room-media/src/core/rtp/carried-video.ts).
 */
export const bframesMimeType = 'video/H264-bframes';
export const mpeg1MimeType = 'video/MPEG1';
/** MP2 of browsers without WebRTC, as rosters name it; it is routed like AAC. */
export const mp2MimeType = 'audio/MP2';

/** Header extension that says which spatial and temporal layer a packet belongs to (AV1 RTP payload format, A). */
export const dependencyDescriptorUri =
  'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension';

const carried: readonly string[] = [bframesMimeType, mpeg1MimeType, mp2MimeType];

/** Returns the name of a codec in rosters and in requests for renditions: that of the carried codec, if any. */
export function rosterMimeType({ mimeType, parameters }: Pick<RtpCodec, 'mimeType' | 'parameters'>): string {
  const [kind] = mimeType.split('/', 1);
  const name = `${kind}/${parameters?.['carries']}`;
  return carried.includes(name) ? name : mimeType;
}

export const routerConstant: {
  readonly version: number;
  readonly mediaCodecs: RtpCodecCapability[];
  readonly capabilities: RtpCapabilities;
} = constant as { version: number; mediaCodecs: RtpCodecCapability[]; capabilities: RtpCapabilities };
