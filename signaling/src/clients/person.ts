import { createHash } from 'node:crypto';

/** Short, so that a decision stays small; two people of a room do not collide. */
const PERSON_CHARS = 12;

/**
 * Whom the centre counts moves for: the same for every session of an identity in a room, and says nothing of who it is.
 */
export function personOf(roomKey: string, identity: string): string {
  return createHash('sha256').update(`${roomKey}\0${identity}`).digest('base64url').slice(0, PERSON_CHARS);
}
