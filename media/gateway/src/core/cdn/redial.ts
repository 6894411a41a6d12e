// Pause before a connection to a foreign server is made again, without a limit of attempts.
import { errorCodes, isErrorCode } from '@meridian/protocol';

/** Pauses after failures that may pass soon: a restart of the server, a change of the network. */
const SHORT_PAUSE = { firstMs: 1000, longestMs: 30_000 } as const;
/** Pauses after failures that a person must fix: a wrong key, an unsupported stream. */
const LONG_PAUSE = { firstMs: 10_000, longestMs: 300_000 } as const;
/** Maximum share by which a pause is shortened, so that many clients do not reconnect at once. */
const JITTER_SHARE = 0.25;

/** Reasons for the end of a connection to a foreign server, beside the codes of `base/protocol/src/errors.ts`. */
export const endCodes = {
  CONNECT_FAILED: ['The server does not accept the connection.', true],
  TIMED_OUT: ['The server does not answer, sends nothing or reads nothing.', true],
  ENDED: ['The server ended the stream or the connection.', true],
  MALFORMED: ['The server sends data that is not RTMP.', true],
  TOO_SLOW: ['The connection is slower than the programme.', true],
  REFUSED: ['The server refuses the stream: a wrong key, or another publishes there.', false],
  BFRAMES: ['The stream has B-frames, which are not accepted here.', false],
} as const satisfies Record<string, readonly [meaning: string, passes: boolean]>;

export type EndCode = keyof typeof endCodes;

/** An unknown code counts as temporary. */
function isTemporary(code: string): boolean {
  if (isErrorCode(code)) return errorCodes[code][1];
  return !Object.hasOwn(endCodes, code) || endCodes[code as EndCode][1];
}

/** Returns the pause after this many failures in a row, from 1. `random` is in 0 ≤ random < 1. */
export function redialPauseMs(o: {
  readonly code: string;
  readonly failures: number;
  readonly random: number;
}): number {
  const { firstMs, longestMs } = isTemporary(o.code) ? SHORT_PAUSE : LONG_PAUSE;
  const pauseMs = Math.min(longestMs, firstMs * 2 ** Math.min(o.failures - 1, 16));
  return pauseMs * (1 - JITTER_SHARE * o.random);
}

/** Returns a server's code if it is safe to show; other text could contain anything, even the key. */
export const statusCodeOf = (code: string): string =>
  /^Net(?:Connection|Stream)(?:\.[A-Za-z]{1,32}){1,3}$/.test(code) ? code : '';
