// A stopped picture is also frozen, and a black one does not change, so only the worst trouble of a publisher is an
// alarm.
import type { SeenRoom, SeenTrack } from '../../../wall/core/facts.ts';
import type { AlarmFacts, AlarmRule, JudgedSubject } from '../rule.ts';

type Trouble = 'stopped' | 'black' | 'frozen' | 'silent';

/** Recorders look several times a second and report durations, so no further wait is needed. */
const common = {
  source: 'wall',
  severity: 'warning',
  unit: 's',
  forMs: 0,
  // A new recorder counts its durations from zero.
  clearForMs: 30_000,
} as const;

export const streamStopped: AlarmRule = {
  ...common,
  id: 'stream-stopped',
  reason: 'Media published in a watched room has stopped arriving.',
  limit: 10,
  limitSource:
    'Ended sessions are detected within 10 s (ARCHITECTURE.md, when something ends), so this session goes on without media.',
  judge: (facts, limit) =>
    judgedRooms(facts, limit, {
      isOf: () => true,
      secondsOf: ({ noneMs }) => noneMs,
      text: (track, s) => `No ${mediaWord(track)} of ${track.identity} has come for ${s} s.`,
    }),
};

export const pictureBlack: AlarmRule = {
  ...common,
  id: 'picture-black',
  reason: 'A camera or an encoder in a watched room sends black pictures.',
  limit: 10,
  limitSource: 'A programme’s fade or cut to black is over by then.',
  judge: (facts, limit) =>
    judgedRooms(facts, limit, {
      isOf: (track) => isCamera(track) && worstTrouble(track) === 'black',
      secondsOf: ({ blackMs }) => blackMs,
      text: ({ identity }, s) => `The picture of ${identity} has been black for ${s} s.`,
    }),
};

export const pictureFrozen: AlarmRule = {
  ...common,
  id: 'picture-frozen',
  reason: 'The picture of a camera or an encoder in a watched room does not change.',
  limit: 10,
  limitSource:
    'A camera never sends the same picture twice, because of its noise. Shared screens, which may stand still, are not judged.',
  judge: (facts, limit) =>
    judgedRooms(facts, limit, {
      isOf: (track) => isCamera(track) && worstTrouble(track) === 'frozen',
      secondsOf: ({ frozenMs }) => frozenMs,
      text: ({ identity }, s) => `The picture of ${identity} has not changed for ${s} s.`,
    }),
};

export const soundSilent: AlarmRule = {
  ...common,
  id: 'sound-silent',
  // People are silent while they listen or wait, so only encoders are judged.
  reason: 'The sound of an encoder in a watched room is silent.',
  limit: 30,
  limitSource: 'A programme has no pause of half a minute.',
  judge: (facts, limit) =>
    judgedRooms(facts, limit, {
      isOf: (track) => track.isStream && worstTrouble(track) === 'silent',
      secondsOf: ({ silentMs }) => silentMs,
      text: ({ identity }, s) => `The sound of ${identity} has been silent for ${s} s.`,
    }),
};

/** Check of one kind of trouble, for all tracks of watched rooms. */
interface PictureCheck {
  isOf(track: SeenTrack): boolean;
  secondsOf(track: SeenTrack): number;
  text(track: SeenTrack, seconds: number): string;
}

function judgedRooms(
  { watched }: AlarmFacts,
  limit: number,
  check: PictureCheck,
): readonly JudgedSubject[] | undefined {
  if (watched === undefined) return undefined;
  const found = new Map<string, JudgedSubject>();
  for (const room of watched) {
    if (room.state === 'over') continue;
    for (const track of room.tracks) {
      const value = check.isOf(track) ? Math.floor(check.secondsOf(track) / 1000) : 0;
      const subject = subjectOf(room, track);
      const before = found.get(subject);
      if (before !== undefined && before.value >= value) continue;
      const { tenant, room: name } = room;
      const labels = { tenant, room: name, identity: track.identity };
      const text = `${tenant}/${name}: ${check.text(track, value)}`;
      found.set(subject, { subject, value, isBad: value > 0 && value >= limit, labels, text });
    }
  }
  return [...found.values()];
}

const subjectOf = ({ tenant, room }: SeenRoom, { identity }: SeenTrack): string => `${tenant}/${room} ${identity}`;

/** Longer than the gaps of stuttering media. */
const STOPPED_MS = 3000;

function worstTrouble({ noneMs, blackMs, frozenMs, silentMs }: SeenTrack): Trouble | undefined {
  if (noneMs >= STOPPED_MS) return 'stopped';
  if (blackMs > 0) return 'black';
  if (frozenMs > 0) return 'frozen';
  return silentMs > 0 ? 'silent' : undefined;
}

/** A screen that an encoder sends counts as a programme, too. */
const isCamera = ({ source, isStream }: SeenTrack): boolean => source === 'camera' || isStream;
const mediaWord = ({ source }: SeenTrack): string =>
  source === 'microphone' || source === 'screen_share_audio' ? 'sound' : 'picture';
