import { TrackInfo } from '@livekit/protocol';
import type { Track } from '@meridian/protocol';

export function trackInfoOf(_track: Track): TrackInfo {
  return new TrackInfo();
}
