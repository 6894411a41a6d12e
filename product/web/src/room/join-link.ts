// Requests to the API about the link that opened the page, and about invitation links.
import { type Answer, MeridianApiError } from '@meridian/api-client';
import type { LinkAddress, LinkDetails } from '../core/join-link.ts';
import { clientOf } from './api.ts';
import { randomBrowserId, randomText } from './random.ts';

export interface Guest {
  readonly name: string;
  readonly password: string;
}

/** Result of exchanging a link: a token and details of the meeting. */
export interface LinkGrant {
  readonly token: string;
  readonly room: string;
  readonly title: string;
  readonly canInvite: boolean;
  readonly meeting?: JoinedMeeting;
}

export interface JoinedMeeting {
  readonly startsMs: number;
  readonly endsMs: number;
  readonly muteOnEntry: boolean;
  readonly url: string;
}

export class JoinLink {
  readonly #address: LinkAddress;
  readonly #browserId = readBrowserId();

  constructor(address: LinkAddress) {
    this.#address = address;
  }

  /** Meeting of the signed-in user that the link opens; undefined for the links of guests. */
  get ownMeeting(): string | undefined {
    return 'ownMeeting' in this.#address ? this.#address.ownMeeting : undefined;
  }

  /**
   * Looks up the link without using it up. Rejects with MeridianApiError: LINK_INVALID, NUMBER_INVALID, RATE_LIMITED,
   * API_UNREACHABLE, …
   */
  async lookUp(): Promise<LinkDetails> {
    const address = this.#address;
    const browserId = this.#browserId;
    if ('ownMeeting' in address) return lookAtOwn(address.ownMeeting, browserId);
    if ('code' in address)
      return lookOf(await api().post('/join-links/look', { body: { code: address.code, browserId }, ...asGuest }));
    if (address.number === '') throw noNumber();
    return lookOf(await lookByNumber(address.number, browserId));
  }

