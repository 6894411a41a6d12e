// What the gateway sends to and takes from media nodes, as the router of every media node has it.
import { aacMimeType, type RtpCapabilities, type RtpCodecCapability, routerConstant } from '@meridian/protocol';

export type Codec = 'h264' | 'vp8' | 'opus' | 'aac';

const mimeTypeOf = { h264: 'video/h264', vp8: 'video/vp8', opus: 'audio/opus', aac: aacMimeType } as const;
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
 * To receive these, of H.264 in all profiles that browsers send: lost packets are sent again under the same SSRC.
 */
export const capabilitiesOf = (...wanted: readonly Codec[]): RtpCapabilities => ({
  codecs: wanted.flatMap(find).map((capability) => ({
    ...capability,
    rtcpFeedback: (capability.rtcpFeedback ?? []).filter(
      ({ type, parameter }) => type === 'nack' && (parameter === undefined || parameter === '' || parameter === 'pli'),
    ),
  })),
  headerExtensions: [],
});

/** What programmes are made of. */
export const receivedCapabilities = capabilitiesOf('h264', 'opus', 'aac');
