// What a meeting says of its room, and which of its occurrences is meant.
import { type Member, memberToWire, type RoomPolicy, type wire } from '@meridian/protocol';
import { identityOf, type Meeting } from './meeting.ts';
import type { Occurrence } from './occurrences.ts';

/** A meeting without a host is open a little before its time. */
export const OPENS_BEFORE_MS = 15 * 60_000;
/** A meeting that takes longer than booked: people still come in, with tokens that end then. */
export const OVERRUN_MS = 60 * 60_000;

type Times = Pick<Occurrence, 'startsMs' | 'endsMs'>;

/**
 * The occurrence that a room is for now: the one that has opened last, for an hour beyond its end; then the one that
 * opens next; then the last there was. `opened`: the latest that starts before now + `OPENS_BEFORE_MS`; `next`: the
 * earliest that starts later.
 */
export function presentOf<T extends Times>(
  opened: T | undefined,
  next: T | undefined,
  nowMs: number,
): { readonly occurrence: T; readonly isOver: boolean } | undefined {
  if (opened !== undefined && nowMs < opened.endsMs + OVERRUN_MS) return { occurrence: opened, isOver: false };
  if (next !== undefined) return { occurrence: next, isOver: false };
  return opened && { occurrence: opened, isOver: true };
}

export type MeetingPolicy = Pick<
  RoomPolicy,
  | 'title'
  | 'lobby'
  | 'locked'
  | 'capacity'
  | 'members'
  | 'opensWallMs'
  | 'needsHost'
  | 'endsWallMs'
  | 'hardEnd'
  | 'autoRecord'
  | 'kind'
>;

/** For the time of one occurrence; undefined: the meeting never takes place. A cancelled one lets in hosts alone. */
export function policyOfMeeting(
  meeting: Meeting,
  occurrence: Pick<Occurrence, 'startsMs' | 'endsMs' | 'title'> | undefined,
): MeetingPolicy {
  const { waitingRoom, joinBeforeHost, capacity, hardEnd, record, kind } = meeting.settings;
  return {
    title: occurrence?.title ?? meeting.title,
    lobby: waitingRoom,
    locked: meeting.status === 'cancelled',
    capacity,
    members: membersOf(meeting),
    opensWallMs: joinBeforeHost && occurrence !== undefined ? occurrence.startsMs - OPENS_BEFORE_MS : 0,
    needsHost: !joinBeforeHost,
    endsWallMs: occurrence?.endsMs ?? 0,
    hardEnd,
    autoRecord: record === 'auto',
    kind: kind === 'show' ? 'show' : '',
  };
}

type Leading = Pick<Meeting, 'hosts' | 'cohosts' | 'invitees'>;

/**
 * Hosts, cohosts, and invitees with a role and an identity, their own or that of their link; a person of two rows has
 * the first.
 */
export function membersOf({ hosts, cohosts, invitees }: Leading): Member[] {
  const members = new Map<string, Member>();
  const add = (identity: string, role: Member['role']): void => {
    if (identity !== '' && role !== '' && !members.has(identity)) members.set(identity, { identity, role });
  };
  for (const identity of hosts) add(identity, 'host');
  for (const identity of cohosts) add(identity, 'cohost');
  for (const invitee of invitees) add(identityOf(invitee), invitee.role);
  return [...members.values()];
}

const roleOf = (meeting: Leading, identity: string): Member['role'] | undefined =>
  membersOf(meeting).find((member) => member.identity === identity)?.role;

/**
 * For a token to the meeting's room: of a show only those with a role that publishes get one that may (`canPublish`).
 * undefined: whoever comes by the number.
 */
export function watches(
  meeting: Leading & Pick<Meeting, 'settings'>,
  identity: string | undefined,
): { readonly canPublish?: false } {
  const role = identity === undefined ? undefined : roleOf(meeting, identity);
  const isOnStage = role === 'host' || role === 'cohost' || role === 'speaker';
  return meeting.settings.kind === 'show' && !isOnStage ? { canPublish: false } : {};
}

/**
 * For a token to the meeting's room: where a host has to let people in, only hosts and cohosts come in before
 * the room knows that (claim `needsPolicy`).
 */
export function needsPolicy(
  meeting: Leading & Pick<Meeting, 'settings'>,
  identity: string,
): { readonly needsPolicy?: true } {
  const { waitingRoom, joinBeforeHost } = meeting.settings;
  const role = roleOf(meeting, identity);
  const leads = role === 'host' || role === 'cohost';
  return (waitingRoom || !joinBeforeHost) && !leads ? { needsPolicy: true } : {};
}

/** What a meeting says of its room, as it was applied to what is stored. */
export interface BookedPolicy {
  /** Original start of the occurrence; absent: there is none. */
  readonly occurrence?: string;
  readonly policy: MeetingPolicy;
}

/**
 * The act that has a room be as its meeting says now. A new occurrence begins as the meeting says; bans stay, and so
 * does what meetings say nothing of. Within an occurrence only what the meeting says otherwise than `before` is
 * changed: the rest is as hosts have made it.
 */
export function bookedAct(before: BookedPolicy | undefined, now: BookedPolicy): { book: wire.ActBook.$Properties } {
  const { members, ...settings } = now.policy;
  const isNew = before === undefined || (now.occurrence !== undefined && now.occurrence !== before.occurrence);
  if (isNew)
    return {
      book: { room: { ...settings, setSpotlight: true }, members: members.map(memberToWire), allMembers: true },
    };
  // What an older api has applied says nothing of shows.
  const applied = { ...before.policy, kind: before.policy.kind ?? '' };
  const changed = Object.entries(settings).filter(([name, value]) => applied[name as keyof typeof settings] !== value);
  const roleIn = (those: readonly Member[]) => new Map(those.map(({ identity, role }) => [identity, role]));
  const [was, is] = [roleIn(before.policy.members), roleIn(members)];
  return {
    book: {
      room: Object.fromEntries(changed),
      members: members.filter(({ identity }) => was.get(identity) !== is.get(identity)).map(memberToWire),
      removed: [...was.keys()].filter((identity) => !is.has(identity)),
    },
  };
}
