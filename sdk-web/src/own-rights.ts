// Our own rights, changed while we are in the room.
import { mayPublish, type Participant as ParticipantRow } from '@meridian/protocol';
import type { LocalParticipant } from './participants/local-participant.ts';

/**
 * Applies role and rights. Forbidden tracks, which the service takes out too, go at once (`removed`), and their sources
 * are released, so that no camera stays lit.
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

/** Releases the source of a track that the service takes out when we may no longer publish it. */
export function releaseForbidden(local: LocalParticipant, trackId: string): void {
  const publication = local.trackPublications.get(trackId);
  if (publication === undefined || publication.source === 'unknown') return;
  if (!mayPublish(local.row, publication)) publication.track.stop();
}
