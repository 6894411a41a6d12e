// What a user may do about a meeting: by its role in the tenant and its part in the meeting. Keys of the api are bound
// by scopes alone.
import { isAdminRole, type Principal, type UserRole } from '../../access/core/scopes.ts';
import type { Invitee, Meeting } from './meeting.ts';

export const parts = ['host', 'cohost', 'invitee', 'none'] as const;
export type Part = (typeof parts)[number];
/** '': it does not learn that there is such a meeting. */
export type Right = '' | 'see' | 'change';

const all = { host: 'change', cohost: 'change', invitee: 'change', none: 'change' } as const;
export const meetingRights = {
  watcher: all,
  operator: all,
  admin: all,
  host: { host: 'change', cohost: 'change', invitee: 'see', none: '' },
  member: { host: 'see', cohost: 'see', invitee: 'see', none: '' },
} as const satisfies Record<UserRole, Record<Part, Right>>;

/** The person that looks at a meeting: an identity, and an address ('': none). */
export interface Person {
  readonly id: string;
  readonly email: string;
}

type People = Pick<Meeting, 'hosts' | 'cohosts' | 'invitees'>;

/** As a host or cohost is whoever is one in the room; an invitee is known by identity or address. */
export function partOf(meeting: People, person: Person): Part {
  if (meeting.hosts.includes(person.id)) return 'host';
  if (meeting.cohosts.includes(person.id)) return 'cohost';
  const invitee = inviteeOf(meeting, person);
  if (invitee === undefined) return 'none';
  return invitee.role === 'host' || invitee.role === 'cohost' ? invitee.role : 'invitee';
}

/** The person among the invitees; its identity counts before its address. */
export function inviteeOf({ invitees }: Pick<Meeting, 'invitees'>, { id, email }: Person): Invitee | undefined {
  const address = email.toLowerCase();
  return (
    invitees.find(({ userId }) => userId === id) ??
    invitees.find((one) => one.userId === '' && one.email !== '' && one.email.toLowerCase() === address)
  );
}

/** With the user's identity in its invitation, if it was invited by its address; the same meeting if nothing is new. */
export function withUser(meeting: Meeting, user: Person): Meeting {
  const mine = inviteeOf(meeting, user);
  if (mine === undefined || mine.userId !== '') return meeting;
  return { ...meeting, invitees: meeting.invitees.map((one) => (one === mine ? { ...one, userId: user.id } : one)) };
}

/** Of a key of the api: its scopes have decided. */
export function rightOf({ kind, id, user }: Principal, meeting: People): Right {
  if (kind !== 'user') return 'change';
  return user === undefined ? '' : meetingRights[user.role][partOf(meeting, { id, email: user.email })];
}

/** As `personsOf` names them in lists; undefined: the caller sees all of the tenant's. */
export function personsSeenBy({ kind, id, user }: Principal): readonly string[] | undefined {
  if (kind !== 'user' || (user !== undefined && isAdminRole(user.role))) return undefined;
  return namesOf({ id, email: user?.email ?? '' });
}

/** As `personsOf` names a person. */
export const namesOf = ({ id, email }: Person): readonly string[] => [
  `id:${id}`,
  ...(email === '' ? [] : [`mail:${email.toLowerCase()}`]),
];
