// Replaces a rendition in a media node's message by the track that it stands for, as the client knows it.
import type { RoomState } from '@meridian/protocol';

export function withShownTrack<T extends { trackId?: string | null; publisherSessionId?: string | null }>(
  message: T,
  trackId: string,
  replica: RoomState | undefined,
): T {
  if (trackId === message.trackId) return message;
  const publisherSessionId = replica?.publisherOf(trackId) ?? '';
  return { ...message, trackId, ...('publisherSessionId' in message && { publisherSessionId }) };
}
