// Finds needed renditions: a client wants a track, cannot decode it, and decodes another codec. A signaling node
// reports them to the owner (local-room.ts), which asks the publishers (owner/wanted-renditions.ts).
import { type Participant, type RtpCapabilities, routerConstant, type Track } from '@meridian/protocol';

/** Track that a client cannot decode, and a codec that it can, such as `video/H264`. */
export interface RenditionNeed {
  readonly trackId: string;
  readonly mimeType: string;
}

/** Returns the same key for the same need, however its codec is written. */
export const needKey = ({ trackId, mimeType }: RenditionNeed): string => `${trackId} ${mimeType.toLowerCase()}`;

const routed = new Set((routerConstant.capabilities.codecs ?? []).map(({ mimeType }) => mimeType.toLowerCase()));

/** Codec of renditions that a client decodes, by kind; without a codec the client gets no rendition. */
export interface RenditionTypes {
  readonly audio?: string;
  readonly video?: string;
}

/** Returns the codecs that the client decodes of Opus, to which gateways turn AAC, and H.264 as browsers send it. */
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

/** Constrained Baseline: sent by every browser that sends H.264 (RFC 6184, 8.1). */
const isConstrainedBaseline = (profileLevelId: string): boolean => /^42[4-7c-f]/i.test(profileLevelId);

/** Returns the feasible needs: for an original of the roster, in a routed codec of its kind. */
export function feasibleNeeds(
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

/** Rendition by a participant that does not publish the original. */
export interface RenditionByOther {
  readonly need: RenditionNeed;
  readonly makers: Participant[];
}

/** Returns the published renditions: those by the originals' publishers, and those by others. */
export function publishedRenditions(participants: readonly Participant[]): {
  byPublishers: Map<string, RenditionNeed>;
  byOthers: Map<string, RenditionByOther>;
} {
  const made = { byPublishers: new Map<string, RenditionNeed>(), byOthers: new Map<string, RenditionByOther>() };
  for (const participant of participants)
    for (const { derivedFrom, mimeType } of participant.tracks) {
      if (derivedFrom === undefined) continue;
      const need = { trackId: derivedFrom, mimeType };
      const key = needKey(need);
      if (participant.tracks.some(({ trackId }) => trackId === derivedFrom)) made.byPublishers.set(key, need);
      else made.byOthers.set(key, { need, makers: [...(made.byOthers.get(key)?.makers ?? []), participant] });
    }
  return made;
}

/** Returns renditions by the track's own publisher: they are muted and end with the track. */
export const ownRenditions = (publisher: Pick<Participant, 'tracks'> | undefined, trackId: string): readonly Track[] =>
  publisher?.tracks.filter(({ derivedFrom }) => derivedFrom === trackId) ?? [];
