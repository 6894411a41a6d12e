// Which renditions a room needs: a client wants a track, cannot decode it, and decodes another codec. A signaling node
// reports to the owner what its sessions need (local-room.ts); the owner asks the publishers
// (owner/wanted-renditions.ts).
import { type Participant, type RtpCapabilities, routerConstant, type Track } from '@meridian/protocol';

/** A track, and a codec that a client decodes which cannot decode the track: `video/H264`. */
export interface RenditionNeed {
  readonly trackId: string;
  readonly mimeType: string;
}

/** The same for the same need, however its codec is written. */
export const needKey = ({ trackId, mimeType }: RenditionNeed): string => `${trackId} ${mimeType.toLowerCase()}`;

const routed = new Set((routerConstant.capabilities.codecs ?? []).map(({ mimeType }) => mimeType.toLowerCase()));

/** Of each kind the codec of renditions that a client decodes; none: it is given none. */
export interface RenditionTypes {
  readonly audio?: string;
  readonly video?: string;
}

/** Opus, which gateways make of an encoder's AAC, and H.264 as browsers and gateways can send it. */
export function renditionTypesFor(capabilities: RtpCapabilities): RenditionTypes {
  const hasOpus = (capabilities.codecs ?? []).some(({ mimeType }) => mimeType.toLowerCase() === 'audio/opus');
  const decodes = (capabilities.codecs ?? []).some(
    ({ mimeType, parameters }) =>
      mimeType.toLowerCase() === 'video/h264' &&
      Number(parameters?.['packetization-mode']) === 1 &&
      isConstrainedBaseline(String(parameters?.['profile-level-id'] ?? '42e01f')),
  );
  return { ...(hasOpus && { audio: 'audio/opus' }), ...(decodes && { video: 'video/H264' }) };
}

/** Baseline with the bit of its constraints: what every browser that sends H.264 sends (RFC 6184, 8.1). */
const isConstrainedBaseline = (profileLevelId: string): boolean => /^42[4-7c-f]/i.test(profileLevelId);

/** Of the needs those that can come true: for an original of the roster, in a routed codec of its kind. */
export function wanted(
  needs: Iterable<RenditionNeed>,
  track: (trackId: string) => Track | undefined,
): Map<string, RenditionNeed> {
  const found = new Map<string, RenditionNeed>();
  for (const need of needs) {
    const original = track(need.trackId);
    if (original === undefined || original.derivedFrom !== undefined) continue;
    const mimeType = need.mimeType.toLowerCase();
    if (
      mimeType.startsWith(`${original.kind}/`) &&
      routed.has(mimeType) &&
      original.mimeType.toLowerCase() !== mimeType
    )
      found.set(needKey(need), need);
  }
  return found;
}

/** A rendition by a participant that does not publish the original. */
export interface RenditionByOther {
  readonly need: RenditionNeed;
  readonly makers: Participant[];
}

/** What is published in place of originals: by the publishers of these themselves, and by others. */
export function renditionsMade(participants: readonly Participant[]): {
  own: Map<string, RenditionNeed>;
  byOthers: Map<string, RenditionByOther>;
} {
  const made = { own: new Map<string, RenditionNeed>(), byOthers: new Map<string, RenditionByOther>() };
  for (const participant of participants)
    for (const { derivedFrom, mimeType } of participant.tracks) {
      if (derivedFrom === undefined) continue;
      const need = { trackId: derivedFrom, mimeType };
      const key = needKey(need);
      if (participant.tracks.some(({ trackId }) => trackId === derivedFrom)) made.own.set(key, need);
      else made.byOthers.set(key, { need, makers: [...(made.byOthers.get(key)?.makers ?? []), participant] });
    }
  return made;
}

/** Renditions of a track by its own publisher: muted with it, ended with it. */
export const ownRenditions = (publisher: Pick<Participant, 'tracks'> | undefined, trackId: string): readonly Track[] =>
  publisher?.tracks.filter(({ derivedFrom }) => derivedFrom === trackId) ?? [];
