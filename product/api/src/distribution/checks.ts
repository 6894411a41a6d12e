// First checks of every distribution operation.
import type { NoticePort } from '@meridian/distribution/streams';
import { isAdminRole, type Principal } from '../access/core/scopes.ts';
import { Problem } from '../http/problems.ts';

/** Throws CONFLICT where there are no channels. */
export function checkConfigured(port: NoticePort | undefined): asserts port is NoticePort {
  if (port === undefined) throw new Problem('CONFLICT', 'distribution is not configured: it needs channels');
}

/** Allows keys, and users that are administrators. Throws NOT_PERMITTED. */
export function checkMay({ kind, user }: Principal): void {
  if (kind === 'user' && !(user !== undefined && isAdminRole(user.role)))
    throw new Problem('NOT_PERMITTED', 'administrators alone');
}
