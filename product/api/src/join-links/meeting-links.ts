// Each invitee with an address or a user id has a personal link. Other people use the number, which has a link whose
// code is never shown. Codes are derived from the configuration's `sealSecret`, so that every mail has the same link,
// and the database has only hashes.
import { createHmac, hkdfSync } from 'node:crypto';
import { forgetLinks } from '../access/file-links.ts';
import { endGrant, grantSources } from '../access/link-grants.ts';
import type { GrantEnding } from '../access/token-uses.ts';
import { type Invitee, identityOf, lastEndMs, type Meeting } from '../meetings/core/meeting.ts';
import { OVERRUN_MS } from '../meetings/core/policy.ts';
import type { MeetingChange, MeetingFollower } from '../meetings/meetings.ts';
import type { Database } from '../store/store.ts';
import type { Transaction } from '../store/transaction.ts';
import type { JoinLinks, NewMeetingLink, StoredLink } from './join-links.ts';

const CODE_BYTES = 16;

export interface MeetingLinksOptions extends GrantEnding {
  readonly db: Database;
  readonly links: Pick<
    JoinLinks,
    'createOfMeeting' | 'endOfMeeting' | 'removeOfMeeting' | 'forgetBrowsers' | 'endOfUsers' | 'open'
  >;
  readonly sealSecret: string;
  readonly publicUrl: string;
}

export class MeetingLinks implements MeetingFollower {
  readonly #o: MeetingLinksOptions;
  readonly #key: Buffer;

  constructor(o: MeetingLinksOptions) {
    this.#o = o;
    this.#key = Buffer.from(hkdfSync('sha256', o.sealSecret, '', 'links of meetings', 32));
  }

  /** Returns undefined for an invitee who joins by the number. */
  urlOf(meeting: Pick<Meeting, 'id'>, invitee: Invitee): string | undefined {
    return hasLink(invitee) ? `${this.#o.publicUrl}/j/${this.#codeOf(meeting.id, invitee)}` : undefined;
  }

  joinUrl(meeting: Pick<Meeting, 'id' | 'number'>, invitee?: Invitee): string {
    const own = invitee && this.urlOf(meeting, invitee);
    return own ?? `${this.#o.publicUrl}/m/${meeting.number}`;
  }

  /**
   * Ends sessions of removed invitees, and links to recordings when a host or cohost no longer is one. When a meeting
   * is cancelled, its links end, but participants stay.
   */
  async changed(db: Transaction, { before, after }: MeetingChange): Promise<void> {
    if (before !== undefined && hasLostHost(before, after)) {
      const { tenant, id: meeting } = after;
      await endGrant(db, this.#o, { tenant, source: grantSources.ofHosts(meeting) });
      await forgetLinks(db, { tenant, meeting });
    }
    const { links, clock } = this.#o;
    if (after.status === 'cancelled') return links.endOfMeeting(db, after.id, clock.wallMs());
    if (before !== undefined && after.passwordHash !== '' && after.passwordHash !== before.passwordHash)
      await links.forgetBrowsers(db, this.#codeOf(after.id));
    const codesBefore = before === undefined ? [] : this.#codesOf(before);
    const codesAfter = this.#codesOf(after);
    const removedCodes = codesBefore.filter(({ code }) => !codesAfter.some((one) => one.code === code));
    await links.removeOfMeeting(
      db,
      removedCodes.map(({ code }) => code),
    );
    const stay = usersOf(after);
    const removedUsers = before === undefined ? [] : usersOf(before).filter((id) => !stay.includes(id));
    await links.endOfUsers(db, after, removedUsers);
    const expiresMs = endMs(after);
    const isLater = before !== undefined && endMs(before) !== expiresMs;
    if (isLater) await links.endOfMeeting(db, after.id, expiresMs);
    const isNew = isLater || codesAfter.some(({ code }) => !codesBefore.some((one) => one.code === code));
    if (isNew) await links.createOfMeeting(db, this.#newLinks(after, codesAfter, expiresMs));
  }

  /** Returns undefined if no browser has used the number yet. */
  numberLink(meeting: Pick<Meeting, 'id'>): Promise<StoredLink | undefined> {
    return this.#o.links.open(this.#codeOf(meeting.id));
  }

  /** Returns the link of the number, which is made at its first use. */
  async ensureNumberLink(meeting: Meeting): Promise<StoredLink | undefined> {
    const { db, links } = this.#o;
    const found = await this.numberLink(meeting);
    if (found !== undefined) return found;
    const code = this.#codeOf(meeting.id);
    await links.createOfMeeting(db, this.#newLinks(meeting, [{ code }], endMs(meeting)));
    return links.open(code);
  }

  #codesOf(meeting: Meeting): { readonly code: string; readonly invitee: string }[] {
    return meeting.invitees
      .filter(hasLink)
      .map((invitee) => ({ code: this.#codeOf(meeting.id, invitee), invitee: invitee.id }));
  }

  #newLinks(
    { id: meeting, tenant }: Meeting,
    codes: readonly { readonly code: string; readonly invitee?: string }[],
    expiresMs: number,
  ): NewMeetingLink[] {
    return codes.map((one) => ({ ...one, tenant, meeting, expiresMs }));
  }

  /** The code depends on the address, so that a mail to a former address does not open the new link. */
  #codeOf(meeting: string, invitee?: Invitee): string {
    const of = invitee === undefined ? 'number' : `${invitee.id} ${invitee.email.toLowerCase()}`;
    const mac = createHmac('sha256', this.#key).update(`${meeting} ${of}`).digest();
    return mac.subarray(0, CODE_BYTES).toString('base64url');
  }
}

const hasLostHost = (before: Meeting, after: Meeting): boolean => {
  const stay = hostsOf(after);
  return hostsOf(before).some((host) => !stay.includes(host));
};
const hostsOf = ({ hosts, cohosts, invitees }: Meeting): string[] => [
  ...hosts,
  ...cohosts,
  ...invitees.flatMap(({ role, userId, email }) =>
    role === 'host' || role === 'cohost' ? [userId === '' ? email.toLowerCase() : userId] : [],
  ),
];
const hasLink = (invitee: Invitee): boolean => identityOf(invitee) !== '';
const usersOf = ({ hosts, cohosts, invitees }: Meeting): string[] => [
  ...new Set([...hosts, ...cohosts, ...invitees.flatMap(({ userId }) => (userId === '' ? [] : [userId]))]),
];
const endMs = (meeting: Meeting): number => lastEndMs(meeting) + OVERRUN_MS;
