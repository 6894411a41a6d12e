// Why an upload has ended without its file in the library.
import { callFailureOf } from './core/trying.ts';
import type { Upload } from './types.ts';

/**
 * `code` is stable: one of these, or the api's, with its error as `cause` (quotas, rights, API_UNREACHABLE).
 * ABORTED: by the signal; a later call goes on. FILE_CHANGED: since it was chosen, or announced. FILE_UNREADABLE,
 * FILE_EMPTY, FILE_TOO_LARGE: it cannot be sent. REFUSED: by the server's check; `failure` says why. EXPIRED: not all
 * of it came in time. SENDING_REFUSED: the node takes no part of it. ANSWER_UNREADABLE: it makes no sense.
 */
export class UploadError extends Error {
  readonly code: string;
  readonly failure: Upload['failure'];

  constructor(code: string, message: string, o: { cause?: unknown; failure?: Upload['failure'] } = {}) {
    super(message, o.cause === undefined ? undefined : { cause: o.cause });
    this.name = 'UploadError';
    this.code = code;
    this.failure = o.failure;
  }
}

/** What a caller gets. Errors without a code are faults, and stay as they are. */
export function uploadErrorOf(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return new UploadError('ABORTED', 'The upload was stopped.', { cause: error });
  if (error instanceof UploadError) return error;
  const failure = callFailureOf(error);
  return failure === undefined ? error : new UploadError(failure.code, (error as Error).message, { cause: error });
}
