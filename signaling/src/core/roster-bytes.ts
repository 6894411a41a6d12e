// What a participant and a track take on the wire, from above: texts as UTF-8, everything of fixed size at its largest. The budget of a
// room (limits.rosterBytesMax) is counted with it, because a roster is sent whole.
import type { Participant, Track } from './types.ts';

/** Tag and length of one text or message, two bytes of length being enough for all but metadata. */
const FRAMING = 4;
/** Tag and varint of a 32-bit number. */
const NUMBER = 6;
/** Booleans and enumerations with their tags, and the time of joining. */
const PARTICIPANT_FIXED = 24;
const TRACK_FIXED = 10 + 2 * NUMBER;
const LAYER = FRAMING + 4 * NUMBER;

const textBytes = (...texts: readonly string[]): number =>
  texts.reduce((sum, text) => sum + FRAMING + Buffer.byteLength(text), 0);

/** Bytes of a track in a roster, at most. */
export const trackBytes = (track: Track): number =>
  FRAMING +
  TRACK_FIXED +
  textBytes(track.trackId, track.name, track.mimeType, track.nodeId) +
  track.layers.length * LAYER;

/** Bytes of a participant and all tracks in a roster, at most. */
export function participantBytes(participant: Participant): number {
  const { sessionId, identity, name, metadata, nodeId, signalingId, region, tracks } = participant;
  return (
    FRAMING +
    PARTICIPANT_FIXED +
    textBytes(sessionId, identity, name, metadata, nodeId, signalingId, region) +
    tracks.reduce((sum, track) => sum + trackBytes(track), 0)
  );
}
