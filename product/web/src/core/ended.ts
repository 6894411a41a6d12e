// Decides after which end codes a person can rejoin at once.

/** Codes after which another join would be refused: the person was removed, or the meeting is over. */
const FINAL: ReadonlySet<string> = new Set([
  ...['KICKED', 'ROOM_ENDED', 'NOT_ADMITTED'],
  ...['TOKEN_REVOKED', 'TOKEN_EXPIRED', 'TOKEN_INVALID', 'NOT_PERMITTED', 'FENCE_CONFLICT'],
]);

export const mayRejoin = (code: string): boolean => !FINAL.has(code);

/** Codes after which the network may block or impair the service, so that the connection check may tell why. */
const connectionCodes: ReadonlySet<string> = new Set([
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

/** Returns whether the connection check may explain why joining failed or a call ended. */
export const isConnectionCode = (code: string): boolean => connectionCodes.has(code);
