// Which renditions a room needs: somebody wants a track, cannot decode it, and decodes something else. A signaling node
// tells the owner what its sessions wish for (local-room.ts); the owner asks the publishers (owner/wanted-renditions.ts).
import { type Participant, type RtpCapabilities, routerConstant, type Track } from '@meridian/protocol';

/** A track, and a codec that somebody who cannot decode it decodes: `video/H264`. */
export interface RenditionWish {
  readonly trackId: string;
  readonly mimeType: string;
}

/** The same for the same wish, however its codec is written. */
export const wishKey = ({ trackId, mimeType }: RenditionWish): string => `${trackId} ${mimeType.toLowerCase()}`;

const routed = new Set((routerConstant.capabilities.codecs ?? []).map(({ mimeType }) => mimeType.toLowerCase()));

/** The rendition that a client of these capabilities decodes and browsers can send; undefined: none. */
export function renditionTypeFor(capabilities: RtpCapabilities): string | undefined {
  const decodes = (capabilities.codecs ?? []).some(
    ({ mimeType, parameters }) =>
      mimeType.toLowerCase() === 'video/h264' &&
      Number(parameters?.['packetization-mode']) === 1 &&
      isConstrainedBaseline(String(parameters?.['profile-level-id'] ?? '42e01f')),
  );
  return decodes ? 'video/H264' : undefined;
}

/** Baseline with the bit of its constraints: what every browser that sends H.264 sends (RFC 6184, 8.1). */
const isConstrainedBaseline = (profileLevelId: string): boolean => /^42[4-7c-f]/i.test(profileLevelId);

/** Of the wishes those that can come true: for a video original of the roster, in a codec that the room routes. */
export function wanted(
  wishes: Iterable<RenditionWish>,
  track: (trackId: string) => Track | undefined,
): Map<string, RenditionWish> {
  const found = new Map<string, RenditionWish>();
  for (const wish of wishes) {
    const original = track(wish.trackId);
    if (original?.kind !== 'video' || original.derivedFrom !== undefined) continue;
    const mimeType = wish.mimeType.toLowerCase();
    if (mimeType.startsWith('video/') && routed.has(mimeType) && original.mimeType.toLowerCase() !== mimeType)
      found.set(wishKey(wish), wish);
  }
  return found;
}

/** What is published in place of originals: by the publishers of these themselves, and by others. */
export function renditionsMade(participants: readonly Participant[]): {
  own: Map<string, RenditionWish>;
  byOthers: Set<string>;
} {
  const made = { own: new Map<string, RenditionWish>(), byOthers: new Set<string>() };
  for (const { tracks } of participants)
    for (const { derivedFrom, mimeType } of tracks) {
      if (derivedFrom === undefined) continue;
      const wish = { trackId: derivedFrom, mimeType };
      if (tracks.some(({ trackId }) => trackId === derivedFrom)) made.own.set(wishKey(wish), wish);
      else made.byOthers.add(wishKey(wish));
    }
  return made;
}

/** Renditions of a track by its own publisher: muted with it, ended with it. */
export const ownRenditions = (publisher: Pick<Participant, 'tracks'> | undefined, trackId: string): readonly Track[] =>
  publisher?.tracks.filter(({ derivedFrom }) => derivedFrom === trackId) ?? [];
