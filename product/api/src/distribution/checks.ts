// What every operation of distribution looks at first.
import type { NoticePort } from '@meridian/distribution/streams';
import { isAdminRole, type Principal } from '../access/core/scopes.ts';
import { Problem } from '../http/problems.ts';

/** Throws CONFLICT where there are no channels. */
export function checkConfigured(port: NoticePort | undefined): asserts port is NoticePort {
  if (port === undefined) throw new Problem('CONFLICT', 'distribution is not configured: it needs channels');
}

/** Of users, administrators alone. Throws NOT_PERMITTED. */
export function checkMay({ kind, user }: Principal): void {
  if (kind === 'user' && !(user !== undefined && isAdminRole(user.role)))
    throw new Problem('NOT_PERMITTED', 'administrators alone');
}
