import { mayPublish, type Participant as ParticipantRow } from '@meridian/protocol';
import type { LocalParticipant } from './participants/local-participant.ts';

/** Applies our changed rights: unpublishes forbidden tracks (`removed`) and stops their devices. */
export function applyRights(local: LocalParticipant, self: ParticipantRow, removed: (trackId: string) => void): void {
  const { role, canPublish, publishSources, canSubscribe, canPublishData, admin } = self;
  local.update({ ...local.row, role, canPublish, publishSources, canSubscribe, canPublishData, admin });
  for (const [trackId, publication] of [...local.trackPublications]) {
    if (mayPublish(self, publication)) continue;
    releaseForbidden(local, trackId);
    removed(trackId);
  }
}

export function releaseForbidden(local: LocalParticipant, trackId: string): void {
  const publication = local.trackPublications.get(trackId);
  if (publication === undefined || publication.source === 'unknown') return;
  if (!mayPublish(local.row, publication)) publication.track.stop();
}
