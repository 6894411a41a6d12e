// The link that opened the page, and links to hand out: the page's questions to the api.
import { type Answer, MeridianApiError } from '@meridian/api-client';
import type { LinkAddress } from '../core/join-link.ts';
import { clientOf } from './api.ts';
import { randomBrowserId } from './random.ts';

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

export class JoinLink {
  readonly #address: LinkAddress;
  readonly #browserId = readBrowserId();

  constructor(address: LinkAddress) {
    this.#address = address;
  }

  /**
   * A fresh token, for the same person as before. Rejects with MeridianApiError: LINK_INVALID, NUMBER_INVALID,
   * PASSWORD_NEEDED, PASSWORD_WRONG, RATE_LIMITED, API_UNREACHABLE, …
   */
  async exchange({ name, password }: Guest): Promise<LinkGrant> {
    const address = this.#address;
    if ('ownMeeting' in address) {
      const path = { meeting: address.ownMeeting };
      return grantOf(await api().post('/me/meetings/{meeting}/join', { params: { path } }).catch(toSignIn));
    }
    const guest = { browserId: this.#browserId, name, ...(password !== '' && { password }) };
    if ('number' in address && address.number === '')
      throw new MeridianApiError('NUMBER_INVALID', 'The address names no meeting.');
    try {
      const exchanged =
        'number' in address
          ? await api().post('/meetings/exchange', { body: { ...address, ...guest }, ...asGuest })
          : await api().post('/join-links/exchange', { body: { ...address, ...guest }, ...asGuest });
      return grantOf(exchanged);
    } catch (error) {
      const isNeeded = error instanceof MeridianApiError && error.code === 'PASSWORD_WRONG' && password === '';
      throw isNeeded ? new MeridianApiError('PASSWORD_NEEDED', error.message, { cause: error }) : error;
    }
  }
}

const api = () => clientOf(location.origin);
/** A guest joins without the session that the browser may have. */
const asGuest = { credentials: 'omit' } as const;

/** The name of the signed-in user; undefined: the api does not say now. Without a session the page goes to sign in. */
export async function fetchOwnName(): Promise<string | undefined> {
  try {
    const { name } = await api().get('/me').catch(toSignIn);
    return name;
  } catch (error) {
    console.info('Joining will ask again for the name of the user.', error);
    return undefined;
  }
}

/** And comes back here. What goes on as an error is seen only until the other page is there. */
function toSignIn(error: unknown): never {
  const isEnded =
    error instanceof MeridianApiError && (error.code === 'TOKEN_MISSING' || error.code === 'SESSION_ENDED');
  if (isEnded) location.replace(`/signin?to=${encodeURIComponent(location.pathname)}`);
  throw error;
}

/** A link to the room that one is in, for others. Rejects with MeridianApiError. */
export async function fetchInvitation(token: string): Promise<string> {
  const { url } = await api().post('/join-links/invite', { headers: { authorization: `Bearer ${token}` }, ...asGuest });
  return url;
}

type JoinToken = Answer<'/join-links/exchange', 'post'>;

/** What answers may be anything where a proxy stands in for the api. */
function grantOf(answer: Partial<JoinToken> | null): LinkGrant {
  const { token, room, title, canInvite, meeting } = answer ?? {};
  if (typeof token !== 'string' || typeof room !== 'string')
    throw new MeridianApiError('ANSWER_UNREADABLE', 'The answer is no token.');
  return {
    token,
    room,
    title: title ?? room,
    canInvite: canInvite === true,
    ...(meeting !== undefined && { meeting: meetingOf(meeting) }),
  };
}

const meetingOf = ({ startsAt, endsAt, muteOnEntry, url }: NonNullable<JoinToken['meeting']>): JoinedMeeting => ({
  startsMs: Date.parse(startsAt),
  endsMs: Date.parse(endsAt),
  muteOnEntry,
  url,
});

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
