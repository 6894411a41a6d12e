import { type ErrorCode, isErrorCode, MeridianError, roomKeyOf, type wire } from '@meridian/protocol';

/** Joins at the signaling nodes of a region, or of a tenant, within some minutes. */
export interface JoinTally {
  readonly region: string;
  readonly succeeded: number;
  /** Failed joins by error code. */
  readonly failed: Readonly<Record<string, number>>;
}

/**
 * Kind of a refusal. `client`: the client's fault, or a rule; `later`: the client retries by itself; `cloud`: the
 * cloud's failure.
 */
export type Refusal = 'client' | 'later' | 'cloud';

/** Includes codes that are never the answer to a join; if they occur, the cloud is at fault. */
const refusals: Readonly<Record<ErrorCode, Refusal>> = {
  TOKEN_MISSING: 'client',
  TOKEN_INVALID: 'client',
  TOKEN_EXPIRED: 'client',
  TOKEN_NOT_YET_VALID: 'client',
  TOKEN_REVOKED: 'client',
  QUOTA_EXCEEDED: 'client',
  TOKEN_ROOM_MISMATCH: 'client',
  NOT_PERMITTED: 'client',
  KICKED: 'client',
  FRAME_MALFORMED: 'client',
  FRAME_TOO_LARGE: 'client',
  FRAME_UNKNOWN: 'client',
  REQUEST_INVALID: 'client',
  OUT_OF_ORDER: 'client',
  RATE_LIMITED: 'later', // the centre has too many requests; a client that sends too much is cut before it joins
  AUTH_TIMEOUT: 'client',
  BACKPRESSURE: 'client',
  PROTOCOL_UNSUPPORTED: 'client',
  JOIN_TWICE: 'client',
  ROOM_LOCKED: 'client',
  STAGE_LEFT: 'client',
  ROOM_ENDED: 'client',
  RECORDING_ENDED: 'client',
  RECORDING_ELSEWHERE: 'client',
  NOT_ADMITTED: 'client',
  ROOM_FULL: 'client',
  DUPLICATE_IDENTITY: 'client',
  SESSION_UNKNOWN: 'client',
  RESUME_REFUSED: 'client', // not a join; the client then joins again
  PARTICIPANT_UNKNOWN: 'client',
  ROOM_OWNER_LOST: 'cloud',
  EPOCH_STALE: 'cloud',
  PING_TIMEOUT: 'client',
  VERSION_CONFLICT: 'client',
  POST_REFUSED: 'client',
  POST_UNKNOWN: 'client',
  BREAK_OUT_CLOSED: 'client',
  TRACK_UNKNOWN: 'client',
  TRACK_EXISTS: 'client',
  TRACK_LIMIT: 'client',
  CODEC_UNSUPPORTED: 'client',
  RTP_PARAMETERS_INVALID: 'client',
  TRANSPORT_UNKNOWN: 'client',
  ENDPOINT_UNSUPPORTED: 'cloud',
  DATA_TOO_LARGE: 'client',
  NO_CAPACITY: 'cloud',
  // Admission allows a number of joins per second and gives the others a time; a full node sends them on.
  OVERLOADED: 'later',
  NO_NODE: 'cloud',
  CENTRE_UNREACHABLE: 'cloud',
  API_UNREACHABLE: 'cloud',
  NODE_UNREACHABLE: 'cloud',
  NODE_DRAINING: 'cloud', // another node was tried, too
  PLACEMENT_STALE: 'cloud',
  NODE_LOST: 'cloud',
  WORKER_DIED: 'cloud',
  FENCE_CONFLICT: 'client',
  FENCED_OUT: 'cloud', // no node inside the room's regions was found
  CITY_UNKNOWN: 'client',
  OPENER_UNKNOWN: 'cloud',
  DECISION_UNKNOWN: 'client',
  TARGET_REFUSED: 'client',
  HOOK_REFUSED: 'client',
  HOOK_FAILED: 'client',
  NO_SOUND_TRANSCODER: 'cloud',
  NO_PICTURE_TRANSCODER: 'cloud',
  NO_BROWSER: 'cloud',
  NO_LIBRARY: 'cloud',
  NO_SANDBOX: 'cloud',
  PAGE_FAILED: 'client',
  PAGE_TOO_LARGE: 'client',
  NO_LOGS: 'cloud',
  LOGS_UNREADABLE: 'cloud',
  MOVE_UNDER_WAY: 'cloud',
  MOVE_REFUSED: 'client',
  MOVE_FAILED: 'cloud',
  GRANT_MISSING: 'cloud',
  GRANT_INVALID: 'cloud',
  GRANT_EXPIRED: 'cloud',
  GRANT_FOREIGN: 'cloud',
  KIND_NOT_PERMITTED: 'cloud',
  IDENTITY_MISMATCH: 'cloud',
  PIPE_FAILED: 'cloud',
  ROUTER_VERSION: 'cloud',
  NODE_DENIED: 'cloud',
  NODE_ID_TAKEN: 'cloud',
  NOT_LEADER: 'cloud',
  NOT_REGISTERED: 'cloud',
  SHUTTING_DOWN: 'later',
  INTERNAL: 'cloud',
};

