// What a media node says of a rendition, as the client hears it: of the track that the rendition stands for.
import type { RoomState } from '@meridian/protocol';

export function shownAs<T extends { trackId?: string | null; publisherSessionId?: string | null }>(
  message: T,
  trackId: string,
  replica: RoomState | undefined,
): T {
  if (trackId === message.trackId) return message;
  const publisherSessionId = replica?.publisherOf(trackId) ?? '';
  return { ...message, trackId, ...('publisherSessionId' in message && { publisherSessionId }) };
}
