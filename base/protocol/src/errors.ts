// Every error code that crosses a wire, with its meaning and whether a retry may succeed. Codes are only ever added.

/** code: [meaning, retryable, advice to whoever sees the error, if there is any] */
export const errorCodes = {
  // tokens and rights
  TOKEN_MISSING: ['No token was given.', false, 'Open the link that the host sent again.'],
  TOKEN_INVALID: [
    'The token is not valid here: its form, signature, API key or one of its claims.',
    false,
    'Ask the host for a new link.',
  ],
  TOKEN_EXPIRED: ['The token has expired.', false, 'Ask the host for a new link.'],
  TOKEN_NOT_YET_VALID: [
    'The token is not valid yet: try again when it is.',
    true,
    'Compare the clock of the system that signs tokens with the right time, and try again.',
  ],
  TOKEN_REVOKED: ['The token, or its source, has been revoked.', false, 'Ask the host for a new link.'],
  QUOTA_EXCEEDED: [
    'The tenant has reached its limit.',
    true,
    'Try again later, or ask the operator for a higher limit.',
  ],
  TOKEN_ROOM_MISMATCH: ['The token is for another room.', false, 'Ask the host for a link to this room.'],
  NOT_PERMITTED: ['The token does not grant this action.', false, 'Ask the host for a link with this right.'],
  KICKED: ['The participant was removed from the room.', false, 'Only a host can let you in again.'],
  // frames and requests
  FRAME_MALFORMED: ['The frame could not be read.', false, 'Update the app.'],
  FRAME_TOO_LARGE: ['The frame exceeds the size limit.', false, 'Send less at once.'],
  FRAME_UNKNOWN: ['The frame holds no message that this version knows.', false, 'Update the app.'],
  REQUEST_INVALID: ['A field of the request has a value that is not allowed.', false, 'Correct the named field.'],
  OUT_OF_ORDER: ['The request does not fit the state of the session.', false, 'Join again.'],
  RATE_LIMITED: ['Too many requests; slow down.', true, 'Wait a moment, then try again.'],
  AUTH_TIMEOUT: ['No valid Join arrived in time.', true, 'Check the network connection, and try again.'],
  BACKPRESSURE: ['The client reads too slowly.', true, 'Use a faster network connection.'],
  PROTOCOL_UNSUPPORTED: [
    'The server does not support this protocol version.',
    false,
    'Update the app, or load the page again.',
  ],
  // room and session
  JOIN_TWICE: ['The session has joined already.', false],
  ROOM_LOCKED: ['The room is locked: no new participants come in.', true, 'Ask the host to unlock the room.'],
  STAGE_LEFT: ['The participant has left the stage of the show; join again to watch.', true, 'Join again to watch.'],
  ROOM_ENDED: ['The room was ended for all participants.', false],
  RECORDING_ENDED: ['The recording is over: this recorder is not needed any more.', false],
  RECORDING_ELSEWHERE: ['Another recorder has the recording: this one is not needed any more.', false],
  NOT_ADMITTED: ['A host did not let this person in.', false, 'Ask the host to let you in.'],
  ROOM_FULL: [
    'The room has reached its limit.',
    true,
    'Ask the host for more places, or wait until a participant leaves.',
  ],
  DUPLICATE_IDENTITY: [
    'The same identity joined again; the newer session stays.',
    false,
    'Close the other window, or join under another identity.',
  ],
  SESSION_UNKNOWN: ['There is no such session.', false, 'Join again.'],
  RESUME_REFUSED: ['The session cannot be resumed; join anew.', true, 'Join again.'],
  PARTICIPANT_UNKNOWN: ['There is no such participant.', false],
  ROOM_OWNER_LOST: [
    'The instance that owned the room is gone; another takes over.',
    true,
    'Try again in a few seconds.',
  ],
  EPOCH_STALE: ['The room has a newer owner.', true, 'Try again in a few seconds.'],
  PING_TIMEOUT: ['The client has not answered in time.', true, 'Check the network connection, and join again.'],
  VERSION_CONFLICT: [
    'Another change came first; read it and try again.',
    false,
    'Read the present state, and try again.',
  ],
  POST_REFUSED: ['The room refuses this text: it contains a word that is not allowed.', false, 'Choose other words.'],
  POST_UNKNOWN: ['There is no such post, question or poll.', false],
  BREAK_OUT_CLOSED: ['There is no such break-out room, or its time is over.', false, 'Go back to the main room.'],
  TRACK_UNKNOWN: ['There is no such track.', false],
  TRACK_EXISTS: ['A track of this id exists already.', false],
  TRACK_LIMIT: ['Too many tracks.', false, 'Stop another track first.'],
  CODEC_UNSUPPORTED: ['The receiver cannot decode this codec.', false],
  RTP_PARAMETERS_INVALID: ['The RTP parameters were refused by the media node.', false],
  TRANSPORT_UNKNOWN: ['There is no such transport.', false],
  ENDPOINT_UNSUPPORTED: ['The media node does not offer endpoints of this kind.', false],
  DATA_TOO_LARGE: ['The data message exceeds the size limit.', false, 'Send it in smaller parts.'],
  NO_CAPACITY: ['No media node has room for this.', true, 'Try again in a minute.'],
  OVERLOADED: ['The service is overloaded; try again after the time given.', true, 'Try again in a minute.'],
  NO_NODE: ['No media node is available.', true, 'Try again in a minute.'],
  CENTRE_UNREACHABLE: ['The scheduling centre does not answer and nothing is cached.', true, 'Try again in a minute.'],
  API_UNREACHABLE: ['No api answers, and this node has no stored answer.', true, 'Try again in a minute.'],
  NODE_UNREACHABLE: ['The media node does not answer.', true, 'Try again in a minute.'],
  NODE_DRAINING: ['The media node takes no new sessions.', true, 'Join again.'],
  PLACEMENT_STALE: [
    'The centre that placed the session no longer serves that region; request a new placement.',
    true,
    'Join again.',
  ],
  NODE_LOST: ['The media node died; join again.', true, 'Join again.'],
  WORKER_DIED: ['The media worker died; join again.', true, 'Join again.'],
  FENCE_CONFLICT: [
    'The token and the room have no region in common.',
    false,
    'Ask the operator which regions the room and the token allow.',
  ],
  FENCED_OUT: [
    'The node is outside the regions that the room may use.',
    false,
    'Ask the operator which regions the room may use.',
  ],
  CITY_UNKNOWN: ['There is no such city.', false, 'Name a city of the fleet.'],
  OPENER_UNKNOWN: [
    'The gateway or recorder that opens the session has not registered.',
    true,
    'Try again in a minute.',
  ],
  DECISION_UNKNOWN: ['There is no such decision about this session, or it is too old.', false],
  TARGET_REFUSED: [
    'The address cannot be used: it does not resolve, is private, or its port is reserved.',
    false,
    'Give a public address.',
  ],
  HOOK_REFUSED: ['The publish hook refused the publisher.', false, 'Ask the operator of the hook.'],
  HOOK_FAILED: ['The publish hook did not answer.', true, 'Try again in a minute.'],
  NO_SOUND_TRANSCODER: ['This gateway has no ffmpeg to convert audio: others may not hear the stream.', false],
  NO_PICTURE_TRANSCODER: ['This gateway has no ffmpeg to convert video: others may not see the stream.', false],
  NO_BROWSER: ['This recorder has no Chromium, so it cannot record web pages.', false],
  NO_LIBRARY: [
    'No library node in the regions of the room can keep the recording.',
    false,
    'Ask the operator to add a library node there.',
  ],
  NO_SANDBOX: ['No sandbox works on this node for ffmpeg or Chromium, so it does not run.', false],
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
  NOT_LEADER: ['Another scheduling centre leads.', true, 'Try again in a minute.'],
  NOT_REGISTERED: ['The node must register first.', true, 'Try again in a minute.'],
  SHUTTING_DOWN: ['The service is shutting down.', true, 'Join again.'],
  INTERNAL: ['Something went wrong on our side.', true, 'Try again; if it happens again, report it to the operator.'],
} as const satisfies Record<string, readonly [meaning: string, retryable: boolean, advice?: string]>;

export type ErrorCode = keyof typeof errorCodes;

export const isErrorCode = (text: string): text is ErrorCode => Object.hasOwn(errorCodes, text);

/** Returns a short imperative sentence for the person who sees the error; '' if there is nothing to do. */
export function adviceOf(code: ErrorCode): string {
  const [, , advice = ''] = errorCodes[code] as readonly [string, boolean, string?];
  return advice;
}

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
