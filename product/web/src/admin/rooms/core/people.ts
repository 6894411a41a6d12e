import type { Tone } from '../../traffic/tone.ts';
import type { Participant, Room, Track } from '../api.ts';
import type { RoomKey, SayRoom } from '../text.ts';

export const nameOf = ({ name, identity }: Pick<Participant, 'name' | 'identity'>): string =>
  name === '' ? identity : name;

export const titleOf = ({ title, name }: Pick<Room, 'title' | 'name'>): string => (title === '' ? name : title);

export function marksOf(participant: Participant, say: SayRoom): string[] {
  const { role, kind, permission, handRaisedAt } = participant;
  return [
    ...(role === null ? [] : [say(`role.${role}`)]),
    ...(role === null && permission.roomAdmin ? [say('admin')] : []),
    ...(permission.hidden ? [say('hidden')] : []),
    ...(kind === 'standard' ? [] : [say(`kind.${kind}`)]),
    ...(handRaisedAt === null ? [] : [say('hand')]),
  ];
}

const tones: Readonly<Record<Participant['quality'], Tone>> = {
  excellent: 'good',
  good: 'good',
  poor: 'warn',
  lost: 'bad',
  unknown: 'quiet',
};
export const qualityTone = (quality: Participant['quality']): Tone => tones[quality];

/** Display order: microphones first, then video. */
const order: readonly Track['source'][] = ['microphone', 'camera', 'screen_share', 'screen_share_audio', 'unknown'];
export const tracksInOrder = ({ tracks }: Pick<Participant, 'tracks'>): readonly Track[] =>
  tracks.toSorted((a, b) => order.indexOf(a.source) - order.indexOf(b.source));

export const sourceKey = (source: Track['source']): RoomKey => `source.${source}`;

export const inOrder = (participants: readonly Participant[]): readonly Participant[] =>
  participants.toSorted(
    (a, b) => Date.parse(a.joinedAt) - Date.parse(b.joinedAt) || (a.identity < b.identity ? -1 : 1),
  );

/** Returns the room's access limits (locked, waiting room); empty for an open room. */
export function roomMarks({ locked, lobby }: Pick<Room, 'locked' | 'lobby'>, say: SayRoom): string[] {
  return [...(locked ? [say('locked')] : []), ...(lobby ? [say('lobby')] : [])];
}
