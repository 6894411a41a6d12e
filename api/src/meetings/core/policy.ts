// What a meeting says of its room.
import type { Member, RoomPolicy } from '@meridian/protocol';
import type { Meeting } from './meeting.ts';
import type { Occurrence } from './occurrences.ts';

/** A meeting without a host is open a little before its time. */
const OPENS_BEFORE_MS = 15 * 60_000;

export type MeetingPolicy = Pick<
  RoomPolicy,
  'lobby' | 'locked' | 'capacity' | 'members' | 'opensWallMs' | 'needsHost' | 'endsWallMs' | 'hardEnd'
>;

/** For the time of one occurrence; undefined: the meeting never takes place. A cancelled one lets in hosts alone. */
export function policyOfMeeting(
  meeting: Meeting,
  occurrence: Pick<Occurrence, 'startsMs' | 'endsMs'> | undefined,
): MeetingPolicy {
  const { waitingRoom, joinBeforeHost, capacity, hardEnd } = meeting.settings;
  return {
    lobby: waitingRoom,
    locked: meeting.status === 'cancelled',
    capacity,
    members: membersOf(meeting),
    opensWallMs: joinBeforeHost && occurrence !== undefined ? occurrence.startsMs - OPENS_BEFORE_MS : 0,
    needsHost: !joinBeforeHost,
    endsWallMs: occurrence?.endsMs ?? 0,
    hardEnd,
  };
}

/** Hosts, cohosts, and invitees with an identity and a role; who is there twice has the first. */
function membersOf({ hosts, cohosts, invitees }: Meeting): Member[] {
  const members = new Map<string, Member>();
  const add = (identity: string, role: Member['role']): void => {
    if (identity !== '' && role !== '' && !members.has(identity)) members.set(identity, { identity, role });
  };
  for (const identity of hosts) add(identity, 'host');
  for (const identity of cohosts) add(identity, 'cohost');
  for (const { userId, role } of invitees) add(userId, role);
  return [...members.values()];
}
