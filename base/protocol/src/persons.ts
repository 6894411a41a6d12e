// Tells which identities belong to the same person: a person, its encoder and its player have an identity each.

/** Repeats, since a companion's token can name a companion again. */
const companionSuffix = /(?:-(?:encoder|viewer))+$/;

/** Returns whether two identities belong to the same person. Its encoder's and its player's count as its own. */
export const isSamePerson = (a: string, b: string): boolean =>
  a === b || a.replace(companionSuffix, '') === b.replace(companionSuffix, '');

/** Beginning of the identities that a join link without an identity gives to its guests, each browser another one. */
export const guestPrefix = 'guest-';
export const isGuest = (identity: string): boolean => identity.startsWith(guestPrefix);
