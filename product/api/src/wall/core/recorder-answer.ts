import type { wire } from '@meridian/protocol';
import type { SeenRoom, SeenTrack } from './facts.ts';

/** Limit of tracks, since a room of a thousand would fill the stream. */
const TRACKS_MAX = 50;
/** Ten times the usual size of a small picture. */
export const PICTURE_BYTES_MAX = 131_072;
const TEXT_CHARACTERS_MAX = 256;
export const SILENCE_DB = -127;

export interface SeenPicture {
  /** Number of the picture at its recorder, which rises. */
  readonly seq: number;
  readonly bytes: Uint8Array;
}

export interface RoomAnswer {
  readonly seen: SeenRoom;
  /** Absent if unchanged, not requested, or too large. */
  readonly picture?: SeenPicture;
}

const states: readonly SeenRoom['state'][] = ['joining', 'watching', 'refused', 'over'];

/** Validates an answer. `streams`: identities of encoders. An unknown state counts as `joining`. */
export function recorderAnswerFromWire(
  room: wire.WatchedRoom.$Properties,
  { tenant, room: name, streams }: { readonly tenant: string; readonly room: string; readonly streams: Streams },
): RoomAnswer {
  const { picture, seq } = room;
  const isPicture = picture != null && picture.length > 0 && picture.length <= PICTURE_BYTES_MAX;
  const seen: SeenRoom = {
    tenant,
    room: name,
    state: states.find((state) => state === room.state) ?? 'joining',
    code: text(room.code),
    participants: wholeNumber(room.participants),
    tracks: (room.tracks ?? []).slice(0, TRACKS_MAX).map((track) => trackOf(track, streams)),
  };
  return { seen, ...(isPicture && { picture: { seq: wholeNumber(seq), bytes: picture } }) };
}

type Streams = ReadonlySet<string>;

const trackOf = (track: wire.WatchedTrack.$Properties, streams: Streams): SeenTrack => ({
  identity: text(track.identity),
  trackId: text(track.trackId),
  source: text(track.source),
  codec: text(track.codec),
  isStream: streams.has(text(track.identity)),
  blackMs: wholeNumber(track.blackMs),
  frozenMs: wholeNumber(track.frozenMs),
  silentMs: wholeNumber(track.silentMs),
  noneMs: wholeNumber(track.noneMs),
  levelDb: levelOf(track.levelDb),
});

const text = (value: string | null | undefined): string => (value ?? '').slice(0, TEXT_CHARACTERS_MAX);
const wholeNumber = (value: number | null | undefined): number =>
  value != null && Number.isFinite(value) ? Math.max(0, Math.round(value)) : 0;
const levelOf = (value: number | null | undefined): number =>
  value != null && Number.isFinite(value) ? Math.min(0, Math.max(SILENCE_DB, Math.round(value * 10) / 10)) : SILENCE_DB;
