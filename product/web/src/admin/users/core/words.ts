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

/** Returns the role with the fewest rights for an unknown role. */
export const roleOf = (role: string): UserRole => (isRole(role) ? role : 'member');

export function errorsOf({ name, email }: UserForm): FormErrors {
  return {
    ...(name.trim() === '' && { name: 'nameMissing' as const }),
    ...(name.length > NAME_CHARACTERS_MAX && { name: 'nameLong' as const }),
    ...(addressIn(email) === undefined && { email: 'emailWrong' as const }),
  };
}

export const isGood = (form: UserForm): boolean => Object.keys(errorsOf(form)).length === 0;

export const newUserOf = ({ name, email, role }: UserForm): NewUser => ({
  name: name.trim(),
  email: addressIn(email) ?? email,
  role,
});

/** Returns the roles to choose from: the user's current role stays among them. */
export const rolesFor = (isOfOperators: boolean, currentRole?: string): readonly UserRole[] =>
  roles.filter((role) => !isOperatorRole(role) || isOfOperators || currentRole === role);

export function changesOf(user: User, form: UserForm): UserChange {
  const { name, email, role } = newUserOf(form);
  return {
    ...(name !== user.name && { name }),
    ...(email.toLowerCase() !== user.email && { email }),
    ...(role !== user.role && { role }),
  };
}

/** Returns the notes about a link, in order. Mail is mentioned only if it was requested. */
export function linkNotes({ wasAsked, mailed }: Pick<MadeLink, 'wasAsked' | 'mailed'>): readonly UsersKey[] {
  if (mailed === true) return ['linkMailed', 'linkOnce'];
  return wasAsked ? ['linkNotMailed', 'linkOnce'] : ['linkPassOn', 'linkOnce'];
}
