// Participants that accompany a person: the program that encodes for it, the player that it watches with.
import { createHash } from 'node:crypto';
import { isDisplayName, isIdentity } from '@meridian/protocol';

/** With a digest and the ending below the longest identity. */
const KEPT_CHARACTERS = 100;
const DIGEST_CHARACTERS = 16;

/** The identity with `-encoder` or `-viewer`; of a long one the beginning, and a digest that tells it from others. */
export function companionIdentity(identity: string, what: 'encoder' | 'viewer'): string {
  const whole = `${identity}-${what}`;
  if (isIdentity(whole)) return whole;
  const digest = createHash('sha256').update(identity).digest('base64url').slice(0, DIGEST_CHARACTERS);
  return `${[...identity].slice(0, KEPT_CHARACTERS).join('')}-${digest}-${what}`;
}

/** The name of a person's encoder, which tells the two apart; the person's own where the result is too long. */
export function companionName(name: string): string {
  const whole = `${name} (encoder)`;
  return isDisplayName(whole) ? whole : name;
}
