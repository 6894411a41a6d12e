// Which layers of an own track are received, as a LiveKit publisher hears it.
import { SubscribedCodec, SubscribedQuality, SubscribedQualityUpdate } from '@livekit/protocol';
import type { Track } from '@meridian/protocol';
import { plainMimeType, qualitiesUpwards } from './tracks.ts';

/**
 * `maxSpatialLayer` as LayerDemand has it: -1: none. The top layer stands for all qualities above it. A sender of one
 * stream (a single layer, SVC) looks at its low quality alone, so of those all are wanted or none.
 */
export function subscribedQualityUpdate(track: Track, maxSpatialLayer: number): SubscribedQualityUpdate {
  const top = track.layers.length - 1;
  const isOneStream = track.layerKind !== 'simulcast' || top < 1;
  const isEnabled = (index: number): boolean =>
    maxSpatialLayer >= 0 && (isOneStream || index <= maxSpatialLayer || maxSpatialLayer >= top);
  const qualities = qualitiesUpwards.map(
    (quality, index) => new SubscribedQuality({ quality, enabled: isEnabled(index) }),
  );
  const codec = plainMimeType(track.mimeType).split('/')[1]?.toLowerCase() ?? '';
  return new SubscribedQualityUpdate({
    trackSid: track.trackId,
    subscribedQualities: qualities,
    // Clients that find these read them alone (LocalParticipant of livekit-client); of another codec they begin one.
    subscribedCodecs: codec === '' ? [] : [new SubscribedCodec({ codec, qualities })],
  });
}
