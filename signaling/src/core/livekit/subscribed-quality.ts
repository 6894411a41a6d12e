// Tells a LiveKit publisher which layers of its track are received.
import { SubscribedCodec, SubscribedQuality, SubscribedQualityUpdate } from '@livekit/protocol';
import type { Track } from '@meridian/protocol';
import { plainMimeType, qualitiesUpwards } from './tracks.ts';

/**
 * `maxSpatialLayer`: from LayerDemand, -1: none. The top layer stands for all qualities above it. A sender of a single
 * stream (one layer, SVC) reads its low quality alone, so all or none of its qualities are wanted.
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
    // Clients read only this list if present (LocalParticipant of livekit-client), and start a missing codec.
    subscribedCodecs: codec === '' ? [] : [new SubscribedCodec({ codec, qualities })],
  });
}
