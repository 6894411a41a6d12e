import { SubscribedQualityUpdate } from '@livekit/protocol';
import type { Track } from '@meridian/protocol';

/** Which layers of an own track are received; -1: none. */
export function subscribedQualityUpdate(_track: Track, _maxSpatialLayer: number): SubscribedQualityUpdate {
  return new SubscribedQualityUpdate();
}