/** Returns the kind of a refusal. An unknown code of a newer signaling node counts as a failure of the cloud. */
export const refusalOf = (code: string): Refusal => (isErrorCode(code) ? refusals[code] : 'cloud');

/** Returns the codes of this kind; for `cloud`, only known ones. */
export const codesOf = (refusal: Refusal): readonly string[] =>
  Object.entries(refusals).flatMap(([code, of]) => (of === refusal ? [code] : []));

/** Returns whether the refusal is the client's fault, or a rule of its room, and so not a failure of the cloud. */
export const isOfClient = (code: string): boolean => refusalOf(code) === 'client';

/**
 * Returns the joins that failed by the cloud's fault, with the most frequent code. `later` counts only if no client
 * joins at all.
 */
export function failuresOf({ succeeded, failed }: JoinTally): { readonly count: number; readonly code: string } {
  let [count, code, most] = [0, '', 0];
  for (const [each, joins] of Object.entries(failed)) {
    const refusal = refusalOf(each);
    if (refusal === 'client' || (refusal === 'later' && succeeded > 0)) continue;
    count += joins;
    if (joins > most) [code, most] = [each, joins];
  }
  return { count, code };
}

export interface ValidJoins {
  /** Incarnation of the counting process, and its number of this portion of counts. */
  readonly incarnation: string;
  readonly number: number;
  /** Time of the first join, by the api's wall clock. */
  readonly atMs: number;
  readonly joins: readonly { readonly tenant: string; readonly code: string; readonly count: number }[];
}

/** Limit of age: older counts, kept by a node while no api answered, get this age. */
const LATE_MS_MAX = 86_400_000;
/** Limit for a tenant and code in a portion; more than a node can answer in an hour. */
const COUNT_MAX = 10_000_000;
const INCARNATION = /^[A-Za-z0-9_-]{1,64}$/;
const CODE = /^[A-Z][A-Z_]{0,63}$/;

/**
 * Returns the valid joins of a batch; an invalid tenant becomes '', an invalid code INTERNAL. Throws REQUEST_INVALID
 * without a number.
 */
export function joinsOf(
  { joins, joinsOf: incarnation, joinsNumber: number, joinsAgeMs }: wire.QualityBatch.$Properties,
  nowMs: number,
): ValidJoins | undefined {
  if (joins == null || joins.length === 0) return undefined;
  if (!INCARNATION.test(incarnation ?? '') || !Number.isSafeInteger(number) || Number(number) < 1)
    throw new MeridianError('REQUEST_INVALID', 'joins need the number of their portion');
  const counts = new Map<string, number>();
  for (const one of joins) {
    const tenant = roomKeyOf(one.tenant ?? '', 'any') === undefined ? '' : (one.tenant ?? '');
    const code = one.code === '' || CODE.test(one.code ?? '') ? (one.code ?? '') : 'INTERNAL';
    const key = `${tenant} ${code}`;
    counts.set(key, Math.min(COUNT_MAX, (counts.get(key) ?? 0) + (one.count ?? 0)));
  }
  const ageMs = Number.isFinite(joinsAgeMs) ? Math.min(LATE_MS_MAX, Math.max(0, Number(joinsAgeMs))) : 0;
  return {
    incarnation: incarnation ?? '',
    number: Number(number),
    atMs: Math.floor(nowMs - ageMs),
    joins: [...counts]
      .filter(([, count]) => count > 0)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, count]) => {
        const [tenant = '', code = ''] = key.split(' ');
        return { tenant, code, count };
      }),
  };
}
