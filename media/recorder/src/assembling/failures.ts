import type { TaskFailure } from '@meridian/node-shell';
import { StoreError, type StoreErrorCode } from '@meridian/object-store';
import { MeridianError } from '@meridian/protocol';
import { UploadError } from '@meridian/uploader';
import { AssembleError } from '../core/assembling/errors.ts';
import { JournalError } from '../core/journal/errors.ts';

/** Codes of stores that a later try, or another recorder, resolves. */
const temporaryStoreCodes: ReadonlySet<StoreErrorCode> = new Set(['STORE_CLOSED']);
/** Codes of uploads that a later try resolves. */
const temporaryUploadCodes: ReadonlySet<string> = new Set([
  'ABORTED',
  'CONFLICT',
  'EXPIRED',
  'FILE_CHANGED',
  'NOT_FOUND',
  'SENDING_REFUSED',
  'ANSWER_UNREADABLE',
]);

/** Returns the failure that a task reports; undefined for an unexpected error. */
export function failureOf(error: unknown): TaskFailure | undefined {
  if (error instanceof AssembleError || error instanceof MeridianError) return of(error, error.retryable);
  if (error instanceof JournalError) return of(error, false);
  if (error instanceof StoreError) return of(error, error.retryable || temporaryStoreCodes.has(error.code));
  if (!(error instanceof UploadError)) return undefined;
  // The uploader wraps errors of the source and of the api.
  const cause = error.code === 'ABORTED' ? undefined : failureOf(error.cause);
  if (cause !== undefined) return cause;
  const { failure } = error;
  if (failure !== undefined) return { code: failure.code, detail: failure.detail, retryable: false };
  return of(error, temporaryUploadCodes.has(error.code));
}

const of = ({ code, message }: Error & { readonly code: string }, retryable: boolean): TaskFailure => ({
  code,
  detail: message,
  retryable,
});
