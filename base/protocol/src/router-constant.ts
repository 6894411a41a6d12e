// The router of every media node, as a constant: all nodes of one version route the same codecs under the same payload
// types and header-extension ids, so that a browser loads its Device before it has a socket, and pipes need no
// translation. A change of anything here raises `version`; nodes of different versions do not pipe to one another
// (ROUTER_VERSION).

import constant from './router-constant.json' with { type: 'json' };
import type { RtpCapabilities, RtpCodec, RtpCodecCapability } from './rtp.ts';

/**
 * How AAC crosses media nodes, between gateways: as a format that they route without looking into it and that no
 * browser has, so a receiver of Opus needs a rendition (media/room-media/src/core/rtp/carried-sound.ts).
 */
export const aacMimeType = 'audio/multiopus';

/**
 * Video that only gateways take, as rosters name it: H.264 with B-frames, and MPEG-1. Media nodes route both as H.264
 * of packetization-mode 2, which no browser offers, with the codec parameter `carries`
 * (media/room-media/src/core/rtp/carried-video.ts).
 */
export const bframesMimeType = 'video/H264-bframes';
export const mpeg1MimeType = 'video/MPEG1';
/** MP2 of browsers without WebRTC, as rosters name it; routed as AAC is. */
export const mp2MimeType = 'audio/MP2';

const carried: readonly string[] = [bframesMimeType, mpeg1MimeType, mp2MimeType];

/** What a codec is called in rosters and where renditions are asked for: what it carries, if that has another name. */
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
