import { isAdminRole, type Principal } from '../access/core/scopes.ts';
import { Problem } from './problems.ts';

/** Throws NOT_PERMITTED for users who are not administrators. */
export function checkAdministrator({ kind, user }: Principal): void {
  if (kind === 'user' && !(user !== undefined && isAdminRole(user.role)))
    throw new Problem('NOT_PERMITTED', 'administrators alone');
}
