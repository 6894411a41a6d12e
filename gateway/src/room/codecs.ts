// What the gateway sends to and takes from media nodes: H.264, Opus and AAC, as the router of every media node has them.
import { aacMimeType, type RtpCapabilities, type RtpCodecCapability, routerConstant } from '@meridian/protocol';

export type Codec = 'h264' | 'opus' | 'aac';

const mimeTypeOf = { h264: 'video/h264', opus: 'audio/opus', aac: aacMimeType } as const;
const codecs = routerConstant.capabilities.codecs ?? [];

const find = (codec: Codec): RtpCodecCapability[] =>
  codecs.filter(({ mimeType }) => mimeType.toLowerCase() === mimeTypeOf[codec]);

/** The router's first form of the codec; of H.264 the constrained baseline profile (42e01f). */
export function capabilityOf(codec: Codec): RtpCodecCapability {
  const [first] = find(codec);
  if (first === undefined) throw new Error(`the router routes no ${codec}`);
  return first;
}

/**
 * The formats of H.264 that browsers send, by profile, Opus, and AAC of other gateways: lost packets are sent again
 * under the same SSRC.
 */
export const receivedCapabilities: RtpCapabilities = {
  codecs: [...find('h264'), ...find('opus'), ...find('aac')].map((capability) => ({
    ...capability,
    rtcpFeedback: (capability.rtcpFeedback ?? []).filter(
      ({ type, parameter }) => type === 'nack' && (parameter === undefined || parameter === '' || parameter === 'pli'),
    ),
  })),
  headerExtensions: [],
};
