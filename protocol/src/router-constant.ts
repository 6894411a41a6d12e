// The router of every media node, as a constant: all nodes of one version route the same codecs under the same payload
// types and header-extension ids, so that a browser loads its Device before it has a socket, and pipes need no
// translation. A change of anything here raises `version`; nodes of different versions do not pipe to one another
// (ROUTER_VERSION).

import constant from './router-constant.json' with { type: 'json' };
import type { RtpCapabilities, RtpCodecCapability } from './rtp.ts';

/**
 * How AAC crosses media nodes, between gateways: as a format that they route without looking into it and that no
 * browser has, so whoever hears Opus needs a rendition (gateway/src/core/rtp/aac.ts).
 */
export const aacMimeType = 'audio/multiopus';

export const routerConstant: {
  readonly version: number;
  readonly mediaCodecs: RtpCodecCapability[];
  readonly capabilities: RtpCapabilities;
} = constant as { version: number; mediaCodecs: RtpCodecCapability[]; capabilities: RtpCapabilities };
