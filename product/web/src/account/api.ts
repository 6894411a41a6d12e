// Calls of the account pages to the API, with the session's cookie.
import { MeridianApiError, type MeridianClient } from '@meridian/api-client';
import type { Language } from '../core/query.ts';
import { apiCode } from '../room/api.ts';
import type {
  Answer,
  Colleague,
  Conflict,
  FileLinkPage,
  Me,
  Meeting,
  MeetingChange,
  MyOccurrence,
  MyOccurrences,
  NewInstantMeeting,
  NewInvitee,
  NewMeeting,
  OccurrenceChange,
  Recording,
  Setup,
  SetupTarget,
  SignInWays,
  UserSession,
} from './core/model.ts';

/** Returns the code of a failed call; INTERNAL for a bug of the page. */
export const codeOf = (error: unknown): string => (error instanceof MeridianApiError ? apiCode(error) : 'INTERNAL');

/** Makes an API call. `Session` makes it later, or again, when the user has to sign in first. */
export type Run = <T>(call: () => Promise<T>) => Promise<T>;

export interface MeetingWindow {
  readonly fromMs: number;
  readonly toMs?: number;
  readonly query?: string;
  readonly cursor?: string;
  readonly meeting?: string;
  /** Lists only the running and the next occurrence of each series. */
  readonly isFolded?: boolean;
}

export interface PastWindow {
  readonly query: string;
  readonly cursor?: string;
}

/** All methods reject with MeridianApiError. */
export class AccountApi {
  readonly #client: MeridianClient;
  readonly #run: Run;

  constructor(client: MeridianClient, run: Run = (call) => call()) {
    this.#client = client;
    this.#run = run;
  }

  readonly me = (): Promise<Me> => this.#run(() => this.#client.get('/me'));
  readonly signOut = async (): Promise<void> => {
    await this.#run(() => this.#client.delete('/sessions/current'));
  };

  /** Lists occurrences that end after the window's start, in order of time. */
  list({ fromMs, toMs, query, cursor, meeting, isFolded = false }: MeetingWindow): Promise<MyOccurrences> {
    const search = {
      from: new Date(fromMs).toISOString(),
      ...(toMs !== undefined && { to: new Date(toMs).toISOString() }),
      ...(query !== undefined && query !== '' && { query }),
      ...(cursor !== undefined && { cursor }),
      ...(meeting !== undefined && { meeting }),
      ...(isFolded && { series: 'next' as const }),
    };
    return this.#run(() => this.#client.get('/me/meetings', { params: { query: search } }));
  }

  /** Lists occurrences of the last year that have ended, the latest first. */
  past({ query, cursor }: PastWindow): Promise<MyOccurrences> {
    const search = { state: 'ended' as const, ...(query !== '' && { query }), ...(cursor !== undefined && { cursor }) };
    return this.#run(() => this.#client.get('/me/meetings', { params: { query: search } }));
  }

  readonly meeting = (meeting: string): Promise<Meeting> =>
    this.#run(() => this.#client.get('/meetings/{meeting}', { params: { path: { meeting } } }));

