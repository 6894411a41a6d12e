// Twirp's error documents: {code, msg, meta}, with the HTTP status of the code.
import { problemOf, type RequestError } from '../http/server.ts';

const statusOf = {
  invalid_argument: 400,
  malformed: 400,
  unauthenticated: 401,
  permission_denied: 403,
  not_found: 404,
  bad_route: 404,
  already_exists: 409,
  failed_precondition: 412,
  resource_exhausted: 429,
  internal: 500,
  unimplemented: 501,
  unavailable: 503,
} as const;
export type TwirpCode = keyof typeof statusOf;

export class TwirpError extends Error {
  readonly code: TwirpCode;

  constructor(code: TwirpCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'TwirpError';
    this.code = code;
  }
}

export interface TwirpRefusal {
  readonly status: number;
  readonly retryAfterMs: number;
  readonly document: {
    readonly code: TwirpCode;
    readonly msg: string;
    readonly meta?: Readonly<Record<string, string>>;
  };
}

/** Codes by the HTTP status of the same failure over REST. */
const byStatus: Readonly<Record<number, TwirpCode>> = {
  400: 'invalid_argument',
  401: 'unauthenticated',
  403: 'permission_denied',
  404: 'not_found',
  409: 'failed_precondition',
  412: 'failed_precondition',
  413: 'invalid_argument',
  415: 'bad_route',
  429: 'resource_exhausted',
  503: 'unavailable',
};

/** Converts an error; `meta.code` has REST's code. Details of unexpected errors appear only in the log. */
export function twirpRefusalOf(error: TwirpError | RequestError): TwirpRefusal {
  if (error instanceof TwirpError) {
    const { code, message } = error;
    return { status: statusOf[code], retryAfterMs: 0, document: { code, msg: message } };
  }
  const { status, retryAfterMs, document } = problemOf(error, 'en');
  const code = byStatus[status] ?? 'internal';
  const msg = document.detail ?? document.title;
  return { status: statusOf[code], retryAfterMs, document: { code, msg, meta: { code: document.code } } };
}

/** Throws `unimplemented` for a feature that does not exist here. */
export function refuseIf(isWanted: boolean, field: string): void {
  if (isWanted) throw new TwirpError('unimplemented', `${field} is not supported here`);
}
