// Decides which participants and tracks of the roster a composed picture shows.
import type { Participant, RecordingLayout, RoomRecording, Speaker, Track, VideoLayer } from '@meridian/protocol';
import type { Size } from '../../core/layouts/layout.ts';

export interface ComposedParticipant {
  readonly identity: string;
  readonly name: string;
  readonly isMuted: boolean;
  /** Time by the composer's clock; undefined while silent. */
  readonly speakingSinceMs: number | undefined;
  readonly camera: string | undefined;
  readonly screen: string | undefined;
  readonly sounds: readonly string[];
}

/** Returns since when each session speaks. A session that continues to speak keeps its time. */
export const speakingSince = (
  before: ReadonlyMap<string, number>,
  speakers: readonly Speaker[],
  nowMs: number,
): ReadonlyMap<string, number> => new Map(speakers.map(({ sessionId }) => [sessionId, before.get(sessionId) ?? nowMs]));

/**
 * Returns the participants to show and hear, in the order of their arrival: without hidden participants, those off
 * stage, and renditions of tracks. `identity` limits the result to one participant; `''` means all.
 */
export function composedParticipants(
  participants: readonly Participant[],
  o: { readonly identity: string; readonly speakingSinceMs: ReadonlyMap<string, number> },
): ComposedParticipant[] {
  return participants
    .filter(({ hidden, canPublish, tracks }) => !hidden && (canPublish || tracks.length > 0))
    .filter(({ identity }) => o.identity === '' || identity === o.identity)
    .toSorted((a, b) => a.joinedWallMs - b.joinedWallMs)
    .map(({ identity, name, sessionId, tracks }) => {
      const originals = tracks.filter(({ derivedFrom }) => derivedFrom === undefined);
      const sounds = originals.filter(({ kind }) => kind === 'audio');
      const picture = (isScreen: boolean): string | undefined =>
        originals.find((track) => isPicture(track) && (track.source === 'screen_share') === isScreen)?.trackId;
      return {
        identity,
        name,
        isMuted: !sounds.some(({ source, muted }) => source !== 'screen_share_audio' && !muted),
        speakingSinceMs: o.speakingSinceMs.get(sessionId),
        camera: picture(false),
        screen: picture(true),
        sounds: sounds.map(({ trackId }) => trackId),
      };
    });
}

const isPicture = ({ kind, muted }: Track): boolean => kind === 'video' && !muted;

/** A picture at 80 % of its tile's size looks the same. */
const ENOUGH_SHARE = 0.8;

/** Returns the lowest spatial layer with enough pixels for a tile; undefined for a track with fewer than two layers. */
export function layerFor(layers: readonly VideoLayer[], tile: Size): number | undefined {
  if (layers.length < 2) return undefined;
  const sorted = layers.toSorted((a, b) => a.spatialLayer - b.spatialLayer);
  const isEnough = ({ width, height }: VideoLayer): boolean =>
    width >= tile.width * ENOUGH_SHARE || height >= tile.height * ENOUGH_SHARE;
  return (sorted.find(isEnough) ?? sorted.at(-1))?.spatialLayer;
}

/** Returns the present layout of a recording; undefined while the room does not know the recording. */
export const layoutOfRecording = (
  recordings: readonly RoomRecording[],
  recordingId: string,
): RecordingLayout | undefined => recordings.find((one) => one.recordingId === recordingId)?.layout;
