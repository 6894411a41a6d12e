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

/** Those of a network that lets the service or its media through badly or not at all: a check says more. */
const ofConnection: ReadonlySet<string> = new Set([
  'ENTRY_UNREACHABLE',
  'SOCKET_FAILED',
  'SOCKET_LOST',
  'MEDIA_FAILED',
  'REQUEST_TIMEOUT',
  'PING_TIMEOUT',
  'RECONNECT_FAILED',
  'NODE_UNREACHABLE',
  'BACKPRESSURE',
]);

/** Whether a check of the connection may find why joining failed, or why a call ended. */
export const isOfConnection = (code: string): boolean => ofConnection.has(code);
