// What the service lets us do, changed while we are in the room.
import type { Participant as ParticipantRow } from '@meridian/protocol';
import type { LocalParticipant } from './participants/local-participant.ts';

/**
 * Takes over role and rights. Without the right to publish the service takes our tracks out; here they go at
 * once (`removed`), and what fed them is released, so that no camera stays lit.
 */
export function takeRights(local: LocalParticipant, self: ParticipantRow, removed: (trackId: string) => void): void {
  const { role, canPublish, canSubscribe, canPublishData, admin } = self;
  local.update({ ...local.row, role, canPublish, canSubscribe, canPublishData, admin });
  if (canPublish) return;
  for (const trackId of [...local.trackPublications.keys()]) {
    releaseForbidden(local, trackId);
    removed(trackId);
  }
}

/** The service takes a track of ours out: what feeds it is released when we may not publish any more. */
export function releaseForbidden(local: LocalParticipant, trackId: string): void {
  const publication = local.trackPublications.get(trackId);
  if (!local.permissions.canPublish && publication?.source !== 'unknown') publication?.track.stop();
}
