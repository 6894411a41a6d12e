// Translates SubscriptionPermission: which participants may receive a LiveKit client's tracks.
import type { SubscriptionPermission, TrackPermission } from '@livekit/protocol';
import { limits, sourceToWire, type wire } from '@meridian/protocol';
import type { ShownRoom } from './shown-room.ts';

type Room = Pick<ShownRoom, 'participant' | 'ownTracks'>;

/**
 * Returns permissions by identity and source; LiveKit has them by track, so a source counts only if all its tracks are
 * named. Absent participants (named only by sid), absent tracks and entries beyond `limits.allowedSubscribersMax` are
 * left out, so that fewer may receive and never more; the flag says whether entries were left out.
 */
export function allowedSubscribersOf(
  { trackPermissions }: SubscriptionPermission,
  room: Room,
): { readonly allowed: wire.AllowedSubscriber.$Properties[]; readonly isPartial: boolean } {
  const sourcesOf = new Map<string, Set<wire.TrackSource> | 'all'>();
  let isPartial = false;
  for (const permission of trackPermissions) {
    const identity = permission.participantIdentity || room.participant(permission.participantSid)?.identity;
    const sources = sourcesAllowed(permission, room);
    if (identity === undefined || sources === undefined) isPartial = true;
    else sourcesOf.set(identity, unionOf(sourcesOf.get(identity), sources));
  }
  const allowed = [...sourcesOf].map(([identity, sources]) => ({
    identity,
    sources: sources === 'all' ? [] : [...sources],
  }));
  const taken = allowed.slice(0, limits.allowedSubscribersMax);
  return { allowed: taken, isPartial: isPartial || taken.length < allowed.length };
}

/** Returns undefined for no sources, since our empty list would mean all. */
function sourcesAllowed(
  { allTracks, trackSids }: TrackPermission,
  room: Room,
): Set<wire.TrackSource> | 'all' | undefined {
  if (allTracks) return 'all';
  const named = new Set(trackSids);
  const own = room.ownTracks();
  const withheld = new Set(own.filter(({ trackId }) => !named.has(trackId)).map(({ source }) => source));
  const tracks = own.filter(({ trackId, source }) => named.has(trackId) && !withheld.has(source));
  return tracks.length === 0 ? undefined : new Set(tracks.map(({ source }) => sourceToWire(source)));
}

function unionOf(
  a: Set<wire.TrackSource> | 'all' | undefined,
  b: Set<wire.TrackSource> | 'all',
): Set<wire.TrackSource> | 'all' {
  return a === 'all' || b === 'all' ? 'all' : a === undefined ? b : new Set([...a, ...b]);
}
