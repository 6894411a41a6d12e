// Every error code that crosses a wire, with its meaning and whether a retry may succeed. Codes are only ever added.

/** code: [meaning, retryable] */
export const errorCodes = {
  // tokens and rights
  TOKEN_MISSING: ['No token was given.', false],
  TOKEN_INVALID: ['The token is not valid here: its form, signature, API key or one of its claims.', false],
  TOKEN_EXPIRED: ['The token has expired.', false],
  TOKEN_NOT_YET_VALID: ['The token is not valid yet: try again when it is.', true],
  TOKEN_REVOKED: ['The token, or its source, has been revoked.', false],
  QUOTA_EXCEEDED: ['The tenant has reached its limit.', true],
  TOKEN_ROOM_MISMATCH: ['The token is for another room.', false],
  NOT_PERMITTED: ['The token does not grant this action.', false],
  KICKED: ['The participant was removed from the room.', false],
  // frames and requests
  FRAME_MALFORMED: ['The frame could not be read.', false],
  FRAME_TOO_LARGE: ['The frame exceeds the size limit.', false],
  FRAME_UNKNOWN: ['The frame holds no message that this version knows.', false],
  REQUEST_INVALID: ['A field of the request has a value that is not allowed.', false],
  OUT_OF_ORDER: ['The request does not fit the state of the session.', false],
  RATE_LIMITED: ['Too many requests; slow down.', true],
  AUTH_TIMEOUT: ['No valid Join arrived in time.', true],
  BACKPRESSURE: ['The client reads too slowly.', true],
  PROTOCOL_UNSUPPORTED: ['The server does not support this protocol version.', false],
  // room and session
  JOIN_TWICE: ['The session has joined already.', false],
  ROOM_LOCKED: ['The room is locked: no new participants come in.', true],
  STAGE_LEFT: ['The participant has left the stage of the show; join again to watch.', true],
  ROOM_ENDED: ['The room was ended for all participants.', false],
  RECORDING_ENDED: ['The recording is over: this recorder is not needed any more.', false],
  RECORDING_ELSEWHERE: ['Another recorder has the recording: this one is not needed any more.', false],
  NOT_ADMITTED: ['A host did not let this person in.', false],
  ROOM_FULL: ['The room has reached its limit.', true],
  DUPLICATE_IDENTITY: ['The same identity joined again; the newer session stays.', false],
  SESSION_UNKNOWN: ['There is no such session.', false],
  RESUME_REFUSED: ['The session cannot be resumed; join anew.', true],
  PARTICIPANT_UNKNOWN: ['There is no such participant.', false],
  ROOM_OWNER_LOST: ['The instance that owned the room is gone; another takes over.', true],
  EPOCH_STALE: ['The room has a newer owner.', true],
  PING_TIMEOUT: ['The client has not answered in time.', true],
  VERSION_CONFLICT: ['Another change came first; read it and try again.', false],
  POST_REFUSED: ['The room refuses this text: it contains a word that is not allowed.', false],
  POST_UNKNOWN: ['There is no such post, question or poll.', false],
  BREAK_OUT_CLOSED: ['There is no such break-out room, or its time is over.', false],
  TRACK_UNKNOWN: ['There is no such track.', false],
  TRACK_EXISTS: ['A track of this id exists already.', false],
  TRACK_LIMIT: ['Too many tracks.', false],
  CODEC_UNSUPPORTED: ['The receiver cannot decode this codec.', false],
  RTP_PARAMETERS_INVALID: ['The RTP parameters were refused by the media node.', false],
  TRANSPORT_UNKNOWN: ['There is no such transport.', false],
  ENDPOINT_UNSUPPORTED: ['The media node does not offer endpoints of this kind.', false],
  DATA_TOO_LARGE: ['The data message exceeds the size limit.', false],
  NO_CAPACITY: ['No media node has room for this.', true],
  OVERLOADED: ['The service is overloaded; try again after the time given.', true],
  NO_NODE: ['No media node is available.', true],
  CENTRE_UNREACHABLE: ['The scheduling centre does not answer and nothing is cached.', true],
  API_UNREACHABLE: ['No api answers, and this node has no stored answer.', true],
  NODE_UNREACHABLE: ['The media node does not answer.', true],
  NODE_DRAINING: ['The media node takes no new sessions.', true],
  PLACEMENT_STALE: ['The centre that placed the session no longer serves that region; request a new placement.', true],
  NODE_LOST: ['The media node died; join again.', true],
  WORKER_DIED: ['The media worker died; join again.', true],
  FENCE_CONFLICT: ['The token and the room have no region in common.', false],
  FENCED_OUT: ['The node is outside the regions that the room may use.', false],
  CITY_UNKNOWN: ['There is no such city.', false],
  OPENER_UNKNOWN: ['The gateway or recorder that opens the session has not registered.', true],
  DECISION_UNKNOWN: ['There is no such decision about this session, or it is too old.', false],
  TARGET_REFUSED: ['The address cannot be used: it does not resolve, is private, or its port is reserved.', false],
  HOOK_REFUSED: ['The publish hook refused the publisher.', false],
  HOOK_FAILED: ['The publish hook did not answer.', true],
  NO_SOUND_TRANSCODER: ['This gateway has no ffmpeg to convert audio: others may not hear the stream.', false],
  NO_PICTURE_TRANSCODER: ['This gateway has no ffmpeg to convert video: others may not see the stream.', false],
  NO_BROWSER: ['This recorder has no Chromium, so it cannot record web pages.', false],
  NO_SANDBOX: ['The sandbox of Chromium does not work on this recorder, so it cannot record web pages.', false],
  PAGE_FAILED: ['The web page to record cannot be opened.', false],
  PAGE_TOO_LARGE: ['The web page uses more memory or disk than the recorder allows.', false],
  NO_LOGS: ['This node cannot read its own log: look for it on its host.', false],
  LOGS_UNREADABLE: ['The log of this node cannot be read.', false],
  // moves of a session to another media node
  MOVE_UNDER_WAY: ['The session is already being moved.', true],
  MOVE_REFUSED: ['The client does not take part in the move.', false],
  MOVE_FAILED: ['The move failed; the session stays where it was.', true],
  // between services
  GRANT_MISSING: ['A pull needs a grant of the room owner.', false],
  GRANT_INVALID: ['The grant is malformed or its signature is invalid.', false],
  GRANT_EXPIRED: ['The grant is too old.', true],
  GRANT_FOREIGN: ['The grant was made for another node, track or room.', false],
  KIND_NOT_PERMITTED: ['A node of this kind may not ask for this.', false],
  IDENTITY_MISMATCH: ['The message names another node than the sender’s certificate.', false],
  PIPE_FAILED: ['The relay between the nodes could not be set up.', true],
  ROUTER_VERSION: ['The nodes have different router versions.', false],
  NODE_DENIED: ['The node has been shut out of the cluster.', false],
  NODE_ID_TAKEN: ['Another node has this id, or an open invitation is for it.', false],
  NOT_LEADER: ['Another scheduling centre leads.', true],
  NOT_REGISTERED: ['The node must register first.', true],
  SHUTTING_DOWN: ['The service is shutting down.', true],
  INTERNAL: ['Something went wrong on our side.', true],
} as const satisfies Record<string, readonly [meaning: string, retryable: boolean]>;

