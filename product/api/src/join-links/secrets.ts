import { createHash, randomBytes } from 'node:crypto';

/** Returns 128 random bits as 22 characters of base64url. */
export const newCode = (): string => randomBytes(16).toString('base64url');
export const newLinkId = (): string => `LK_${randomBytes(12).toString('base64url')}`;
export const newTokenId = (): string => `JT_${randomBytes(12).toString('base64url')}`;
export const newGuestIdentity = (): string => `guest-${randomBytes(9).toString('base64url')}`;

/** A slow hash would not help: a thief of the table would have to try 2^128 codes. */
export const codeHash = (code: string): string => sha256(`code ${code}`);
/** The hash differs by link, so that the table does not show which links the same browser used. */
export const browserHash = (linkId: string, browserId: string): string => sha256(`browser ${linkId} ${browserId}`);

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');
