// Ids of users and sessions; secrets of sessions and one-time links, which are kept only as hashes.
import { createHash, randomBytes } from 'node:crypto';

export const newUserId = (): string => `usr_${randomBytes(12).toString('base64url')}`;
export const newSessionId = (): string => `US_${randomBytes(12).toString('base64url')}`;
export const newGroupId = (): string => `grp_${randomBytes(12).toString('base64url')}`;

/** 256 bits as 43 characters of base64url. */
export const newSessionSecret = (): string => randomBytes(32).toString('base64url');
/** 128 bits as 22 characters of base64url. */
export const newSetupCode = (): string => randomBytes(16).toString('base64url');

/** SHA-256 is enough for what is random and long; one without a salt is found by an index. */
export const sessionHash = (secret: string): string => sha256(`session ${secret}`);
export const setupHash = (code: string): string => sha256(`setup ${code}`);

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');
