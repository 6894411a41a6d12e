// The people that a meeting invites, and those that are offered while the user types a name. Pure.
import { addressIn } from './addresses.ts';
import type { Colleague, InviteeRole } from './model.ts';

/**
 * A colleague (`userId`), or a guest by its address. Of those that others have invited, there may be the name alone.
 */
export interface Person {
  readonly email: string;
  readonly name: string;
  readonly userId: string;
  readonly role: InviteeRole;
}

/** A person that can be chosen. */
export type Choice = Omit<Person, 'role'>;

export const shownName = ({ name, email, userId }: Choice): string => name || email || userId;

/** By identity or address; without either, by name. */
export function isSamePerson(a: Choice, b: Choice): boolean {
  if (a.userId !== '' && a.userId === b.userId) return true;
  if (a.email !== '' || b.email !== '') return a.email.toLowerCase() === b.email.toLowerCase();
  return a.userId === b.userId && a.name === b.name;
}

/** With more people; none twice. */
export function withPeople(people: readonly Person[], more: readonly Choice[]): readonly Person[] {
  const all = [...people];
  for (const one of more) if (!all.some((other) => isSamePerson(one, other))) all.push({ role: '', ...one });
  return all;
}

export const guestOf = (email: string): Choice => ({ email, name: '', userId: '' });
export const choiceOf = ({ id, name, email }: Colleague): Choice => ({ userId: id, name, email });

/** The people to offer for a text: colleagues that were found for it, and the guest whose address it is. */
export function choicesFor(text: string, found: readonly Colleague[], chosen: readonly Choice[]): readonly Choice[] {
  const address = addressIn(text);
  const colleagues = found.map(choiceOf);
  const guest = address === undefined ? undefined : guestOf(address);
  const isKnown = guest === undefined || colleagues.some((one) => isSamePerson(one, guest));
  return [...colleagues, ...(isKnown ? [] : [guest])].filter(
    (one) => !chosen.some((other) => isSamePerson(one, other)),
  );
}

/** The roles that a person may have: a guest is never host by being invited. */
export const inviteeRoles = ['', 'host', 'cohost', 'speaker', 'attendee'] as const satisfies readonly InviteeRole[];
export const rolesFor = ({ userId, role }: Person): readonly InviteeRole[] =>
  inviteeRoles.filter((one) => one !== 'host' || userId !== '' || role === 'host');
