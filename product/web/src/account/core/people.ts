// Invitees of a meeting, and suggestions while the user types a name.
import { addressIn } from './addresses.ts';
import type { Colleague, InviteeRole } from './model.ts';

/** A colleague (`userId`), or a guest by address. A person invited by another user may have only a name. */
export interface Person {
  readonly email: string;
  readonly name: string;
  readonly userId: string;
  readonly role: InviteeRole;
}

export type Choice = Omit<Person, 'role'>;

export const shownName = ({ name, email, userId }: Choice): string => name || email || userId;

/** Compares by user id or address; without these by name. */
export function isSamePerson(a: Choice, b: Choice): boolean {
  if (a.userId !== '' && a.userId === b.userId) return true;
  if (a.email !== '' || b.email !== '') return a.email.toLowerCase() === b.email.toLowerCase();
  return a.userId === b.userId && a.name === b.name;
}

export function withPeople(people: readonly Person[], added: readonly Choice[]): readonly Person[] {
  const all = [...people];
  for (const one of added) if (!all.some((other) => isSamePerson(one, other))) all.push({ role: '', ...one });
  return all;
}

export const guestOf = (email: string): Choice => ({ email, name: '', userId: '' });
export const choiceOf = ({ id, name, email }: Colleague): Choice => ({ userId: id, name, email });

/** Returns suggestions for a text: the colleagues found, and a guest if the text is an address. */
export function choicesFor(
  text: string,
  foundColleagues: readonly Colleague[],
  chosen: readonly Choice[],
): readonly Choice[] {
  const address = addressIn(text);
  const colleagues = foundColleagues.map(choiceOf);
  const guest = address === undefined ? undefined : guestOf(address);
  const isKnown = guest === undefined || colleagues.some((one) => isSamePerson(one, guest));
  return [...colleagues, ...(isKnown ? [] : [guest])].filter(
    (one) => !chosen.some((other) => isSamePerson(one, other)),
  );
}

/** Roles that a person may have: an invitation never makes a guest host. */
export const inviteeRoles = ['', 'host', 'cohost', 'speaker', 'attendee'] as const satisfies readonly InviteeRole[];
export const rolesFor = ({ userId, role }: Person): readonly InviteeRole[] =>
  inviteeRoles.filter((one) => one !== 'host' || userId !== '' || role === 'host');
