// The link by which somebody comes, and those that one hands out: the page's questions to the api.
import { randomBrowserId } from './random.ts';

/** Why the api did not give what was asked; `code` is its own, or API_UNREACHABLE. */
export class ApiError extends Error {
  readonly code: string;
  constructor(code: string, cause?: unknown) {
    super(code, cause === undefined ? undefined : { cause });
    this.name = 'ApiError';
    this.code = code;
  }
}

export interface Guest {
  readonly name: string;
  readonly password: string;
}

export interface JoinToken {
  readonly token: string;
  readonly room: string;
  readonly title: string;
  readonly canInvite: boolean;
}

/** The api itself answers a waiting database within five seconds. */
const TIMEOUT_MS = 10_000;

export class JoinLink {
  readonly #code: string;
  readonly #browserId = readBrowserId();

  constructor(code: string) {
    this.#code = code;
  }

  /**
   * A fresh token, for the same person as before. Rejects with ApiError: LINK_INVALID, PASSWORD_NEEDED, PASSWORD_WRONG,
   * RATE_LIMITED, API_UNREACHABLE, …
   */
  async exchange({ name, password }: Guest): Promise<JoinToken> {
    const body = { code: this.#code, browserId: this.#browserId, name, ...(password !== '' && { password }) };
    try {
      return tokenOf(await post('exchange', { body }));
    } catch (error) {
      const isNeeded = error instanceof ApiError && error.code === 'PASSWORD_WRONG' && password === '';
      throw isNeeded ? new ApiError('PASSWORD_NEEDED', error) : error;
    }
  }
}

/** A link to the room that one is in, for others. Rejects with ApiError. */
export async function fetchInvitation(token: string): Promise<string> {
  const { url } = (await post('invite', { token })) as { url?: unknown };
  if (typeof url !== 'string') throw new ApiError('API_UNREACHABLE');
  return url;
}

function tokenOf(answer: Record<string, unknown>): JoinToken {
  const { token, room, title, canInvite } = answer;
  if (typeof token !== 'string' || typeof room !== 'string') throw new ApiError('API_UNREACHABLE');
  return { token, room, title: typeof title === 'string' ? title : room, canInvite: canInvite === true };
}

async function post(what: string, o: { body?: object; token?: string }): Promise<Record<string, unknown>> {
  let response: Response;
  let answer: Record<string, unknown>;
  try {
    response = await fetch(`/api/v1/join-links/${what}`, {
      method: 'POST',
      cache: 'no-store',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        ...(o.body !== undefined && { 'content-type': 'application/json' }),
        ...(o.token !== undefined && { authorization: `Bearer ${o.token}` }),
      },
      ...(o.body !== undefined && { body: JSON.stringify(o.body) }),
    });
    answer = ((await response.json()) ?? {}) as Record<string, unknown>;
  } catch (cause) {
    throw new ApiError('API_UNREACHABLE', cause);
  }
  if (response.ok) return answer;
  const { code } = answer;
  throw new ApiError(response.status < 500 && typeof code === 'string' ? code : 'API_UNREACHABLE');
}

const BROWSER_KEY = 'meridian.browser';

/** This browser's own secret. Where nothing can be kept, a reload is somebody new. */
function readBrowserId(): string {
  try {
    const kept = localStorage.getItem(BROWSER_KEY);
    if (kept !== null && /^[A-Za-z0-9_-]{22,64}$/.test(kept)) return kept;
    const made = randomBrowserId();
    localStorage.setItem(BROWSER_KEY, made);
    return made;
  } catch (error) {
    console.info('Who one is by this link is not kept:', error);
    return randomBrowserId();
  }
}
