// Assumed decoders of a LiveKit client before its first description; a line that it then refuses ends only that track.
import { routerConstant, rtpCapabilitiesToWire, type wire } from '@meridian/protocol';

/** Returns whether a codec only carries media between gateways, so that no client decodes it. */
const isCarried = ({ mimeType, parameters }: { mimeType: string; parameters?: Record<string, unknown> }): boolean =>
  mimeType === 'audio/multiopus' || parameters?.['carries'] !== undefined;

/** Returns all codecs of browsers that media nodes route. */
export function receiveCapabilities(): wire.RtpCapabilities.$Properties {
  const { codecs = [], headerExtensions = [] } = routerConstant.capabilities;
  const carried = new Set(codecs.filter(isCarried).map(({ preferredPayloadType }) => preferredPayloadType));
  const decoded = codecs.filter(
    ({ preferredPayloadType, parameters }) =>
      !carried.has(preferredPayloadType) && !carried.has(Number(parameters?.['apt'] ?? -1)),
  );
  return rtpCapabilitiesToWire({ codecs: decoded, headerExtensions });
}
