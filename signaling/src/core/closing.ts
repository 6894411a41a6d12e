// Close codes of the client socket. The application's range is 4000-4999; ours follow HTTP's numbers, so that a log line is readable.
// The code tells the kind of the end, the Disconnect frame before it the exact error.
import type { ErrorCode } from '@meridian/protocol';

const byCode: { readonly [code in ErrorCode]?: number } = {
  TOKEN_MISSING: 4401,
  TOKEN_INVALID: 4401,
  TOKEN_EXPIRED: 4401,
  TOKEN_NOT_YET_VALID: 4401,
  TOKEN_ROOM_MISMATCH: 4403,
  NOT_PERMITTED: 4403,
  KICKED: 4403,
  FENCE_CONFLICT: 4403,
  AUTH_TIMEOUT: 4408,
  PING_TIMEOUT: 4408,
  DUPLICATE_IDENTITY: 4409,
  SESSION_UNKNOWN: 4410,
  RESUME_REFUSED: 4410,
  FRAME_TOO_LARGE: 4413,
  RATE_LIMITED: 4429,
  BACKPRESSURE: 4429,
  INTERNAL: 4500,
  NODE_LOST: 4503,
  WORKER_DIED: 4503,
  NODE_UNREACHABLE: 4503,
  NODE_DRAINING: 4503,
  NO_CAPACITY: 4503,
  OVERLOADED: 4503,
  NO_NODE: 4503,
  CENTRE_UNREACHABLE: 4503,
  ROOM_OWNER_LOST: 4503,
  EPOCH_STALE: 4503,
  SHUTTING_DOWN: 4503,
};

/** Everything that is not named is the client's own mistake: 4400. */
export const closeCodeOf = (code: ErrorCode): number => byCode[code] ?? 4400;
