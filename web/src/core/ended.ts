// After which ends one may come back at once. Pure.

/**
 * A host or the service decided that this person is out, or that the meeting is over: joining again would only be
 * refused.
 */
const FINAL: ReadonlySet<string> = new Set([
  ...['KICKED', 'ROOM_ENDED', 'NOT_ADMITTED'],
  ...['TOKEN_REVOKED', 'TOKEN_EXPIRED', 'TOKEN_INVALID', 'NOT_PERMITTED', 'FENCE_CONFLICT'],
]);

export const mayRejoin = (code: string): boolean => !FINAL.has(code);
