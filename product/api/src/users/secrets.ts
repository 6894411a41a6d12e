// Ids of users and sessions; secrets of sessions and one-time links, stored only as hashes.
import { createHash, randomBytes } from 'node:crypto';

export const newUserId = (): string => `usr_${randomBytes(12).toString('base64url')}`;
export const newSessionId = (): string => `US_${randomBytes(12).toString('base64url')}`;
export const newGroupId = (): string => `grp_${randomBytes(12).toString('base64url')}`;

/** Returns 256 random bits as 43 characters of base64url. */
export const newSessionSecret = (): string => randomBytes(32).toString('base64url');
/** Returns 128 random bits as 22 characters of base64url. */
export const newSetupCode = (): string => randomBytes(16).toString('base64url');

/** SHA-256 suffices for long random secrets, and without a salt an index finds them. */
export const sessionHash = (secret: string): string => sha256(`session ${secret}`);
export const setupHash = (code: string): string => sha256(`setup ${code}`);

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');
