import { MeridianApiError } from '@meridian/api-client';
import { UploadError } from '@meridian/uploader';
import { apiCode } from '../../room/api.ts';

export interface UploadFailure {
  /** `refused`: the same file would be refused again. */
  readonly name: 'refused' | 'failed';
  readonly code: string;
}

/** Codes for which a retry of the same file is useless. */
const FINAL: ReadonlySet<string> = new Set(['FILE_EMPTY', 'FILE_TOO_LARGE']);
/** Refusals after which the same file may be sent again. */
const RESENDABLE: ReadonlySet<string> = new Set(['UPLOAD_EXPIRED', 'UPLOAD_LOST', 'HASH_MISMATCH']);

export function failureOf(error: unknown): UploadFailure {
  if (error instanceof MeridianApiError) return { name: 'failed', code: apiCode(error) };
  if (!(error instanceof UploadError)) {
    console.error(error); // a bug of the page
    return { name: 'failed', code: 'INTERNAL' };
  }
  if (error.cause instanceof MeridianApiError) return failureOf(error.cause);
  const code = error.failure?.code ?? error.code;
  const isFinal = error.code === 'REFUSED' && !RESENDABLE.has(code);
  return { name: isFinal || FINAL.has(code) ? 'refused' : 'failed', code };
}
