// Ids and secrets of API keys have the same form as LiveKit's.
import { randomBytes, randomInt } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const KEY_CHARACTERS = 12;

export const newKeyId = (): string =>
  `API${Array.from({ length: KEY_CHARACTERS }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')}`;

/** Returns 256 random bits as 43 characters of base64url. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

export const newGrantId = (): string => `LG_${randomBytes(12).toString('base64url')}`;

export const newTenantId = (): string => `TE_${randomBytes(9).toString('base64url')}`;
