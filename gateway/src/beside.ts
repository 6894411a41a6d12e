// Participants beside a person: the program that encodes for them, the player that they watch with.
import { createHash } from 'node:crypto';
import { isDisplayName, isIdentity } from '@meridian/protocol';

/** With a digest and the ending below the longest identity. */
const KEPT_CHARACTERS = 100;
const DIGEST_CHARACTERS = 16;

/** The identity with `-encoder` or `-viewer`; of a long one the beginning, and a digest that tells it from others. */
export function besideIdentity(identity: string, what: 'encoder' | 'viewer'): string {
  const whole = `${identity}-${what}`;
  if (isIdentity(whole)) return whole;
  const digest = createHash('sha256').update(identity).digest('base64url').slice(0, DIGEST_CHARACTERS);
  return `${[...identity].slice(0, KEPT_CHARACTERS).join('')}-${digest}-${what}`;
}

/** The name of a person's encoder, so that the two are told apart; the person's own where that leaves no room. */
export function besideName(name: string): string {
  const whole = `${name} (encoder)`;
  return isDisplayName(whole) ? whole : name;
}
