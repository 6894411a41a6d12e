// Errors of failed calls, with the fields of RFC 9457.

export interface FieldError {
  /** JSON pointer into the body (`/name`), or the name of a parameter (`?limit`, `{room}`). */
  readonly pointer: string;
  readonly detail: string;
}

/** Candidate for the meaning of an ambiguous request. */
export interface Choice {
  readonly id: string;
  readonly name: string;
}

export interface ErrorFacts {
  readonly status?: number;
  readonly errors?: readonly FieldError[];
  readonly choices?: readonly Choice[];
  readonly retryAfterMs?: number;
  readonly requestId?: string;
  readonly cause?: unknown;
}

export class MeridianApiError extends Error {
  /**
   * Stable code: one of the API (`GET /api/v1/problems/CODE` explains it) or of the client. API_UNREACHABLE: no answer
   * came. ANSWER_UNREADABLE: the answer is not the API's. WEBHOOK_INVALID: see `verifyWebhook`.
   */
  readonly code: string;
  /** HTTP status; 0 without an answer. */
  readonly status: number;
  /** Values of the request that are wrong. */
  readonly errors: readonly FieldError[];
  /** The request must name one of these (TENANT_NEEDED). */
  readonly choices: readonly Choice[];
  /** Time after which a retry makes sense; 0 if the service names none. */
  readonly retryAfterMs: number;
  /** Id of the request in the service's log; '' if unknown. */
  readonly requestId: string;

  constructor(code: string, message: string, { status = 0, errors = [], choices = [], ...o }: ErrorFacts = {}) {
    super(message, o.cause === undefined ? undefined : { cause: o.cause });
    this.name = 'MeridianApiError';
    this.code = code;
    this.status = status;
    this.errors = errors;
    this.choices = choices;
    this.retryAfterMs = o.retryAfterMs ?? 0;
    this.requestId = o.requestId ?? '';
  }
}

/** Returns the error for an answer from `url` that is not a success, or does not come from the API. */
export async function errorOf(url: string, response: Response, nowMs: number): Promise<MeridianApiError> {
  const facts = {
    status: response.status,
    retryAfterMs: retryAfterMsOf(response.headers.get('retry-after'), nowMs),
    requestId: response.headers.get('x-request-id') ?? '',
  };
  const problem = problemOf(await response.text());
  if (problem !== undefined) {
    const { code, message, errors, choices } = problem;
    return new MeridianApiError(code, message, { ...facts, errors, choices });
  }
  const target = response.headers.get('location');
  const what = target === null ? `HTTP ${response.status}, without a problem` : `a redirect to ${target}`;
  return new MeridianApiError('ANSWER_UNREADABLE', `${url} answered ${what}: is this the API's address?`, facts);
}

interface ReadProblem {
  readonly code: string;
  readonly message: string;
  readonly errors: readonly FieldError[];
  readonly choices: readonly Choice[];
}

function problemOf(text: string): ReadProblem | undefined {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined; // a proxy's page, or an empty body
    throw error;
  }
  if (typeof read !== 'object' || read === null) return undefined;
  const { code, title, detail, errors, choices } = read as Record<string, unknown>;
  if (typeof code !== 'string') return undefined;
  const fields = (Array.isArray(errors) ? errors : []) as FieldError[];
  const words = [
    typeof title === 'string' ? title : code,
    ...(typeof detail === 'string' && detail !== title ? [detail] : []),
    ...fields.map((field) => `${field.pointer} ${field.detail}`),
  ];
  return {
    code,
    message: words.join(' '),
    errors: fields,
    choices: (Array.isArray(choices) ? choices : []) as Choice[],
  };
}

function retryAfterMsOf(header: string | null, nowMs: number): number {
  if (header === null) return 0;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - nowMs;
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}
