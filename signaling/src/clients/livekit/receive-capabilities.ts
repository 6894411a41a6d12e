// What a LiveKit client is taken to decode before it has said anything of that: its first description comes after its
// join. A line that it then refuses ends that track alone.
import { routerConstant, rtpCapabilitiesToWire, type wire } from '@meridian/protocol';

/** Codecs of this name are carried between gateways, and no client decodes them. */
const isCarried = ({ mimeType, parameters }: { mimeType: string; parameters?: Record<string, unknown> }): boolean =>
  mimeType === 'audio/multiopus' || parameters?.['carries'] !== undefined;

/** All codecs of browsers that media nodes route. */
export function receiveCapabilities(): wire.RtpCapabilities.$Properties {
  const { codecs = [], headerExtensions = [] } = routerConstant.capabilities;
  const carried = new Set(codecs.filter(isCarried).map(({ preferredPayloadType }) => preferredPayloadType));
  const decoded = codecs.filter(
    ({ preferredPayloadType, parameters }) =>
      !carried.has(preferredPayloadType) && !carried.has(Number(parameters?.['apt'] ?? -1)),
  );
  return rtpCapabilitiesToWire({ codecs: decoded, headerExtensions });
}
