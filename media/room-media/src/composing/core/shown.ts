// What a composed picture shows of a room, by the room's roster.
import type { Participant, RecordingLayout, RoomRecording, Speaker, Track, VideoLayer } from '@meridian/protocol';
import type { Size } from '../../core/layouts/layout.ts';

export interface ComposedParticipant {
  readonly identity: string;
  readonly name: string;
  readonly isMuted: boolean;
  /** By the clock of the composer; undefined: it is silent. */
  readonly speakingSinceMs: number | undefined;
  /** Ids of its tracks. */
  readonly camera: string | undefined;
  readonly screen: string | undefined;
  readonly sounds: readonly string[];
}

/** Since when each session speaks. One that speaks on keeps its time. */
export const speakingSince = (
  before: ReadonlyMap<string, number>,
  speakers: readonly Speaker[],
  nowMs: number,
): ReadonlyMap<string, number> => new Map(speakers.map(({ sessionId }) => [sessionId, before.get(sessionId) ?? nowMs]));

/**
 * The participants that are seen and heard, in the order in which they came: neither hidden ones nor those that have no
 * part on the stage, and of none its renditions. `identity`: this one alone; '': all.
 */
export function shownOf(
  participants: readonly Participant[],
  o: { readonly identity: string; readonly speakingSinceMs: ReadonlyMap<string, number> },
): ComposedParticipant[] {
  return participants
    .filter(({ hidden, canPublish, tracks }) => !hidden && (canPublish || tracks.length > 0))
    .filter(({ identity }) => o.identity === '' || identity === o.identity)
    .toSorted((a, b) => a.joinedWallMs - b.joinedWallMs)
    .map(({ identity, name, sessionId, tracks }) => {
      const own = tracks.filter(({ derivedFrom }) => derivedFrom === undefined);
      const sounds = own.filter(({ kind }) => kind === 'audio');
      const picture = (isScreen: boolean): string | undefined =>
        own.find((track) => isPicture(track) && (track.source === 'screen_share') === isScreen)?.trackId;
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

/** A picture that is a little smaller than its tile is not seen to be so. */
const ENOUGH = 0.8;

/** The lowest spatial layer with enough for a tile of this size; undefined: the track has no layers to choose from. */
export function layerFor(layers: readonly VideoLayer[], tile: Size): number | undefined {
  if (layers.length < 2) return undefined;
  const sorted = layers.toSorted((a, b) => a.spatialLayer - b.spatialLayer);
  const isEnough = ({ width, height }: VideoLayer): boolean =>
    width >= tile.width * ENOUGH || height >= tile.height * ENOUGH;
  return (sorted.find(isEnough) ?? sorted.at(-1))?.spatialLayer;
}

/** The layout that a recording is to have now; undefined: the room knows no such recording (yet). */
export const layoutOfRecording = (
  recordings: readonly RoomRecording[],
  recordingId: string,
): RecordingLayout | undefined => recordings.find((one) => one.recordingId === recordingId)?.layout;
