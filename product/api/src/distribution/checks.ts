import type { NoticePort } from '@meridian/distribution/streams';
import { isAdminRole, type Principal } from '../access/core/scopes.ts';
import { Problem } from '../http/problems.ts';

/** Throws CONFLICT if no channels are configured. */
export function checkConfigured(port: NoticePort | undefined): asserts port is NoticePort {
  if (port === undefined) throw new Problem('CONFLICT', 'distribution is not configured: it needs channels');
}

/** Throws NOT_PERMITTED for users who are not administrators. */
export function checkMay({ kind, user }: Principal): void {
  if (kind === 'user' && !(user !== undefined && isAdminRole(user.role)))
    throw new Problem('NOT_PERMITTED', 'administrators alone');
}
