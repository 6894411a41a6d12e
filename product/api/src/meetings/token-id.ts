// All tokens of a user for a meeting share a `jti`, so that they can be revoked together when the user no longer takes
// part.
import { createHash } from 'node:crypto';

/** Returns the `jti`. `meeting`: id of the meeting. */
export function tokenIdOf(meeting: string, user: string): string {
  return `UM_${createHash('sha256').update(`${meeting} ${user}`).digest('base64url').slice(0, 22)}`;
}
