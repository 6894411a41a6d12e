// Identities of one person: its own, those of its companions at gateways, and those that join links give to guests.

const companionSuffix = /-(?:encoder|viewer)$/;

/** Returns whether both identities are of one person, or of the encoder or player beside that person. */
export const isSamePerson = (a: string, b: string): boolean =>
  a === b || a.replace(companionSuffix, '') === b.replace(companionSuffix, '');

/** Beginning of the identities that a join link without an identity gives to its guests, each browser another one. */
export const guestPrefix = 'guest-';
export const isGuest = (identity: string): boolean => identity.startsWith(guestPrefix);
