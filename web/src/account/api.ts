// What these pages ask the api, by the session's cookie. A session that has ended is no error of a page: the question
// waits until somebody has signed in again, and is asked once more.
import type { Answer, Conflict, Me, Meeting, MyOccurrence, Page, SignInWays } from './core/model.ts';
import type { Colleague } from './core/people.ts';

export interface Choice {
  readonly id: string;
  readonly name: string;
}

/** Why the api did not give what was asked; `code` is its own, or API_UNREACHABLE. */
export class ApiProblem extends Error {
  readonly code: string;
  readonly status: number;
  /** JSON pointers into what was sent, and what is wrong there. */
  readonly fields: readonly { readonly pointer: string; readonly detail: string }[];
  /** Of which one is to be named. */
  readonly choices: readonly Choice[];

  constructor(
    code: string,
    o: { status?: number; fields?: ApiProblem['fields']; choices?: readonly Choice[]; cause?: unknown } = {},
  ) {
    super(code, o.cause === undefined ? undefined : { cause: o.cause });
    this.name = 'ApiProblem';
    this.code = code;
    this.status = o.status ?? 0;
    this.fields = o.fields ?? [];
    this.choices = o.choices ?? [];
  }
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Question {
  readonly method: Method;
  /** Below /api/v1. */
  readonly path: string;
  readonly body?: object;
  /** The version that is to be changed. */
  readonly version?: number;
  /** Sent again under the same key, it happens once. */
  readonly once?: string;
}

/** Asks the api. Rejects with ApiProblem. */
export type Ask = (question: Question) => Promise<unknown>;

/** The api itself answers a waiting database within five seconds. */
const TIMEOUT_MS = 10_000;

export const askApi: Ask = async ({ method, path, body, version, once }) => {
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(`/api/v1${path}`, {
      method,
      cache: 'no-store',
      credentials: 'same-origin',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(version !== undefined && { 'if-match': `"${version}"` }),
        ...(once !== undefined && { 'idempotency-key': once }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    answer = response.status === 204 ? undefined : await response.json();
  } catch (cause) {
    throw new ApiProblem('API_UNREACHABLE', { cause });
  }
  if (response.ok) return answer;
  const { code, errors, choices } = (answer ?? {}) as {
    code?: unknown;
    errors?: ApiProblem['fields'];
    choices?: readonly Choice[];
  };
  const isKnown = typeof code === 'string' && response.status < 500;
  throw new ApiProblem(isKnown ? code : 'API_UNREACHABLE', {
    status: response.status,
    fields: errors ?? [],
    choices: choices ?? [],
  });
};

export interface MeetingWindow {
  readonly fromMs: number;
  readonly toMs?: number;
  readonly query?: string;
  readonly cursor?: string;
}

/** The questions by name; `ask` is `askApi`, or what a test or a story answers. */
export class AccountApi {
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  readonly me = async (): Promise<Me> => (await this.#ask({ method: 'GET', path: '/me' })) as Me;
  readonly signOut = async (): Promise<void> => {
    await this.#ask({ method: 'DELETE', path: '/sessions/current' });
  };

  /** Occurrences that end after `fromMs`, by time. */
  async list({ fromMs, toMs, query, cursor }: MeetingWindow): Promise<Page<MyOccurrence>> {
    const search = new URLSearchParams({
      from: new Date(fromMs).toISOString(),
      ...(toMs !== undefined && { to: new Date(toMs).toISOString() }),
      ...(query !== undefined && query !== '' && { query }),
      ...(cursor !== undefined && { cursor }),
    });
    return (await this.#ask({ method: 'GET', path: `/me/meetings?${search}` })) as Page<MyOccurrence>;
  }

  readonly meeting = (id: string): Promise<Meeting> => this.#meeting('GET', `/meetings/${id}`);
  readonly book = (body: object, once: string): Promise<Meeting> => this.#meeting('POST', '/meetings', { body, once });
  async begin(body: object): Promise<string> {
    const { meeting } = (await this.#ask({ method: 'POST', path: '/me/meetings/instant', body })) as {
      meeting: Meeting;
    };
    return meeting.id;
  }
  readonly change = ({ id, version }: Meeting, body: object): Promise<Meeting> =>
    this.#meeting('PATCH', `/meetings/${id}`, { body, version });
  readonly cancel = (id: string): Promise<Meeting> => this.#meeting('DELETE', `/meetings/${id}`);
  readonly changeOne = ({ id, version }: Meeting, start: string, body: object): Promise<Meeting> =>
    this.#meeting('PATCH', `/meetings/${id}/occurrences/${start}`, { body, version });
  readonly cancelOne = (id: string, start: string): Promise<Meeting> =>
    this.#meeting('DELETE', `/meetings/${id}/occurrences/${start}`);
  readonly split = (id: string, start: string, body: object, once: string): Promise<Meeting> =>
    this.#meeting('POST', `/meetings/${id}/occurrences/${start}/split`, { body, once });
  readonly invite = (id: string, invitees: readonly object[]): Promise<Meeting> =>
    this.#meeting('POST', `/meetings/${id}/invitees`, { body: { invitees } });
  readonly changeInvitee = (id: string, invitee: string, body: object): Promise<Meeting> =>
    this.#meeting('PATCH', `/meetings/${id}/invitees/${invitee}`, { body });
  readonly uninvite = (id: string, invitee: string): Promise<Meeting> =>
    this.#meeting('DELETE', `/meetings/${id}/invitees/${invitee}`);
  readonly answer = (id: string, answer: Answer): Promise<Meeting> =>
    this.#meeting('PUT', `/me/meetings/${id}/answer`, { body: { answer } });

  /** Colleagues whose name or address begins so. `text`: two characters at least. */
  async find(text: string): Promise<readonly Colleague[]> {
    const path = `/users/find?${new URLSearchParams({ q: text })}`;
    return ((await this.#ask({ method: 'GET', path })) as Page<Colleague>).data;
  }

  /** What hosts and invitees of a meeting have besides it while one occurrence takes place. */
  async conflicts({ meetingId, startsAt }: MyOccurrence): Promise<readonly Conflict[]> {
    const to = new Date(Date.parse(startsAt) + 1).toISOString();
    const path = `/meetings/${meetingId}/conflicts?${new URLSearchParams({ from: startsAt, to })}`;
    return ((await this.#ask({ method: 'GET', path })) as Page<Conflict>).data;
  }

  /** A new address of the user's calendar; shown once. */
  async newCalendar(): Promise<string> {
    const { url } = (await this.#ask({ method: 'POST', path: '/me/calendar-feeds' })) as { url: string };
    return url;
  }

  async #meeting(method: Method, path: string, o: Omit<Question, 'method' | 'path'> = {}): Promise<Meeting> {
    return (await this.#ask({ method, path, ...o })) as Meeting;
  }
}

export interface SetupTarget {
  readonly kind: 'password' | 'firstAdmin';
  readonly email?: string;
  readonly name?: string;
}

/** Signing in, without a session. */
export class SignInApi {
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** Rejects with SIGN_IN_REFUSED, RATE_LIMITED, …; with TENANT_NEEDED and `choices`: ask again with one of them. */
  readonly signIn = async (email: string, password: string, tenant?: string): Promise<Me> => {
    const body = { email, password, ...(tenant !== undefined && { tenant }) };
    return (await this.#ask({ method: 'POST', path: '/sessions', body })) as Me;
  };

  /** Uses up nothing. Rejects with LINK_INVALID. */
  readonly lookAtSetup = async (code: string): Promise<SetupTarget> =>
    (await this.#ask({ method: 'POST', path: '/setup/look', body: { code } })) as SetupTarget;
  /** Sets a password, and signs in. Rejects with LINK_INVALID, REQUEST_INVALID. */
  readonly setUp = async (body: object): Promise<Me> =>
    (await this.#ask({ method: 'POST', path: '/setup', body })) as Me;

  readonly ways = async (): Promise<SignInWays> => (await this.#ask({ method: 'GET', path: '/sign-in' })) as SignInWays;
}
