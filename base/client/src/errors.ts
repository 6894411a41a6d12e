// Errors of a client: MeridianClientError with a stable `code`. Codes of the service pass through unchanged.
import { adviceOf, type ErrorCode, errorCodes, isErrorCode } from '@meridian/protocol';

/**
 * code: [meaning, retryable, advice, if there is any]. Errors of the client, some only in a browser; the service's are
 * in base/protocol.
 */
export const clientErrorCodes = {
  BROWSER_UNSUPPORTED: [
    'This browser cannot do WebRTC as Meridian needs it.',
    false,
    'Use a current version of Chrome, Edge, Firefox or Safari.',
  ],
  ENTRY_UNREACHABLE: [
    'No signaling node could be found at the entry address.',
    true,
    'Check the network connection, and try again.',
  ],
  ENTRY_INVALID: ['The answer of the entry address is not understood.', false, 'Check the address of the service.'],
  SOCKET_FAILED: [
    'No signaling node could be reached.',
    true,
    'Check the network connection and the firewall, and try again.',
  ],
  SOCKET_LOST: ['The connection to the signaling node was lost.', true, 'Check the network connection.'],
  REQUEST_TIMEOUT: ['The service did not answer in time.', true, 'Check the network connection, and try again.'],
  REQUEST_LIMIT: ['Too many requests are waiting for an answer.', true],
  NOT_CONNECTED: ['The room is not connected.', false],
  ALREADY_CONNECTED: ['The room is connected or connecting already.', false],
  CONNECT_ABORTED: ['The connection attempt was given up by the caller.', false],
  CONNECTION_CLOSED: ['The room was left.', false],
  RECONNECT_FAILED: [
    'The connection could not be established again.',
    false,
    'Check the network connection, and join again.',
  ],
  MEDIA_FAILED: ['The media connection failed.', true, 'Check that the network allows UDP or TURN, and join again.'],
  ARGUMENT_INVALID: ['An argument has a value that is not allowed.', false],
  LISTENER_LIMIT: ['Too many listeners for one event.', false],
  DEVICE_DENIED: [
    'The user or the browser refused access to the device.',
    false,
    'Allow the device in the settings of the browser and the system.',
  ],
  DEVICE_NOT_FOUND: ['There is no such device.', false, 'Connect the device, or choose another.'],
  DEVICE_IN_USE: ['The device is in use by another program.', true, 'Close the other program, and try again.'],
  DEVICE_FAILED: [
    'The device could not be started.',
    true,
    'Disconnect the device and connect it again, or choose another.',
  ],
  DEVICE_LOST: [
    'The device stopped: unplugged, or taken away by the system.',
    true,
    'Connect the device again, or choose another.',
  ],
  TRACK_ENDED: ['The track has ended and cannot be published.', false],
  TRACK_NOT_PUBLISHED: ['The track is not published in this room.', false],
  PUBLISH_FAILED: ['The browser could not send the track.', false],
  EFFECT_UNSUPPORTED: ['This browser cannot do this effect.', false, 'Use another browser.'],
  EFFECT_FAILED: ['The effect could not be started, or has stopped.', true],
  EFFECT_TOO_SLOW: ['This computer is too slow for the effect.', false, 'Switch the effect off.'],
} as const satisfies Record<string, readonly [meaning: string, retryable: boolean, advice?: string]>;

export type ClientErrorCode = keyof typeof clientErrorCodes | ErrorCode;

export class MeridianClientError extends Error {
  readonly code: ClientErrorCode;
  readonly retryable: boolean;
  /** Short sentence for the person who sees the error, such as “Try again in a minute.”; '' without any. */
  readonly advice: string;
  /** Time before which the service wants no retry; 0 when it names none. */
  readonly retryAfterMs: number;

  constructor(
    code: ClientErrorCode,
    message?: string,
    o: { cause?: unknown; retryAfterMs?: number; retryable?: boolean } = {},
  ) {
    const [meaning, retryable] = isErrorCode(code) ? errorCodes[code] : clientErrorCodes[code];
    super(
      message === undefined || message === '' ? meaning : message,
      o.cause === undefined ? undefined : { cause: o.cause },
    );
    this.name = 'MeridianClientError';
    this.code = code;
    this.advice = isErrorCode(code)
      ? adviceOf(code)
      : ((clientErrorCodes[code] as readonly unknown[])[2]?.toString() ?? '');
    this.retryable = o.retryable ?? retryable;
    this.retryAfterMs = o.retryAfterMs ?? 0;
  }
}

interface ErrorFields {
  readonly code?: string | null;
  readonly message?: string | null;
  readonly retryable?: boolean | null;
  readonly retryAfterMs?: number | null;
}

/** Converts the service's error; a code that this version does not know becomes INTERNAL and keeps its text. */
export function errorFromWire(info: ErrorFields): MeridianClientError {
  const code = info.code ?? '';
  const retryAfterMs = info.retryAfterMs ?? 0;
  if (!isErrorCode(code)) {
    return new MeridianClientError('INTERNAL', `${code}: ${info.message ?? ''}`, {
      retryAfterMs,
      retryable: info.retryable ?? false,
    });
  }
  return new MeridianClientError(code, info.message ?? undefined, {
    retryAfterMs,
    retryable: info.retryable ?? errorCodes[code][1],
  });
}

/** Returns whether an error is a final refusal of the service, which a retry or another address would repeat. */
export function isRefusal(error: unknown): error is MeridianClientError {
  return error instanceof MeridianClientError && isErrorCode(error.code) && !error.retryable;
}

export function asClientError(error: unknown, code: ClientErrorCode): MeridianClientError {
  if (error instanceof MeridianClientError) return error;
  return new MeridianClientError(code, error instanceof Error ? error.message : String(error), { cause: error });
}
