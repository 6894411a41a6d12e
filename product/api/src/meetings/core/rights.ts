// Rights of users depend on the role in the tenant and the part in the meeting. API keys are limited only by scopes.
import { isAdminRole, type Principal, type UserRole } from '../../access/core/scopes.ts';
import type { Invitee, Meeting } from './meeting.ts';

export const parts = ['host', 'cohost', 'invitee', 'none'] as const;
export type Part = (typeof parts)[number];
/** Right in a meeting; '' hides that it exists. */
export type Right = '' | 'see' | 'change';

const changeForAll = { host: 'change', cohost: 'change', invitee: 'change', none: 'change' } as const;
export const meetingRights = {
  watcher: changeForAll,
  operator: changeForAll,
  admin: changeForAll,
  host: { host: 'change', cohost: 'change', invitee: 'see', none: '' },
  member: { host: 'see', cohost: 'see', invitee: 'see', none: '' },
} as const satisfies Record<UserRole, Record<Part, Right>>;

/** Person by identity and address; `email` is '' if unknown. */
export interface Person {
  readonly id: string;
  readonly email: string;
}

type People = Pick<Meeting, 'hosts' | 'cohosts' | 'invitees'>;

/** Hosts and cohosts are recognised by identity, invitees by identity or address. */
export function partOf(meeting: People, person: Person): Part {
  if (meeting.hosts.includes(person.id)) return 'host';
  if (meeting.cohosts.includes(person.id)) return 'cohost';
  const invitee = inviteeOf(meeting, person);
  if (invitee === undefined) return 'none';
  return invitee.role === 'host' || invitee.role === 'cohost' ? invitee.role : 'invitee';
}

/** Returns the person's invitation, by identity rather than by address. */
export function inviteeOf({ invitees }: Pick<Meeting, 'invitees'>, { id, email }: Person): Invitee | undefined {
  const address = email.toLowerCase();
  return (
    invitees.find(({ userId }) => userId === id) ??
    invitees.find((one) => one.userId === '' && one.email !== '' && one.email.toLowerCase() === address)
  );
}

/** Returns the same meeting if nothing changes. */
export function withUser(meeting: Meeting, user: Person): Meeting {
  const mine = inviteeOf(meeting, user);
  if (mine === undefined || mine.userId !== '') return meeting;
  return { ...meeting, invitees: meeting.invitees.map((one) => (one === mine ? { ...one, userId: user.id } : one)) };
}

/** Returns the caller's right; for API keys, their scopes decide. */
export function rightOf({ kind, id, user }: Principal, meeting: People): Right {
  if (kind !== 'user') return 'change';
  return user === undefined ? '' : meetingRights[user.role][partOf(meeting, { id, email: user.email })];
}

/** Returns undefined for a caller who sees all meetings of the tenant in lists. */
export function personsSeenBy({ kind, id, user }: Principal): readonly string[] | undefined {
  if (kind !== 'user' || (user !== undefined && isAdminRole(user.role))) return undefined;
  return namesOf({ id, email: user?.email ?? '' });
}

export const namesOf = ({ id, email }: Person): readonly string[] => [
  `id:${id}`,
  ...(email === '' ? [] : [`mail:${email.toLowerCase()}`]),
];
