// Ids of users and sessions, and secrets, which are stored only as hashes.
import { createHash, randomBytes } from 'node:crypto';

export const newUserId = (): string => `usr_${randomBytes(12).toString('base64url')}`;
export const newSessionId = (): string => `US_${randomBytes(12).toString('base64url')}`;
export const newGroupId = (): string => `grp_${randomBytes(12).toString('base64url')}`;

/** Returns 256 random bits as 43 characters of base64url. */
export const newSessionSecret = (): string => randomBytes(32).toString('base64url');
/** Returns 128 random bits as 22 characters of base64url. */
export const newSetupCode = (): string => randomBytes(16).toString('base64url');

/** Uses no salt, so that an index finds the hash; the secrets are long and random. */
export const sessionHash = (secret: string): string => sha256(`session ${secret}`);
export const setupHash = (code: string): string => sha256(`setup ${code}`);

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');
