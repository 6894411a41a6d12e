// What a recorder says of a room that it watches, checked on entry. Pure.
import type { wire } from '@meridian/protocol';
import type { SeenRoom, SeenTrack } from './facts.ts';

/** Of one room: more are no picture to look at, and a room of a thousand would fill the stream. */
const TRACKS_MAX = 50;
/** Ten times what a small picture takes. A larger one is not shown. */
export const PICTURE_BYTES_MAX = 131_072;
const TEXT_CHARACTERS_MAX = 256;
export const SILENCE_DB = -127;

export interface SeenPicture {
  /** Of the recorder: rises with each. */
  readonly seq: number;
  /** JPEG. */
  readonly bytes: Uint8Array;
}

export interface RoomAnswer {
  readonly seen: SeenRoom;
  /** Absent: as before, not asked for, or too large. */
  readonly picture?: SeenPicture;
}

const states: readonly SeenRoom['state'][] = ['joining', 'watching', 'refused', 'over'];

/** `streams`: identities of encoders. A state that is not known is taken for `joining`. */
export function answerFromWire(
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
    participants: whole(room.participants),
    tracks: (room.tracks ?? []).slice(0, TRACKS_MAX).map((track) => trackOf(track, streams)),
  };
  return { seen, ...(isPicture && { picture: { seq: whole(seq), bytes: picture } }) };
}

type Streams = ReadonlySet<string>;

const trackOf = (track: wire.WatchedTrack.$Properties, streams: Streams): SeenTrack => ({
  identity: text(track.identity),
  trackId: text(track.trackId),
  source: text(track.source),
  codec: text(track.codec),
  isStream: streams.has(text(track.identity)),
  blackMs: whole(track.blackMs),
  frozenMs: whole(track.frozenMs),
  silentMs: whole(track.silentMs),
  noneMs: whole(track.noneMs),
  levelDb: levelOf(track.levelDb),
});

const text = (value: string | null | undefined): string => (value ?? '').slice(0, TEXT_CHARACTERS_MAX);
const whole = (value: number | null | undefined): number =>
  value != null && Number.isFinite(value) ? Math.max(0, Math.round(value)) : 0;
const levelOf = (value: number | null | undefined): number =>
  value != null && Number.isFinite(value) ? Math.min(0, Math.max(SILENCE_DB, Math.round(value * 10) / 10)) : SILENCE_DB;
