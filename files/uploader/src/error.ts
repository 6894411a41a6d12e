import { callFailureOf } from './core/retry.ts';
import type { Upload } from './types.ts';

/**
 * `code` is one of the following, or a code of the api with its error as `cause` (quotas, rights, API_UNREACHABLE).
 * ABORTED: the signal fired; a later call resumes. FILE_CHANGED: the file was changed after it was chosen or announced.
 * FILE_UNREADABLE, FILE_EMPTY, FILE_TOO_LARGE: the file cannot be sent. REFUSED: the server's check refused the file,
 * with the reason in `failure`. EXPIRED: the file did not arrive in time. SENDING_REFUSED: the node accepts no part.
 * ANSWER_UNREADABLE: an answer of the api is invalid.
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

/** Errors without a code are bugs and stay as they are. */
export function uploadErrorOf(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return new UploadError('ABORTED', 'The upload was stopped.', { cause: error });
  if (error instanceof UploadError) return error;
  const failure = callFailureOf(error);
  return failure === undefined ? error : new UploadError(failure.code, (error as Error).message, { cause: error });
}
