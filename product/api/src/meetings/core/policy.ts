import { type Member, memberToWire, type RoomPolicy, type wire } from '@meridian/protocol';
import { identityOf, type Meeting } from './meeting.ts';
import type { Occurrence } from './occurrences.ts';

/** A meeting without a host opens this long before its start. */
export const OPENS_BEFORE_MS = 15 * 60_000;
/** Allowance for meetings that run longer than booked: people may still join, with tokens that end then. */
export const OVERRUN_MS = 60 * 60_000;

type Times = Pick<Occurrence, 'startsMs' | 'endsMs'>;

/** Returns the last opened occurrence until an hour after its end, then the next one, or else the last. */
export function currentOccurrence<T extends Times>(
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

/**
 * Only hosts may join a cancelled meeting. `occurrence` is undefined for a meeting that never takes place. One that was
 * ended for everyone opens again only with a host, if an active one can come (`reopensWithHost`).
 */
export function policyOfMeeting(
  meeting: Meeting,
  occurrence: Pick<Occurrence, 'startsMs' | 'endsMs' | 'title'> | undefined,
  reopensWithHost = false,
): MeetingPolicy {
  const { waitingRoom, joinBeforeHost, capacity, hardEnd, record, kind } = meeting.settings;
  const members = membersOf(meeting);
  return {
    title: occurrence?.title ?? meeting.title,
    lobby: waitingRoom,
    locked: meeting.status === 'cancelled',
    capacity,
    members,
    opensWallMs: joinBeforeHost && occurrence !== undefined ? occurrence.startsMs - OPENS_BEFORE_MS : 0,
    needsHost: !joinBeforeHost || reopensWithHost,
    endsWallMs: occurrence?.endsMs ?? 0,
    hardEnd,
    autoRecord: record === 'auto',
    kind: kind === 'show' ? 'show' : '',
  };
}

type Leading = Pick<Meeting, 'hosts' | 'cohosts' | 'invitees'>;

/** Returns members of the room's policy; of duplicates, the first counts. */
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

/** Returns identities of hosts and cohosts. */
export const leadersOf = (meeting: Leading): string[] =>
  membersOf(meeting)
    .filter(({ role }) => role === 'host' || role === 'cohost')
    .map(({ identity }) => identity);

const roleOf = (meeting: Leading, identity: string): Member['role'] | undefined =>
  membersOf(meeting).find((member) => member.identity === identity)?.role;

/**
 * Returns whether the person only watches: in a show, without a role that publishes. `identity` is undefined for a
 * person who joins by the number.
 */
export function onlyWatches(
  meeting: Leading & Pick<Meeting, 'settings'>,
  identity: string | undefined,
): { readonly canPublish?: false } {
  const role = identity === undefined ? undefined : roleOf(meeting, identity);
  const isOnStage = role === 'host' || role === 'cohost' || role === 'speaker';
  return meeting.settings.kind === 'show' && !isOnStage ? { canPublish: false } : {};
}

/** Returns whether the person may not join before the room has its policy, because a host must admit people. */
export function needsPolicy(
  meeting: Leading & Pick<Meeting, 'settings'>,
  identity: string,
): { readonly needsPolicy?: true } {
  const { waitingRoom, joinBeforeHost } = meeting.settings;
  const role = roleOf(meeting, identity);
  const leads = role === 'host' || role === 'cohost';
  return (waitingRoom || !joinBeforeHost) && !leads ? { needsPolicy: true } : {};
}

/** Meeting's policy that was last applied to the room's stored policy. */
export interface BookedPolicy {
  /** Original start of the occurrence; absent if there is none. */
  readonly occurrence?: string;
  readonly policy: MeetingPolicy;
}

/**
 * Returns the act that applies `newPolicy`: for a new occurrence, resets the room's policy except bans; else applies
 * only the differences from `before`.
 */
export function policyAct(
  before: BookedPolicy | undefined,
  newPolicy: BookedPolicy,
): { book: wire.ActBook.$Properties } {
  const { members, ...settings } = newPolicy.policy;
  const isNew =
    before === undefined || (newPolicy.occurrence !== undefined && newPolicy.occurrence !== before.occurrence);
  if (isNew)
    return {
      book: { room: { ...settings, setSpotlight: true }, members: members.map(memberToWire), allMembers: true },
    };
  // A policy applied by an older api has no `kind`.
  const applied = { ...before.policy, kind: before.policy.kind ?? '' };
  const changed = Object.entries(settings).filter(([name, value]) => applied[name as keyof typeof settings] !== value);
  const roleIn = (list: readonly Member[]) => new Map(list.map(({ identity, role }) => [identity, role]));
  const [roleBefore, roleAfter] = [roleIn(before.policy.members), roleIn(members)];
  return {
    book: {
      room: Object.fromEntries(changed),
      members: members.filter(({ identity }) => roleBefore.get(identity) !== roleAfter.get(identity)).map(memberToWire),
      removed: [...roleBefore.keys()].filter((identity) => !roleAfter.has(identity)),
    },
  };
}
