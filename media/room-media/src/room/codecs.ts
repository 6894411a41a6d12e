// Codecs between this process and media nodes, taken from the router configuration of all media nodes.
import {
  aacMimeType,
  bframesMimeType,
  mpeg1MimeType,
  type RtpCapabilities,
  type RtpCodecCapability,
  rosterMimeType,
  routerConstant,
} from '@meridian/protocol';

/** `bframes` is H.264 with B-frames. */
export type Codec = 'h264' | 'bframes' | 'mpeg1' | 'vp8' | 'vp9' | 'av1' | 'opus' | 'aac' | 'mp2';

/** Names in rosters; MP2 is routed as AAC. */
export const rosterNames: Readonly<Record<Codec, string>> = {
  h264: 'video/h264',
  bframes: bframesMimeType,
  mpeg1: mpeg1MimeType,
  vp8: 'video/vp8',
  vp9: 'video/vp9',
  av1: 'video/av1',
  opus: 'audio/opus',
  aac: aacMimeType,
  mp2: aacMimeType,
};
const codecs = routerConstant.capabilities.codecs ?? [];

const find = (codec: Codec): RtpCodecCapability[] =>
  codecs.filter((capability) => rosterMimeType(capability).toLowerCase() === rosterNames[codec].toLowerCase());

/** Returns the router's first form of the codec; for H.264 the constrained baseline profile (42e01f). */
export function capabilityOf(codec: Codec): RtpCodecCapability {
  const [first] = find(codec);
  if (first === undefined) throw new Error(`the router routes no ${codec}`);
  return first;
}

/**
 * Returns capabilities to receive these codecs (H.264: all profiles of browsers), with retransmissions on the same
 * SSRC.
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

/** Codecs of programmes with sound in AAC or MP2; a player of MP2 plays MPEG-1. */
export const receivedCapabilities = {
  aac: capabilitiesOf('h264', 'bframes', 'opus', 'aac'),
  mp2: capabilitiesOf('mpeg1', 'h264', 'bframes', 'opus', 'mp2'),
} as const;
