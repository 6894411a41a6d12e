// Close codes of the client socket, in the application's range 4000-4999 with HTTP's numbers, so that a log line is
// readable. The code names the kind of the end; the Disconnect frame before it has the exact error.
import type { ErrorCode } from '@meridian/protocol';

/** The type requires an entry for every code. */
const byCode: { readonly [code in ErrorCode]: number } = {
  // the client's mistakes
  FRAME_MALFORMED: 4400,
  FRAME_UNKNOWN: 4400,
  REQUEST_INVALID: 4400,
  OUT_OF_ORDER: 4400,
  PROTOCOL_UNSUPPORTED: 4400,
  JOIN_TWICE: 4400,
  PARTICIPANT_UNKNOWN: 4400,
  BREAK_OUT_CLOSED: 4400,
  POST_REFUSED: 4400,
  POST_UNKNOWN: 4400,
  TRACK_UNKNOWN: 4400,
  TRACK_EXISTS: 4400,
  TRACK_LIMIT: 4400,
  CODEC_UNSUPPORTED: 4400,
  RTP_PARAMETERS_INVALID: 4400,
  TRANSPORT_UNKNOWN: 4400,
  ENDPOINT_UNSUPPORTED: 4400,
  DATA_TOO_LARGE: 4400,
  CITY_UNKNOWN: 4400,
  DECISION_UNKNOWN: 4400,
  TARGET_REFUSED: 4400,
  HOOK_REFUSED: 4400,
  NO_SOUND_TRANSCODER: 4400,
  NO_PICTURE_TRANSCODER: 4400,
  NO_BROWSER: 4400,
  NO_SANDBOX: 4400,
  PAGE_FAILED: 4400,
  PAGE_TOO_LARGE: 4400,
  NO_LOGS: 4400,
  LOGS_UNREADABLE: 4400,
  MOVE_REFUSED: 4400,
  VERSION_CONFLICT: 4400,
  // identity and rights
  TOKEN_MISSING: 4401,
  TOKEN_INVALID: 4401,
  TOKEN_EXPIRED: 4401,
  TOKEN_ROOM_MISMATCH: 4403,
  NOT_PERMITTED: 4403,
  KICKED: 4403,
  TOKEN_REVOKED: 4403,
  NOT_ADMITTED: 4403,
  ROOM_ENDED: 4403,
  RECORDING_ENDED: 4403,
  RECORDING_ELSEWHERE: 4403,
  FENCE_CONFLICT: 4403,
  // pace
  AUTH_TIMEOUT: 4408,
  PING_TIMEOUT: 4408,
  FRAME_TOO_LARGE: 4413,
  RATE_LIMITED: 4429,
  BACKPRESSURE: 4429,
  // session
  DUPLICATE_IDENTITY: 4409,
  SESSION_UNKNOWN: 4410,
  RESUME_REFUSED: 4410,
  // errors between services, which mean nothing to a client
  GRANT_MISSING: 4500,
  GRANT_INVALID: 4500,
  GRANT_EXPIRED: 4500,
  GRANT_FOREIGN: 4500,
  KIND_NOT_PERMITTED: 4500,
  IDENTITY_MISMATCH: 4500,
  PIPE_FAILED: 4500,
  ROUTER_VERSION: 4500,
  NODE_DENIED: 4500,
  NODE_ID_TAKEN: 4500,
  INTERNAL: 4500,
  // not now, or not here
  TOKEN_NOT_YET_VALID: 4503,
  ROOM_FULL: 4503,
  ROOM_LOCKED: 4503,
  QUOTA_EXCEEDED: 4503,
  NODE_LOST: 4503,
  WORKER_DIED: 4503,
  NODE_UNREACHABLE: 4503,
  NODE_DRAINING: 4503,
  NO_CAPACITY: 4503,
  OVERLOADED: 4503,
  NO_NODE: 4503,
  PLACEMENT_STALE: 4503,
  FENCED_OUT: 4503,
  MOVE_UNDER_WAY: 4503,
  MOVE_FAILED: 4503,
  CENTRE_UNREACHABLE: 4503,
  API_UNREACHABLE: 4503,
  STAGE_LEFT: 4503,
  ROOM_OWNER_LOST: 4503,
  EPOCH_STALE: 4503,
  NOT_LEADER: 4503,
  NOT_REGISTERED: 4503,
  OPENER_UNKNOWN: 4503,
  HOOK_FAILED: 4503,
  SHUTTING_DOWN: 4503,
};

/**
 * Close codes with which a client leaves on purpose: normal, and a close frame without a code. Going away (1001) is not
 * among them: proxies send it to both sides when they reload (Caddy), and the client comes back. A browser also sends
 * it when a tab is closed, but the SDK has sent `Leave` before.
 */
const cleanCodes: ReadonlySet<number> = new Set([1000, 1005]);

export const isCleanClose = (code: number): boolean => cleanCodes.has(code);

export const closeCodeOf = (code: ErrorCode): number => byCode[code];
