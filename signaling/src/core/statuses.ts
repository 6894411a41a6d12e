// HTTP status of each error, for refused requests and upgrades. A client's socket closes with 4000 + status, in the
// application's range 4000-4999. Both name the kind of the end; a text or the Disconnect frame has the exact error.
import type { ErrorCode } from '@meridian/protocol';

/** The type requires an entry for every code. */
const statuses: { readonly [code in ErrorCode]: number } = {
  // the client's mistakes
  FRAME_MALFORMED: 400,
  FRAME_UNKNOWN: 400,
  REQUEST_INVALID: 400,
  OUT_OF_ORDER: 400,
  PROTOCOL_UNSUPPORTED: 400,
  JOIN_TWICE: 400,
  PARTICIPANT_UNKNOWN: 400,
  BREAK_OUT_CLOSED: 400,
  POST_REFUSED: 400,
  POST_UNKNOWN: 400,
  TRACK_UNKNOWN: 400,
  TRACK_EXISTS: 400,
  TRACK_LIMIT: 400,
  CODEC_UNSUPPORTED: 400,
  RTP_PARAMETERS_INVALID: 400,
  TRANSPORT_UNKNOWN: 400,
  ENDPOINT_UNSUPPORTED: 400,
  DATA_TOO_LARGE: 400,
  CITY_UNKNOWN: 400,
  DECISION_UNKNOWN: 400,
  TARGET_REFUSED: 400,
  HOOK_REFUSED: 400,
  NO_SOUND_TRANSCODER: 400,
  NO_PICTURE_TRANSCODER: 400,
  NO_BROWSER: 400,
  NO_LIBRARY: 400,
  NO_SANDBOX: 400,
  PAGE_FAILED: 400,
  PAGE_TOO_LARGE: 400,
  NO_LOGS: 400,
  LOGS_UNREADABLE: 400,
  MOVE_REFUSED: 400,
  VERSION_CONFLICT: 400,
  // identity and rights
  TOKEN_MISSING: 401,
  TOKEN_INVALID: 401,
  TOKEN_EXPIRED: 401,
  TOKEN_NOT_YET_VALID: 401,
  TOKEN_ROOM_MISMATCH: 403,
  NOT_PERMITTED: 403,
  KICKED: 403,
  TOKEN_REVOKED: 403,
  NOT_ADMITTED: 403,
  ROOM_ENDED: 403,
  RECORDING_ENDED: 403,
  RECORDING_ELSEWHERE: 403,
  FENCE_CONFLICT: 403,
  FENCED_OUT: 403,
  ROOM_LOCKED: 403,
  // pace and limits
  AUTH_TIMEOUT: 408,
  PING_TIMEOUT: 408,
  FRAME_TOO_LARGE: 413,
  RATE_LIMITED: 429,
  BACKPRESSURE: 429,
  ROOM_FULL: 429,
  QUOTA_EXCEEDED: 429,
  // session
  DUPLICATE_IDENTITY: 409,
  SESSION_UNKNOWN: 410,
  RESUME_REFUSED: 410,
  // errors between services, which mean nothing to a client
  GRANT_MISSING: 500,
  GRANT_INVALID: 500,
  GRANT_EXPIRED: 500,
  GRANT_FOREIGN: 500,
  KIND_NOT_PERMITTED: 500,
  IDENTITY_MISMATCH: 500,
  PIPE_FAILED: 500,
  ROUTER_VERSION: 500,
  NODE_DENIED: 500,
  NODE_ID_TAKEN: 500,
  INTERNAL: 500,
  // not now, or not here
  NODE_LOST: 503,
  WORKER_DIED: 503,
  NODE_UNREACHABLE: 503,
  NODE_DRAINING: 503,
  NO_CAPACITY: 503,
  OVERLOADED: 503,
  NO_NODE: 503,
  PLACEMENT_STALE: 503,
  MOVE_UNDER_WAY: 503,
  MOVE_FAILED: 503,
  CENTRE_UNREACHABLE: 503,
  API_UNREACHABLE: 503,
  STAGE_LEFT: 503,
  ROOM_OWNER_LOST: 503,
  EPOCH_STALE: 503,
  NOT_LEADER: 503,
  NOT_REGISTERED: 503,
  OPENER_UNKNOWN: 503,
  HOOK_FAILED: 503,
  SHUTTING_DOWN: 503,
};

/**
 * Close codes with which a client leaves on purpose: normal, and a close frame without a code. Going away (1001) is not
 * among them: proxies send it to both sides when they reload (Caddy), and the client comes back. A browser also sends
 * it when a tab is closed, but the SDK has sent `Leave` before.
 */
const cleanCodes: ReadonlySet<number> = new Set([1000, 1005]);

export const isCleanClose = (code: number): boolean => cleanCodes.has(code);

export const httpStatusOf = (code: ErrorCode): number => statuses[code];

export const closeCodeOf = (code: ErrorCode): number => 4000 + statuses[code];
