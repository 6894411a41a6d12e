// Tracks of a room for which a newcomer's consumers are prepared (ADR 0045).
import type { Track } from '@meridian/protocol';
import type { PreparableTrack } from './prepared-consumers.ts';
import type { PullTable } from './pulls.ts';
import type { Room } from './room.ts';
import type { NodeTrack } from './track.ts';

/** Returns the tracks that this node has of a room: screens, then what flows, then the rest, the newest first. */
export function preparableTracks(room: Room | undefined, pulls: PullTable): PreparableTrack[] {
  const tracks = [...(room?.members.tracks.values() ?? [])].map(({ media }) => media).reverse();
  return tracks
    .filter(({ info }) => info.derivedFrom === undefined)
    .sort((a, b) => rankOf(a.info) - rankOf(b.info))
    .map((track) => ({ track, hold: (wanter) => holdPull(pulls, track, wanter) }));
}

function rankOf({ source, muted }: Track): number {
  if (source === 'screen_share' || source === 'screen_share_audio') return 0;
  return muted ? 2 : 1;
}

function holdPull(pulls: PullTable, { origin, roomKey, trackId }: NodeTrack, wanter: string): () => void {
  const pull = origin ? undefined : pulls.find(roomKey, trackId);
  pull?.want(wanter).catch(() => undefined); // the track ends with its pull, and the prepared consumer with the track
  return () => pull?.unwant(wanter);
}
