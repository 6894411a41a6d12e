// Exchanges a link's code for a token. Guessers learn nothing: each bad code gives LINK_INVALID after one query. Wrong
// passwords are counted by link and address, and each check costs an argon2id.
import { createSecretKey } from 'node:crypto';
import { cleanDisplayName, isBlank, isDisplayName } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import { SignJWT } from 'jose';
import type { ApiKeys } from '../access/keys.ts';
import type { Passwords } from '../access/password.ts';
import { type CountedTry, SharedTries } from '../access/tries.ts';
import { Problem } from '../http/problems.ts';
import type { Meeting } from '../meetings/core/meeting.ts';
import { needsPolicy, onlyWatches } from '../meetings/core/policy.ts';
import { type Person, withUser } from '../meetings/core/rights.ts';
import type { Meetings } from '../meetings/meetings.ts';
import type { RoomPolicies } from '../rooms/room-policies.ts';
import type { Rooms } from '../rooms/rooms.ts';
import type { Database } from '../store/store.ts';
import { brandingOf } from '../tenant/branding.ts';
import type { Branding } from '../tenant/core/branding.ts';
import { type Booking, bookedLink, isComing } from './core/booked.ts';
import { claimsOf, type JoinLink, tokenEndMs } from './core/link.ts';
import type { JoinLinks, StoredLink } from './join-links.ts';
import type { MeetingLinks } from './meeting-links.ts';
import { NumberTries } from './number-tries.ts';
import { newTokenId } from './secrets.ts';

/** Limits of wrong passwords for a link: 2,900 a day per address, 8,640 in all, and three more per network. */
const passwordTries = {
  ofAddress: { perSecond: 1 / 30, burst: 20 },
  ofAll: { perSecond: 0.1, burst: 100 },
  ofNetwork: { perSecond: 3 / 86_400, burst: 3 },
};

export interface Guest {
  readonly name?: string;
  readonly password?: string;
  /** Secret of the browser; with the same one, it returns as the same guest. */
  readonly browserId: string;
  readonly clientIp: string;
}
export interface ExchangeRequest extends Guest {
  readonly code: string;
}
export interface NumberRequest extends Guest {
  readonly number: string;
}

/** Caller of a preview. Without `browserId`, the browser has never joined. */
type PreviewCaller = Pick<Guest, 'clientIp'> & Partial<Pick<Guest, 'browserId'>>;

export interface LinkPreview {
  /** Undefined while hidden, because the meeting has a password. */
  readonly title: string | undefined;
  /** Current or next occurrence of a meeting. */
  readonly booking: Pick<Booking, 'startsMs' | 'endsMs'> | undefined;
  readonly timeZone: string | undefined;
  readonly passwordNeeded: boolean;
  /** Whether the person only watches, as most do in a show. */
  readonly onlyWatches: boolean;
  readonly tenantName: string;
  readonly branding: Branding;
  /** Undefined if the person enters a name when joining. */
  readonly name: string | undefined;
}

export interface Place {
  readonly tenant: string;
  /** Regions of the link; an empty list allows all regions of the tenant. */
  readonly regions: readonly string[];
  readonly madeFrom: string;
}

export interface ExchangedToken {
  /** Link with the title that people see. */
  readonly link: JoinLink;
  readonly identity: string;
  readonly name: string;
  readonly token: string;
  readonly expiresMs: number;
  readonly booking: Booking | undefined;
}

interface ExchangedLink extends StoredLink {
  readonly booking?: Booking;
  readonly meeting?: Meeting | undefined;
}

export interface ExchangeOptions {
  readonly links: JoinLinks;
  readonly keys: Pick<ApiKeys, 'signing'>;
  readonly meetings: Pick<Meetings, 'byNumber' | 'idByNumber' | 'ofRoom' | 'change'>;
  readonly meetingLinks: Pick<MeetingLinks, 'ensureNumberLink' | 'numberLink'>;
  readonly policies: Pick<RoomPolicies, 'get'>;
  readonly rooms: Pick<Rooms, 'keepsOut'>;
  readonly db: Database;
  readonly passwords: Passwords;
  readonly clock: Clock;
}