  /** Books a meeting; calls with the same idempotency key book it only once. */
  readonly book = (body: NewMeeting, idempotencyKey: string): Promise<Meeting> =>
    this.#run(() =>
      this.#client.post('/meetings', { body, params: { header: { 'Idempotency-Key': idempotencyKey } } }),
    );

  async begin(body: NewInstantMeeting): Promise<string> {
    const { meeting } = await this.#run(() => this.#client.post('/me/meetings/instant', { body }));
    return meeting.id;
  }

  readonly change = ({ id, version }: Meeting, body: MeetingChange): Promise<Meeting> => {
    const params = { path: { meeting: id }, header: ifVersion(version) };
    return this.#run(() => this.#client.patch('/meetings/{meeting}', { body, params }));
  };
  readonly cancel = (meeting: string): Promise<Meeting> =>
    this.#run(() => this.#client.delete('/meetings/{meeting}', { params: { path: { meeting } } }));

  readonly changeOne = ({ id, version }: Meeting, originalStart: string, body: OccurrenceChange): Promise<Meeting> => {
    const params = { path: { meeting: id, originalStart }, header: ifVersion(version) };
    return this.#run(() => this.#client.patch('/meetings/{meeting}/occurrences/{originalStart}', { body, params }));
  };
  readonly cancelOne = (meeting: string, originalStart: string): Promise<Meeting> => {
    const params = { path: { meeting, originalStart } };
    return this.#run(() => this.#client.delete('/meetings/{meeting}/occurrences/{originalStart}', { params }));
  };
  /**
   * Splits a series: the occurrences from `originalStart` on become a meeting of their own. Calls with the same
   * `idempotencyKey` split only once.
   */
  readonly split = (
    meeting: string,
    originalStart: string,
    body: MeetingChange,
    idempotencyKey: string,
  ): Promise<Meeting> => {
    const params = { path: { meeting, originalStart }, header: { 'Idempotency-Key': idempotencyKey } };
    return this.#run(() =>
      this.#client.post('/meetings/{meeting}/occurrences/{originalStart}/split', { body, params }),
    );
  };

  readonly invite = (meeting: string, invitees: NewInvitee[]): Promise<Meeting> => {
    const params = { path: { meeting } };
    return this.#run(() => this.#client.post('/meetings/{meeting}/invitees', { body: { invitees }, params }));
  };
  readonly changeInvitee = (meeting: string, invitee: string, body: NewInvitee): Promise<Meeting> => {
    const params = { path: { meeting, invitee } };
    return this.#run(() => this.#client.patch('/meetings/{meeting}/invitees/{invitee}', { body, params }));
  };
  readonly uninvite = (meeting: string, invitee: string): Promise<Meeting> => {
    const params = { path: { meeting, invitee } };
    return this.#run(() => this.#client.delete('/meetings/{meeting}/invitees/{invitee}', { params }));
  };
  readonly answer = (meeting: string, answer: Answer): Promise<Meeting> => {
    const params = { path: { meeting } };
    return this.#run(() => this.#client.put('/me/meetings/{meeting}/answer', { body: { answer }, params }));
  };

  /** Lists the newest recordings of a meeting whose host or cohost is the user. */
  async recordings(meeting: string): Promise<readonly Recording[]> {
    const { data } = await this.#run(() => this.#client.get('/me/recordings', { params: { query: { meeting } } }));
    return data;
  }

  /**
   * Returns an invitee's personal link; the audit log records each request. Rejects with NOT_FOUND when there is none.
   */
  async linkOf(meeting: string, invitee: string): Promise<string> {
    const params = { path: { meeting, invitee } };
    const { url } = await this.#run(() => this.#client.get('/meetings/{meeting}/invitees/{invitee}/link', { params }));
    return url;
  }

  /** Finds colleagues whose name or address begins with `text`: at least two characters. */
  async find(text: string): Promise<readonly Colleague[]> {
    const { data } = await this.#run(() => this.#client.get('/users/find', { params: { query: { q: text } } }));
    return data;
  }

  /** Lists other meetings of hosts and invitees during an occurrence. */
  async conflicts({ meetingId, startsAt }: MyOccurrence): Promise<readonly Conflict[]> {
    const to = new Date(Date.parse(startsAt) + 1).toISOString();
    const params = { path: { meeting: meetingId }, query: { from: startsAt, to } };
    const { data } = await this.#run(() => this.#client.get('/meetings/{meeting}/conflicts', { params }));
    return data;
  }

  /** Lists the user's sessions, last used first. */
  async sessions(): Promise<readonly UserSession[]> {
    const { data } = await this.#run(() => this.#client.get('/me/sessions'));
    return data;
  }
  /** Rejects with NOT_FOUND when the session has already ended. */
  readonly endSession = async (session: string): Promise<void> => {
    await this.#run(() => this.#client.delete('/me/sessions/{session}', { params: { path: { session } } }));
  };
  /** Lists open links to files that the user gave away, the newest first. */
  fileLinks(me: Pick<Me, 'id'>, cursor?: string): Promise<FileLinkPage> {
    const mine = { createdBy: `user:${me.id}`, use: 'share' as const };
    const params = { query: { ...mine, ...(cursor !== undefined && { cursor }) } };
    return this.#run(() => this.#client.get('/file-links', { params }));
  }

  readonly endFileLink = async (fileLink: string): Promise<void> => {
    await this.#run(() => this.#client.delete('/file-links/{fileLink}', { params: { path: { fileLink } } }));
  };

  /** Ends all links to files that the user made. */
  readonly endFileLinks = async (): Promise<void> => {
    await this.#run(() => this.#client.delete('/me/file-links'));
  };

  /** Changes the password and ends all other sessions of the user. Rejects with PASSWORD_WRONG, RATE_LIMITED. */
  readonly changePassword = async (current: string, password: string): Promise<void> => {
    await this.#run(() => this.#client.put('/me/password', { body: { current, password } }));
  };

  /** Creates a URL of the user's calendar, shown only once. */
  async newCalendar(): Promise<string> {
    const { url } = await this.#run(() => this.#client.post('/me/calendar-feeds'));
    return url;
  }
}

const ifVersion = (version: number) => ({ 'If-Match': `"${version}"` });

export class SignInApi {
  readonly #client: MeridianClient;

  constructor(client: MeridianClient) {
    this.#client = client;
  }

  /**
   * Rejects with SIGN_IN_REFUSED, RATE_LIMITED, …; with TENANT_NEEDED and `choices`, one of which is the next `tenant`.
   */
  readonly signIn = (email: string, password: string, tenant?: string): Promise<Me> =>
    this.#client.post('/sessions', { body: { email, password, ...(tenant !== undefined && { tenant }) } });

  /** Looks up a setup link without using it up. Rejects with LINK_INVALID. */
  readonly lookAtSetup = (code: string): Promise<SetupTarget> => this.#client.post('/setup/look', { body: { code } });

  /** Sets a password, and signs in. Rejects with LINK_INVALID, REQUEST_INVALID. */
  readonly setUp = (body: Setup): Promise<Me> => this.#client.post('/setup', { body });

  /** Returns the ways to sign in, and the branding of the organisation `tenant`. */
  readonly ways = (tenant?: string): Promise<SignInWays> =>
    this.#client.get('/sign-in', { params: { query: tenant === undefined ? {} : { tenant } } });

  /**
   * Rejects with MAIL_NOT_CONFIGURED, RATE_LIMITED. The answer is the same for addresses with and without an account.
   */
  readonly askForPassword = async (email: string, language: Language): Promise<void> => {
    await this.#client.post('/password-resets', { body: { email, language } });
  };
}
