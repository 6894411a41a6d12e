// Which texts the page of users shows. Pure.
import { addressIn } from '../../../account/core/addresses.ts';
import type { NewUser, User, UserChange } from '../api.ts';
import type { MadeLink } from '../desk.ts';
import type { UsersKey } from '../text.ts';
import { isOperatorRole, isRole, roles, type UserRole } from './roles.ts';

export const roleNames: Readonly<Record<UserRole, UsersKey>> = {
  watcher: 'roleWatcher',
  operator: 'roleOperator',
  admin: 'roleAdmin',
  host: 'roleHost',
  member: 'roleMember',
};
const NAME_CHARACTERS_MAX = 128;

export interface UserForm {
  readonly name: string;
  readonly email: string;
  readonly role: UserRole;
}

export type FormErrors = Readonly<Partial<Record<'name' | 'email', UsersKey>>>;

export const emptyUser: UserForm = { name: '', email: '', role: 'member' };
export const formOfUser = ({ name, email, role }: User): UserForm => ({ name, email, role: roleOf(role) });

/** Of one that this page does not know: that with the fewest rights. */
export const roleOf = (role: string): UserRole => (isRole(role) ? role : 'member');

export function errorsOf({ name, email }: UserForm): FormErrors {
  return {
    ...(name.trim() === '' && { name: 'nameMissing' as const }),
    ...(name.length > NAME_CHARACTERS_MAX && { name: 'nameLong' as const }),
    ...(addressIn(email) === undefined && { email: 'emailWrong' as const }),
  };
}

export const isGood = (form: UserForm): boolean => Object.keys(errorsOf(form)).length === 0;

export const wantedOf = ({ name, email, role }: UserForm): NewUser => ({
  name: name.trim(),
  email: addressIn(email) ?? email,
  role,
});

/** Those that can be chosen: a role that the user has stays among them. */
export const rolesFor = (isOfOperators: boolean, now?: string): readonly UserRole[] =>
  roles.filter((role) => !isOperatorRole(role) || isOfOperators || now === role);

/** What of the user is another in the form. */
export function changesOf(user: User, form: UserForm): UserChange {
  const { name, email, role } = wantedOf(form);
  return {
    ...(name !== user.name && { name }),
    ...(email.toLowerCase() !== user.email && { email }),
    ...(role !== user.role && { role }),
  };
}

/** What is said of a link, one sentence after the other. Of mail nothing, unless it was asked for. */
export function linkNotes({ wasAsked, mailed }: Pick<MadeLink, 'wasAsked' | 'mailed'>): readonly UsersKey[] {
  if (mailed === true) return ['linkMailed', 'linkOnce'];
  return wasAsked ? ['linkNotMailed', 'linkOnce'] : ['linkPassOn', 'linkOnce'];
}
