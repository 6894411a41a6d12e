import { createHash } from 'node:crypto';

/** Short, so that a decision stays small; two people of a room do not collide. */
const PERSON_CHARS = 12;

/** Returns the key by which the centre counts moves: fixed for an identity in a room, but not revealing it. */
export function personOf(roomKey: string, identity: string): string {
  return createHash('sha256').update(`${roomKey}\0${identity}`).digest('base64url').slice(0, PERSON_CHARS);
}
