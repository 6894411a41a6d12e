// The link that opened the page, and links to hand out: the page's questions to the api.
import type { LinkAddress } from '../core/join-link.ts';
import { randomBrowserId } from './random.ts';

/** Why the api did not give what was asked; `code` is the api's, or API_UNREACHABLE. */
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

/** What a link gives: a token, and what it says of its meeting. */
export interface LinkGrant {
  readonly token: string;
  readonly room: string;
  readonly title: string;
  readonly canInvite: boolean;
  /** Of a meeting. */
  readonly meeting?: JoinedMeeting;
}

export interface JoinedMeeting {
  readonly startsMs: number;
  readonly endsMs: number;
  readonly muteOnEntry: boolean;
  /** By which others come. */
  readonly url: string;
}

/** The api itself answers a waiting database within five seconds. */
const TIMEOUT_MS = 10_000;

export class JoinLink {
  readonly #address: LinkAddress;
  readonly #browserId = readBrowserId();

  constructor(address: LinkAddress) {
    this.#address = address;
  }

  /**
   * A fresh token, for the same person as before. Rejects with ApiError: LINK_INVALID, NUMBER_INVALID, PASSWORD_NEEDED,
   * PASSWORD_WRONG, RATE_LIMITED, API_UNREACHABLE, …
   */
  async exchange({ name, password }: Guest): Promise<LinkGrant> {
    const address = this.#address;
    if ('ownMeeting' in address) {
      const path = `me/meetings/${address.ownMeeting}/join`;
      return tokenOf(await ask(path, { isSignedIn: true }).catch(toSignIn));
    }
    const body = { ...address, browserId: this.#browserId, name, ...(password !== '' && { password }) };
    if ('number' in address && address.number === '') throw new ApiError('NUMBER_INVALID');
    try {
      return tokenOf(await ask('number' in address ? 'meetings/exchange' : 'join-links/exchange', { body }));
    } catch (error) {
      const isNeeded = error instanceof ApiError && error.code === 'PASSWORD_WRONG' && password === '';
      throw isNeeded ? new ApiError('PASSWORD_NEEDED', error) : error;
    }
  }
}

/** The name of the signed-in user; undefined: the api does not say now. Without a session the page goes to sign in. */
export async function fetchOwnName(): Promise<string | undefined> {
  try {
    const { name } = await ask('me', { method: 'GET', isSignedIn: true }).catch(toSignIn);
    return typeof name === 'string' ? name : undefined;
  } catch (error) {
    console.info('Joining will ask again for the name of the user.', error);
    return undefined;
  }
}

/** And comes back here. What goes on as an error is seen only until the other page is there. */
function toSignIn(error: unknown): never {
  const isEnded = error instanceof ApiError && (error.code === 'TOKEN_MISSING' || error.code === 'SESSION_ENDED');
  if (isEnded) location.replace(`/signin?to=${encodeURIComponent(location.pathname)}`);
  throw error;
}

/** A link to the room that one is in, for others. Rejects with ApiError. */
export async function fetchInvitation(token: string): Promise<string> {
  const { url } = (await ask('join-links/invite', { token })) as { url?: unknown };
  if (typeof url !== 'string') throw new ApiError('API_UNREACHABLE');
  return url;
}

function tokenOf(answer: Record<string, unknown>): LinkGrant {
  const { token, room, title, canInvite } = answer;
  if (typeof token !== 'string' || typeof room !== 'string') throw new ApiError('API_UNREACHABLE');
  const meeting = meetingOf(answer['meeting']);
  return {
    token,
    room,
    title: typeof title === 'string' ? title : room,
    canInvite: canInvite === true,
    ...(meeting !== undefined && { meeting }),
  };
}

function meetingOf(given: unknown): JoinedMeeting | undefined {
  const { startsAt, endsAt, muteOnEntry, url } = (given ?? {}) as Record<string, unknown>;
  const [startsMs, endsMs] = [Date.parse(String(startsAt)), Date.parse(String(endsAt))];
  if (typeof url !== 'string' || Number.isNaN(startsMs) || Number.isNaN(endsMs)) return undefined;
  return { startsMs, endsMs, muteOnEntry: muteOnEntry === true, url };
}

interface AskOptions {
  readonly method?: 'GET' | 'POST';
  readonly body?: object;
  readonly token?: string;
  /** By the cookie of a session. */
  readonly isSignedIn?: boolean;
}

async function ask(path: string, o: AskOptions): Promise<Record<string, unknown>> {
  let response: Response;
  let answer: Record<string, unknown>;
  try {
    response = await fetch(`/api/v1/${path}`, {
      method: o.method ?? 'POST',
      cache: 'no-store',
      credentials: o.isSignedIn ? 'same-origin' : 'omit',
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

/** This browser's own secret. Where nothing can be kept, a reload is a new guest. */
function readBrowserId(): string {
  try {
    const kept = localStorage.getItem(BROWSER_KEY);
    if (kept !== null && /^[A-Za-z0-9_-]{22,64}$/.test(kept)) return kept;
    const made = randomBrowserId();
    localStorage.setItem(BROWSER_KEY, made);
    return made;
  } catch (error) {
    console.info('The guest of this link is not remembered:', error);
    return randomBrowserId();
  }
}
