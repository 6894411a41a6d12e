// What the service lets us do, changed while we are in the room.
import { mayPublish, type Participant as ParticipantRow } from '@meridian/protocol';
import type { LocalParticipant } from './participants/local-participant.ts';

/**
 * Takes over role and rights. Tracks that we may not publish any more the service takes out; here they go at
 * once (`removed`), and what fed them is released, so that no camera stays lit.
 */
export function takeRights(local: LocalParticipant, self: ParticipantRow, removed: (trackId: string) => void): void {
  const { role, canPublish, publishSources, canSubscribe, canPublishData, admin } = self;
  local.update({ ...local.row, role, canPublish, publishSources, canSubscribe, canPublishData, admin });
  for (const [trackId, publication] of [...local.trackPublications]) {
    if (mayPublish(self, publication)) continue;
    releaseForbidden(local, trackId);
    removed(trackId);
  }
}

/** The service takes a track of ours out: what feeds it is released when we may not publish any more. */
export function releaseForbidden(local: LocalParticipant, trackId: string): void {
  const publication = local.trackPublications.get(trackId);
  if (publication === undefined || publication.source === 'unknown') return;
  if (!mayPublish(local.row, publication)) publication.track.stop();
}
