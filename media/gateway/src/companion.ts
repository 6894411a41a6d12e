// Names of a person's companion participants: the encoder program and the player.
import { createHash } from 'node:crypto';
import { characterCount, cutText, isDisplayName, isIdentity } from '@meridian/protocol';

/** With a digest and a suffix this stays below the longest identity. */
const KEPT_CHARACTERS = 100;
const DIGEST_CHARACTERS = 16;

/** Returns the identity with `-encoder` or `-viewer`; shortens a long identity to its beginning and a digest. */
export function companionIdentity(identity: string, what: 'encoder' | 'viewer'): string {
  const whole = `${identity}-${what}`;
  if (isIdentity(whole)) return whole;
  const digest = createHash('sha256').update(identity).digest('base64url').slice(0, DIGEST_CHARACTERS);
  // A cut within a flag or a joined emoji leaves no identity.
  let kept = cutText(identity, KEPT_CHARACTERS);
  while (!isIdentity(kept)) kept = cutText(kept, characterCount(kept) - 1);
  return `${kept}-${digest}-${what}`;
}

/** Returns the name of a person's encoder; the person's own name if the result is too long. */
export function companionName(name: string): string {
  const whole = `${name} (encoder)`;
  return isDisplayName(whole) ? whole : name;
}