  /**
   * Fetches a new token for the same person. Rejects with MeridianApiError: LINK_INVALID, NUMBER_INVALID,
   * PASSWORD_NEEDED, PASSWORD_WRONG, RATE_LIMITED, API_UNREACHABLE, …
   */
  async exchange({ name, password }: Guest): Promise<LinkGrant> {
    const address = this.#address;
    if ('ownMeeting' in address) {
      const path = { meeting: address.ownMeeting };
      return grantOf(await api().post('/me/meetings/{meeting}/join', { params: { path } }).catch(toSignIn));
    }
    const guest = { browserId: this.#browserId, name, ...(password !== '' && { password }) };
    if ('number' in address && address.number === '') throw noNumber();
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

const lookByNumber = (number: string, browserId: string): Promise<Answer<'/meetings/look', 'post'>> =>
  api().post('/meetings/look', { body: { number, browserId }, ...asGuest });

async function lookAtOwn(meeting: string, browserId: string): Promise<LinkDetails> {
  const path = { meeting };
  const own = await api().get('/meetings/{meeting}', { params: { path } }).catch(notFound).catch(toSignIn);
  const { title, timeZone, status, recurrence, startsAt, durationMinutes, number } = own;
  const startsMs = Date.parse(startsAt);
  const singleTimes = recurrence === '' ? { startsMs, endsMs: startsMs + durationMinutes * 60_000 } : undefined;
  const details = {
    title,
    timeZone,
    tenantName: '',
    branding: undefined,
    name: undefined,
    passwordNeeded: false,
    onlyWatches: false,
  };
  if (status === 'cancelled') return { ...details, times: singleTimes, state: 'cancelled' };
  try {
    const next = lookOf(await lookByNumber(number, browserId));
    // The lookup by number answers for a guest; the token shows whether the user only watches.
    return { ...next, title: next.title ?? title, passwordNeeded: false, onlyWatches: false };
  } catch (error) {
    if (!(error instanceof MeridianApiError)) throw error;
    const isOver = error.code === 'NUMBER_INVALID';
    if (!isOver) console.info('The time of the next meeting is unknown:', error);
    return { ...details, times: singleTimes, state: isOver ? 'over' : 'open' };
  }
}

/** Fields are checked, since a proxy may answer in place of the API. */
function lookOf(answer: Partial<Answer<'/join-links/look', 'post'>> | null): LinkDetails {
  const { title, startsAt, endsAt, timeZone, passwordNeeded, onlyWatches, tenantName, branding, name } = answer ?? {};
  if (typeof passwordNeeded !== 'boolean' || typeof tenantName !== 'string')
    throw new MeridianApiError('ANSWER_UNREADABLE', 'The answer does not describe a link.');
  const [startsMs, endsMs] = [Date.parse(startsAt ?? ''), Date.parse(endsAt ?? '')];
  return {
    title: title ?? undefined,
    times: Number.isNaN(startsMs + endsMs) ? undefined : { startsMs, endsMs },
    timeZone: timeZone ?? undefined,
    tenantName,
    branding,
    name: name ?? undefined,
    passwordNeeded,
    onlyWatches: onlyWatches === true,
    state: 'open',
  };
}

const api = () => clientOf(location.origin);
const noNumber = (): MeridianApiError => new MeridianApiError('NUMBER_INVALID', 'The address names no meeting.');
/** Guests join without the browser's session cookie. */
const asGuest = { credentials: 'omit' } as const;

/**
 * Returns the name of the signed-in user; undefined when the API does not answer. Without a session it redirects to the
 * sign-in page.
 */
export async function fetchOwnName(): Promise<string | undefined> {
  try {
    const { name } = await api().get('/me').catch(toSignIn);
    return name;
  } catch (error) {
    console.info('The name of the user is unknown until the join:', error);
    return undefined;
  }
}

/** Redirects to the sign-in page, which returns here. The rethrown error shows only until that page loads. */
function toSignIn(error: unknown): never {
  const isEnded =
    error instanceof MeridianApiError && (error.code === 'TOKEN_MISSING' || error.code === 'SESSION_ENDED');
  if (isEnded) location.replace(`/signin?to=${encodeURIComponent(location.pathname)}`);
  throw error;
}

/** Converts NOT_FOUND, by which the API also refuses access, to LINK_INVALID; rethrows other errors. */
function notFound(cause: unknown): never {
  if (!(cause instanceof MeridianApiError) || cause.code !== 'NOT_FOUND') throw cause;
  throw new MeridianApiError('LINK_INVALID', 'There is no such meeting.', { cause });
}

/** Returns an invitation link to the current room. Rejects with MeridianApiError. */
export async function fetchInvitation(token: string): Promise<string> {
  const { url } = await api().post('/join-links/invite', { headers: { authorization: `Bearer ${token}` }, ...asGuest });
  return url;
}

/**
 * Adds a cohost to a meeting of the signed-in user, and returns the link of that cohost, who gives a name when joining.
 * Rejects with MeridianApiError.
 */
export async function fetchCohostLink(meeting: string): Promise<string> {
  const path = { meeting };
  // An identity of its own: without one, and without an address, an invitee has no link.
  const userId = `cohost-${randomText(10)}`;
  const body = { invitees: [{ userId, role: 'cohost' as const }] };
  const { invitees } = await api().post('/meetings/{meeting}/invitees', { body, params: { path } });
  const invitee = invitees.find((one) => one.userId === userId);
  if (invitee === undefined) throw new MeridianApiError('ANSWER_UNREADABLE', 'The answer has no new cohost.');
  const params = { path: { meeting, invitee: invitee.id } };
  return (await api().get('/meetings/{meeting}/invitees/{invitee}/link', { params })).url;
}

type JoinToken = Answer<'/join-links/exchange', 'post'>;

/** Fields are checked, since a proxy may answer in place of the API. */
function grantOf(answer: Partial<JoinToken> | null): LinkGrant {
  const { token, room, title, canInvite, meeting } = answer ?? {};
  if (typeof token !== 'string' || typeof room !== 'string')
    throw new MeridianApiError('ANSWER_UNREADABLE', 'The answer contains no token.');
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

/** Returns this browser's secret, by which the API recognises a guest. Without storage each reload is a new guest. */
export function readBrowserId(): string {
  try {
    const stored = localStorage.getItem(BROWSER_KEY);
    if (stored !== null && /^[A-Za-z0-9_-]{22,64}$/.test(stored)) return stored;
    const created = randomBrowserId();
    localStorage.setItem(BROWSER_KEY, created);
    return created;
  } catch (error) {
    console.info("This browser's id was not stored:", error);
    return randomBrowserId();
  }
}
