// Translates errors of links and other services into our codes.
import { type ErrorCode, errorCodes, errorInfoOf, isErrorCode, MeridianError } from '@meridian/protocol';
import { bounds } from './limits.ts';

/** Returns the stable code of anything thrown; undefined for foreign codes (a link's own begin with LINK_). */
export function codeOf(error: unknown): ErrorCode | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && isErrorCode(code) ? code : undefined;
}

/**
 * Returns a MeridianError for an error of a request over a link; failures of the link become `unreachable`, except two
 * that show that the other side works: an answer that is too large (ROOM_FULL), and a busy centre (RATE_LIMITED, for
 * which the caller has no fallback).
 */
export function asMeridianError(error: unknown, unreachable: ErrorCode): MeridianError {
  if (error instanceof MeridianError) return error;
  const code = codeOf(error);
  if (code !== undefined) {
    const { retryAfterMs = 0 } = error as { retryAfterMs?: number };
    return new MeridianError(code, error instanceof Error ? error.message : undefined, { cause: error, retryAfterMs });
  }
  const linkCode = (error as { code?: unknown } | null)?.code;
  if (linkCode === 'LINK_TOO_LARGE')
    return new MeridianError('ROOM_FULL', 'What the room holds does not fit into one answer.', { cause: error });
  if (linkCode === 'LINK_BACKPRESSURE' && unreachable === 'CENTRE_UNREACHABLE')
    return new MeridianError('RATE_LIMITED', 'There are too many requests; try again.', {
      cause: error,
      retryAfterMs: bounds.overloadRetryMs,
    });
  if (typeof linkCode === 'string' && linkCode.startsWith('LINK_'))
    return new MeridianError(unreachable, undefined, { cause: error });
  return new MeridianError('INTERNAL', undefined, { cause: error });
}

/** Runs a request and throws only MeridianErrors. */
export async function translated<T>(request: Promise<T>, unreachable: ErrorCode): Promise<T> {
  try {
    return await request;
  } catch (error) {
    throw asMeridianError(error, unreachable);
  }
}

/** Codes whose texts are about nodes, owners and their load: for operators, not for users. */
const internalCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'NO_CAPACITY',
  'OVERLOADED',
  'NO_NODE',
  'EPOCH_STALE',
  'ROOM_OWNER_LOST',
  'CENTRE_UNREACHABLE',
  'NODE_UNREACHABLE',
  'NODE_DRAINING',
  'NODE_LOST',
  'WORKER_DIED',
  'FENCED_OUT',
  'GRANT_MISSING',
  'GRANT_INVALID',
  'GRANT_EXPIRED',
  'GRANT_FOREIGN',
  'KIND_NOT_PERMITTED',
  'IDENTITY_MISMATCH',
  'PIPE_FAILED',
  'ROUTER_VERSION',
  'NOT_REGISTERED',
  'SHUTTING_DOWN',
]);

/** Returns the text for a client: the code's meaning in place of a text about the fleet, except in development. */
export const textForClient = (code: ErrorCode, message: string, development: boolean): string =>
  message === '' || (internalCodes.has(code) && !development) ? errorCodes[code][0] : message;

export function infoForClient(error: unknown, development: boolean): ReturnType<typeof errorInfoOf> {
  const info = errorInfoOf(error);
  return { ...info, message: textForClient(info.code, info.message, development) };
}

export const ignoringErrors =
  (log: { debug(fields: object, text: string): void }, what: string) =>
  (error: unknown): void =>
    log.debug({ err: error }, what);
