// Errors on their way: what a link or another service threw becomes one of our codes.
import { type ErrorCode, isErrorCode, MeridianError } from '@meridian/protocol';

/** The stable code of anything thrown; undefined when it has none of ours (a link's own codes begin with LINK_). */
export function codeOf(error: unknown): ErrorCode | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && isErrorCode(code) ? code : undefined;
}

/** A MeridianError for anything thrown by a request over a link; failures of the link itself become `unreachable`. */
export function asMeridianError(error: unknown, unreachable: ErrorCode): MeridianError {
  if (error instanceof MeridianError) return error;
  const code = codeOf(error);
  if (code !== undefined)
    return new MeridianError(code, error instanceof Error ? error.message : undefined, { cause: error });
  const linkCode = (error as { code?: unknown } | null)?.code;
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

export const ignoringErrors =
  (log: { debug(fields: object, text: string): void }, what: string) =>
  (error: unknown): void =>
    log.debug({ err: error }, what);
