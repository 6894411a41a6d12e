// Which participants may receive the tracks of a LiveKit client, as it says by SubscriptionPermission.
import type { SubscriptionPermission, TrackPermission } from '@livekit/protocol';
import { limits, sourceToWire, type wire } from '@meridian/protocol';
import type { ShownRoom } from './shown-room.ts';

type Room = Pick<ShownRoom, 'participant' | 'ownTracks'>;

/**
 * By identity and source, where LiveKit has tracks: of a source with several tracks all have to be named. A participant
 * that is not there (when only its sid is given), and a track that is not, are left out, so that fewer may receive and
 * never more; so is what is beyond `limits.allowedSubscribersMax`. `isPart`: something was left out.
 */
export function allowedSubscribersOf(
  { trackPermissions }: SubscriptionPermission,
  room: Room,
): { readonly allowed: wire.AllowedSubscriber.$Properties[]; readonly isPart: boolean } {
  const sourcesOf = new Map<string, Set<wire.TrackSource> | 'all'>();
  let isPart = false;
  for (const permission of trackPermissions) {
    const identity = permission.participantIdentity || room.participant(permission.participantSid)?.identity;
    const sources = sourcesAllowed(permission, room);
    if (identity === undefined || sources === undefined) isPart = true;
    else sourcesOf.set(identity, both(sourcesOf.get(identity), sources));
  }
  const allowed = [...sourcesOf].map(([identity, sources]) => ({
    identity,
    sources: sources === 'all' ? [] : [...sources],
  }));
  const taken = allowed.slice(0, limits.allowedSubscribersMax);
  return { allowed: taken, isPart: isPart || taken.length < allowed.length };
}

/** Undefined: none, which an empty list of ours would not say. */
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

function both(
  a: Set<wire.TrackSource> | 'all' | undefined,
  b: Set<wire.TrackSource> | 'all',
): Set<wire.TrackSource> | 'all' {
  return a === 'all' || b === 'all' ? 'all' : a === undefined ? b : new Set([...a, ...b]);
}