export class Exchange {
  readonly #o: ExchangeOptions;
  readonly #passwords = new SharedTries(passwordTries);
  readonly #numbers: NumberTries;

  constructor(o: ExchangeOptions) {
    this.#o = o;
    this.#numbers = new NumberTries({
      hasJoinedBy: (number, browserId) => this.#hasJoinedBy(number, browserId),
      clock: o.clock,
    });
  }

  /** Rejects with LINK_INVALID, PASSWORD_WRONG, RATE_LIMITED (wrong passwords, or load) or REQUEST_INVALID (name). */
  async exchange({ code, ...guest }: ExchangeRequest): Promise<ExchangedToken> {
    const kept = await this.#o.links.open(code);
    const entry = kept && (await this.#entryOf(kept, { keepsUser: true }));
    if (entry === undefined) throw new Problem('LINK_INVALID');
    return this.#enterRoom(entry, await this.#o.links.guestOf(entry.link.id, guest.browserId), guest);
  }

  /** Previews an exchange, without any change. Rejects with LINK_INVALID, like the exchange. */
  async previewOf(o: { readonly code: string } & PreviewCaller): Promise<LinkPreview> {
    const { link, booking, meeting, password, isKnown } = await this.#previewedLink(o);
    const passwordNeeded = password !== undefined && !isKnown;
    return {
      title: await this.#titleOf(link),
      booking,
      timeZone: booking && meeting?.timeZone,
      passwordNeeded,
      onlyWatches: link.grants.canPublish === false,
      // A meeting with a password hides the name until the browser has given the password.
      name: passwordNeeded ? undefined : link.name,
      ...(await this.#ofTenant(link.tenant, 'LINK_INVALID')),
    };
  }

  /** Previews a meeting by its number. Limits and rejections are those of `exchangeNumber`. */
  async lookNumber(o: { readonly number: string } & PreviewCaller): Promise<LinkPreview> {
    const { meeting, occurrence, isKnown } = await this.#previewedNumber(o);
    const passwordNeeded = meeting.passwordHash !== '' && !isKnown;
    return {
      // A meeting with a password hides its title from callers that try numbers.
      title: passwordNeeded ? undefined : (occurrence.title ?? meeting.title),
      booking: occurrence,
      timeZone: meeting.timeZone,
      passwordNeeded,
      onlyWatches: onlyWatches(meeting, undefined).canPublish === false,
      name: undefined,
      ...(await this.#ofTenant(meeting.tenant, 'NUMBER_INVALID')),
    };
  }

  /** Returns where the link's call would be. Counts no use, and needs no password. Rejects like `look`. */
  async placeOf(o: { readonly code: string } & PreviewCaller): Promise<Place> {
    const { tenant, id, grants } = (await this.#previewedLink(o)).link;
    return { tenant, regions: grants.regions ?? [], madeFrom: id };
  }

  /** Rejects like `lookNumber`. */
  async placeOfNumber(o: { readonly number: string } & PreviewCaller): Promise<Place> {
    const { tenant, id, settings } = (await this.#previewedNumber(o)).meeting;
    return { tenant, regions: settings.regions, madeFrom: id };
  }

  /**
   * Rejects with NUMBER_INVALID; or with RATE_LIMITED after many wrong numbers (`NumberTries`), even if this number is
   * right.
   */
  async exchangeNumber({ number, ...guest }: NumberRequest): Promise<ExchangedToken> {
    const { browserId, clientIp } = guest;
    const { entry, known } = await this.#numbers.look({ number, browserId, clientIp }, async () => {
      const found = await this.#entryOfNumber(number);
      const came = await this.#o.links.guestOf(found?.link.id ?? '', browserId);
      return { entry: found, known: came, isOne: found !== undefined, isKnown: came !== undefined };
    });
    if (entry === undefined) throw new Problem('NUMBER_INVALID');
    return this.#enterRoom(entry, known, guest);
  }

  async #enterRoom(
    { booking, meeting, ...kept }: ExchangedLink,
    known: string | undefined,
    guest: Guest,
  ): Promise<ExchangedToken> {
    const { link } = kept;
    if (known === undefined && isUsedUp(link)) throw invalid(link);
    // A browser that has joined before gave the password then.
    if (known === undefined) await this.#checkPassword(kept, guest);
    const name = link.name ?? nameOf(guest.name);
    const admitted = known ?? (await this.#o.links.admit(link, guest.browserId));
    // A personal link assigns the person's present identity.
    const identity = link.identity ?? admitted;
    const claims = { ...claimsOf(link, { identity, name }), ...(meeting && needsPolicy(meeting, identity)) };
    const { token, expiresMs } = await this.#sign(link, claims);
    return { link: { ...link, title: await this.#titleOf(link) }, identity, name, token, expiresMs, booking };
  }

  async #previewedLink({
    code,
    browserId,
  }: { readonly code: string } & PreviewCaller): Promise<ExchangedLink & { isKnown: boolean }> {
    const kept = await this.#o.links.open(code);
    const entry = kept && (await this.#entryOf(kept, { keepsUser: false }));
    if (entry === undefined) throw new Problem('LINK_INVALID');
    const isKnown = await this.#isKnown(entry.link, browserId);
    if (!isKnown && isUsedUp(entry.link)) throw invalid(entry.link);
    return Object.assign({}, entry, { isKnown });
  }

  async #previewedNumber({ number, ...caller }: { readonly number: string } & PreviewCaller) {
    const { coming, isKnown } = await this.#numbers.look({ number, ...caller }, async () => {
      const present = await this.#o.meetings.byNumber(number);
      const found = present !== undefined && isComing(present) ? present : undefined;
      const kept = found && (await this.#o.meetingLinks.numberLink(found.meeting));
      const cameBefore = kept !== undefined && (await this.#isKnown(kept.link, caller.browserId));
      return { coming: found, isOne: found !== undefined, isKnown: cameBefore };
    });
    if (coming?.occurrence === undefined) throw new Problem('NUMBER_INVALID');
    return { meeting: coming.meeting, occurrence: coming.occurrence, isKnown };
  }

  async #isKnown(link: JoinLink, browserId = ''): Promise<boolean> {
    return browserId !== '' && (await this.#o.links.guestOf(link.id, browserId)) !== undefined;
  }

  async #titleOf({ tenant, room, title }: JoinLink): Promise<string> {
    if (title !== '') return title;
    return (await this.#o.policies.get(tenant, room))?.policy.title || room;
  }

  /** Rejects with the code `otherwise` if the tenant is erased. */
  async #ofTenant(
    tenant: string,
    otherwise: 'LINK_INVALID' | 'NUMBER_INVALID',
  ): Promise<Pick<LinkPreview, 'tenantName' | 'branding'>> {
    const { db } = this.#o;
    const row = await db.selectFrom('tenants').select('name').where('id', '=', tenant).executeTakeFirst();
    if (row === undefined) throw new Problem(otherwise);
    return { tenantName: row.name, branding: await brandingOf(db, tenant) };
  }

  /**
   * Returns undefined if the user or the maker is inactive, or is kept out of the room in which it made the link.
   * `keepsUser`: store the user in the meeting.
   */
  async #entryOf(kept: StoredLink, { keepsUser }: { readonly keepsUser: boolean }): Promise<ExchangedLink | undefined> {
    const { tenant, room, meeting, identity, createdBy } = kept.link;
    if (createdBy !== undefined && !(await this.#isActive(tenant, createdBy))) return undefined;
    if (await this.#isMakerKeptOut(kept.link)) return undefined;
    const present = await this.#o.meetings.ofRoom(tenant, meeting ?? room);
    if (meeting === undefined) {
      const user =
        identity === undefined ? undefined : await this.#o.links.userOf(tenant, { userId: identity, email: '' });
      return user?.isActive === false ? undefined : { ...kept, meeting: present?.meeting };
    }
    const invitee = present?.meeting.invitees.find(({ id }) => id === kept.link.invitee);
    const user = invitee && (await this.#o.links.userOf(tenant, invitee));
    if (user?.isActive === false) return undefined;
    const recordsUser = keepsUser && present !== undefined && user !== undefined;
    const known = recordsUser ? { ...present, meeting: await this.#withKnownUser(present.meeting, user) } : present;
    const booked = known && bookedLink(kept.link, known, user?.id);
    // A personal link needs no password of the meeting.
    return booked && { ...booked, meeting: known.meeting, password: undefined };
  }

  async #isMakerKeptOut({ id, tenant, room }: JoinLink): Promise<boolean> {
    const { links, rooms, clock } = this.#o;
    const { identity = '' } = (await links.otherMakerOf(id)) ?? {};
    return identity !== '' && (await rooms.keepsOut(tenant, room, identity, clock.wallMs()));
  }

  async #isActive(tenant: string, userId: string): Promise<boolean> {
    return (await this.#o.links.userOf(tenant, { userId, email: '' }))?.isActive === true;
  }

  /**
   * Stores the identity of the user in meeting and policy, so that by link or signed in, the user is the same
   * participant.
   */
  async #withKnownUser(meeting: Meeting, user: Person): Promise<Meeting> {
    if (withUser(meeting, user) === meeting) return meeting;
    return await this.#o.meetings.change({ tenant: meeting.tenant }, meeting.id, (found) => withUser(found, user));
  }

  async #entryOfNumber(number: string): Promise<ExchangedLink | undefined> {
    const present = await this.#o.meetings.byNumber(number);
    if (present === undefined || !isComing(present)) return undefined;
    const kept = await this.#o.meetingLinks.ensureNumberLink(present.meeting);
    const booked = kept && bookedLink(kept.link, present);
    const { meeting } = present;
    return booked && { ...booked, meeting, password: meeting.passwordHash || undefined };
  }

  /** Returns whether the browser joined by this number before. Makes the same queries for every number. */
  async #hasJoinedBy(number: string, browserId: string): Promise<boolean> {
    const id = (await this.#o.meetings.idByNumber(number)) ?? '';
    const kept = await this.#o.meetingLinks.numberLink({ id });
    return (await this.#o.links.guestOf(kept?.link.id ?? '', browserId)) !== undefined;
  }

  async #checkPassword(
    { link, password: kept }: StoredLink,
    { password: givenPassword, clientIp }: Guest,
  ): Promise<void> {
    if (kept === undefined) return;
    if (givenPassword === undefined || givenPassword === '') throw new Problem('PASSWORD_WRONG');
    const { clock, passwords } = this.#o;
    await passwords.checkSlots.run(clientIp, async () => {
      const counted = this.#passwords.take(link.id, clientIp, clock.nowMs());
      refuseFor(counted);
      if (!(await passwords.matches(kept, givenPassword))) throw new Problem('PASSWORD_WRONG');
      counted.giveBack(clock.nowMs());
    });
  }

  /** Signs with the tenant's signing key, so that changes of API keys do not affect guests. */
  async #sign(link: JoinLink, claims: object): Promise<{ token: string; expiresMs: number }> {
    const key = await this.#o.keys.signing(link.tenant);
    if (key === undefined) throw invalid(link);
    const nowMs = this.#o.clock.wallMs();
    const nowS = Math.floor(nowMs / 1000);
    const expiresS = Math.floor(tokenEndMs(link, nowMs) / 1000);
    const token = await new SignJWT({ ...claims })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuer(key.id)
      .setJti(newTokenId())
      .setIssuedAt(nowS)
      .setNotBefore(nowS)
      .setExpirationTime(expiresS)
      .sign(createSecretKey(Buffer.from(key.secret)));
    return { token, expiresMs: expiresS * 1000 };
  }
}

function refuseFor({ retryAfterMs }: CountedTry): void {
  if (retryAfterMs > 0) throw new Problem('RATE_LIMITED', undefined, { retryAfterMs });
}
const isUsedUp = ({ meeting, uses, maxUses }: JoinLink): boolean => meeting === undefined && uses >= maxUses;
const invalid = ({ meeting, invitee }: JoinLink): Problem =>
  new Problem(meeting !== undefined && invitee === undefined ? 'NUMBER_INVALID' : 'LINK_INVALID');

function nameOf(given: string | undefined): string {
  const name = cleanDisplayName(given ?? '');
  if (!isBlank(name) && isDisplayName(name)) return name;
  throw new Problem('REQUEST_INVALID', undefined, {
    fields: [{ pointer: '/name', detail: 'is required: up to 128 characters' }],
  });
}
