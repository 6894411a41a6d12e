// When a connection to a foreign server that ended is made again. It is made for as long as it is wanted.
import { errorCodes, isErrorCode } from '@meridian/protocol';

/** What may be over in a moment: a restart of the server, a change of the network. */
const SOON = { firstMs: 1000, longestMs: 30_000 } as const;
/** What a person has to change first: a wrong key, a stream that no server can show. */
const LATER = { firstMs: 10_000, longestMs: 300_000 } as const;
/** By so much a pause may be shorter, so that many do not come back at once. */
const JITTER_SHARE = 0.25;

/** Why a connection to a foreign server ended, beside the codes of `base/protocol/src/errors.ts`. */
export const endCodes = {
  CONNECT_FAILED: ['The server does not take the connection.', true],
  TIMED_OUT: ['The server does not answer, sends nothing or takes nothing.', true],
  ENDED: ['The server ended the stream or the connection.', true],
  MALFORMED: ['What the server says is no RTMP.', true],
  TOO_SLOW: ['The connection takes less than the programme.', true],
  REFUSED: ['The server refuses the stream: a wrong key, or another publishes there.', false],
  BFRAMES: ['The stream has B-frames, which are not taken here.', false],
} as const satisfies Record<string, readonly [meaning: string, passes: boolean]>;

export type EndCode = keyof typeof endCodes;

/** Of what is not known here, the pause is short. */
function passes(code: string): boolean {
  if (isErrorCode(code)) return errorCodes[code][1];
  return !Object.hasOwn(endCodes, code) || endCodes[code as EndCode][1];
}

/** The pause before the next attempt after so many failures in a row, from 1. `random`: 0 ≤ random < 1. */
export function redialPauseMs(o: {
  readonly code: string;
  readonly failures: number;
  readonly random: number;
}): number {
  const { firstMs, longestMs } = passes(o.code) ? SOON : LATER;
  const pauseMs = Math.min(longestMs, firstMs * 2 ** Math.min(o.failures - 1, 16));
  return pauseMs * (1 - JITTER_SHARE * o.random);
}

/** A code of the server that is fit to be shown; other text of it could be anything, also the key. */
export const statusCodeOf = (code: string): string =>
  /^Net(?:Connection|Stream)(?:\.[A-Za-z]{1,32}){1,3}$/.test(code) ? code : '';