export type ErrorCode = keyof typeof errorCodes;

export const isErrorCode = (text: string): text is ErrorCode => Object.hasOwn(errorCodes, text);

/** An operating error with a stable code; `message` may add details in English, without secrets. */
export class MeridianError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly retryAfterMs: number;

  constructor(code: ErrorCode, message?: string, o: { cause?: unknown; retryAfterMs?: number } = {}) {
    super(message ?? errorCodes[code][0], o.cause === undefined ? undefined : { cause: o.cause });
    this.name = 'MeridianError';
    this.code = code;
    this.retryable = errorCodes[code][1];
    this.retryAfterMs = o.retryAfterMs ?? 0;
  }
}

/** Returns the error for the wire; an error that is not a MeridianError becomes INTERNAL without its text. */
export function errorInfoOf(error: unknown): {
  code: ErrorCode;
  message: string;
  retryable: boolean;
  retryAfterMs: number;
} {
  const code = (error as { code?: unknown } | null)?.code;
  if (error instanceof Error && typeof code === 'string' && isErrorCode(code)) {
    const retryAfterMs = (error as { retryAfterMs?: unknown }).retryAfterMs;
    return {
      code,
      message: error.message,
      retryable: errorCodes[code][1],
      retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : 0,
    };
  }
  return { code: 'INTERNAL', message: errorCodes.INTERNAL[0], retryable: true, retryAfterMs: 0 };
}
