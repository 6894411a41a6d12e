import { StoreError, type StoreErrorCode } from './errors.ts';

/** Error of the SDK: the S3 code is in `name`; the HTTP status is missing without an answer. */
interface S3Failure {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number | undefined };
}

/** Codes of the S3 API reference, and MinIO's own (`X…`). Other codes are mapped by their status. */
const byName: Readonly<Record<string, StoreErrorCode>> = {
  NoSuchKey: 'OBJECT_MISSING',
  NotFound: 'OBJECT_MISSING',
  // The object itself is fine: its upload starts again.
  NoSuchUpload: 'STORE_UNREACHABLE',
  // An operator fixes these while recordings wait. Codes with the status 401 or 403 need no line.
  NoSuchBucket: 'STORE_DENIED',
  ExpiredToken: 'STORE_DENIED',
  InvalidToken: 'STORE_DENIED',
  TokenRefreshRequired: 'STORE_DENIED',
  AuthorizationHeaderMalformed: 'STORE_DENIED',
  // The SDK found no credentials to send.
  CredentialsProviderError: 'STORE_DENIED',
  PreconditionFailed: 'OBJECT_EXISTS',
  BadDigest: 'HASH_MISMATCH',
  InvalidDigest: 'HASH_MISMATCH',
  XAmzContentSHA256Mismatch: 'HASH_MISMATCH',
  XAmzContentChecksumMismatch: 'HASH_MISMATCH',
  QuotaExceeded: 'STORE_FULL',
  InsufficientCapacity: 'STORE_FULL',
  InsufficientStorage: 'STORE_FULL',
  XMinioStorageFull: 'STORE_FULL',
  XMinioAdminBucketQuotaExceeded: 'STORE_FULL',
  RequestTimeout: 'STORE_UNREACHABLE',
  SlowDown: 'STORE_UNREACHABLE',
  ConditionalRequestConflict: 'STORE_UNREACHABLE',
  OperationAborted: 'STORE_UNREACHABLE',
};

/** Without an answer, and for faults of the server, the store counts as unreachable. */
export function s3Error(cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause;
  const { name, code, $metadata } = (cause ?? {}) as S3Failure;
  const status = $metadata?.httpStatusCode;
  const shown = [name, code, status].filter((part) => part !== undefined).join(' ');
  return new StoreError(storeCodeOf(String(name), status), `S3 answers: ${shown}`, { cause });
}

export const isS3 = (error: unknown, name: string): boolean => (error as S3Failure | null)?.name === name;

/** Errors of HEAD have no code. */
export const hasStatus = (error: unknown, status: number): boolean =>
  (error as S3Failure | null)?.$metadata?.httpStatusCode === status;

function storeCodeOf(name: string, status: number | undefined): StoreErrorCode {
  const codeByName = Object.hasOwn(byName, name) ? byName[name] : undefined;
  if (codeByName !== undefined) return codeByName;
  if (status === 507) return 'STORE_FULL';
  if (status === 401 || status === 403) return 'STORE_DENIED';
  if (status === undefined || status >= 500 || status === 408 || status === 429) return 'STORE_UNREACHABLE';
  return status === 412 ? 'OBJECT_EXISTS' : 'STORE_REFUSED';
}
