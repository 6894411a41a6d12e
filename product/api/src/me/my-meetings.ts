import { createSecretKey } from 'node:crypto';
import type { Clock } from '@meridian/runtime';
import { SignJWT } from 'jose';
import type { Principal, UserRole } from '../access/core/scopes.ts';
import type { ApiKeys } from '../access/keys.ts';
import { noteUse } from '../access/token-uses.ts';
import type { PageRequest } from '../http/page.ts';
import { Problem } from '../http/problems.ts';
import type { InviteeStatus, Meeting } from '../meetings/core/meeting.ts';
import type { Occurrence } from '../meetings/core/occurrences.ts';
import { inviteeOf, meetingRights, namesOf, type Part, partOf } from '../meetings/core/rights.ts';
import type { Meetings } from '../meetings/meetings.ts';
import { requireRight } from '../meetings/permitted.ts';
import type { ListedOccurrence, ListOptions } from '../meetings/reading.ts';
import { tokenIdOf } from '../meetings/token-id.ts';
import type { Database } from '../store/store.ts';
import { conflicting } from './core/conflicts.ts';
import { claimsOf, tokenEndMs } from './core/token.ts';

/** Sessions outlive their tokens, whose renewals keep the `jti`: a use is noted for as long as a session may last. */
const SESSION_MS_MAX = 30 * 86_400_000;
/** Limit of occurrences among which conflicts are searched. */
const AROUND_MAX = 1000;

export interface Me {
  readonly id: string;
  readonly tenant: string;
  readonly email: string;
  readonly name: string;
  readonly role: UserRole;
}

/** Throws NOT_PERMITTED for an API key or the operator. */
export function meOf({ kind, id, tenant, user }: Principal): Me {
  if (kind !== 'user' || user === undefined) throw new Problem('NOT_PERMITTED', 'only signed-in users have meetings');
  return { id, tenant, ...user };
}

export interface MyOccurrence {
  readonly occurrence: ListedOccurrence;
  readonly part: Part;
  /** Undefined for a host that is not among the invitees. */
  readonly answer: InviteeStatus | undefined;
  /** Recurrence rule; '' if the meeting takes place once. */
  readonly recurrence: string;
  readonly timeZone: string;
  readonly mayChange: boolean;
  readonly hasConflict: boolean;
  /** With `nextOnly`: number of later occurrences of the same series in the window. */
  readonly later: number | undefined;
}

export interface RoomEntry {
  readonly meeting: Meeting;
  /** Title of the occurrence, or else of the meeting. */
  readonly title: string;
  readonly part: Part;
  /** Undefined for a meeting that never takes place. */
  readonly occurrence: Present | undefined;
  readonly token: string;
  readonly expiresMs: number;
}

type Present = Pick<Occurrence, 'startsMs' | 'endsMs' | 'title'>;

export interface MyMeetingsOptions {
  readonly db: Database;
  readonly meetings: Meetings;
  readonly keys: Pick<ApiKeys, 'signing'>;
  readonly clock: Clock;
}

export class MyMeetings {
  readonly #o: MyMeetingsOptions;

  constructor(o: MyMeetingsOptions) {
    this.#o = o;
  }

  /**
   * Returns occurrences by time, including those that run at the start of the window. With `isPast` it returns only
   * those that have ended, the latest first.
   */
  async list(
    me: Me,
    window: Pick<ListOptions, 'fromMs' | 'toMs' | 'words' | 'meeting' | 'nextOnly' | 'isPast'>,
    page: PageRequest,
  ): Promise<{ data: MyOccurrence[]; nextCursor?: string }> {
    const { meetings } = this.#o;
    const ownFilter = { persons: namesOf(me), withRunning: window.isPast !== true };
    const { data, ...cursor } = await meetings.list(me.tenant, { ...window, ...ownFilter }, page);
    const [first] = data;
    if (first === undefined) return { data: [], ...cursor };
    const toMs = Math.max(...data.map(({ endsMs }) => endsMs));
    const around = { fromMs: first.startsMs, toMs, ...ownFilter };
    const later = window.nextOnly === true ? await this.#countLater(data, window) : new Map<ListedOccurrence, number>();
    const { data: others } =
      window.isPast === true ? { data: [] } : await meetings.list(me.tenant, around, { limit: AROUND_MAX });
    const meetingsById = await meetings.byIds(me.tenant, [
      ...new Set([...data, ...others].map(({ meeting }) => meeting)),
    ]);
    const isAttending = ({ meeting }: ListedOccurrence): boolean => {
      const found = meetingsById.get(meeting);
      return found !== undefined && inviteeOf(found, me)?.status !== 'declined';
    };
    const inTheWay = new Set([...conflicting(others.filter(isAttending))].map(nameOf));
    return {
      data: data.flatMap((occurrence) => {
        const meeting = meetingsById.get(occurrence.meeting);
        const of = { hasConflict: inTheWay.has(nameOf(occurrence)), later: later.get(occurrence) };
        return meeting === undefined ? [] : [mineOf(me, meeting, occurrence, of)];
      }),
      ...cursor,
    };
  }

  /** Returns how many occurrences follow each meeting's last listed one. */
  async #countLater(
    listed: readonly ListedOccurrence[],
    window: Pick<ListOptions, 'fromMs' | 'toMs'>,
  ): Promise<ReadonlyMap<ListedOccurrence, number>> {
    const upcoming = listed.filter(({ startsMs }) => startsMs >= window.fromMs);
    const lastOfMeeting = new Map(upcoming.map((one) => [one.meeting, one]));
    const counts = await this.#o.meetings.countOf([...lastOfMeeting.keys()], window);
    return new Map(
      [...lastOfMeeting.values()].map((one) => {
        const shown = upcoming.filter(({ meeting }) => meeting === one.meeting).length;
        return [one, (counts.get(one.meeting) ?? shown) - shown];
      }),
    );
  }

  /** Rejects with NOT_FOUND, or CONFLICT for a user who is not invited. */
  async answer(me: Me, principal: Principal, id: string, status: InviteeStatus): Promise<Meeting> {
    return this.#o.meetings.change(principal, id, (meeting) => {
      requireRight(principal, 'see', meeting);
      if (meeting.status === 'cancelled') throw new Problem('CONFLICT', 'the meeting is cancelled');
      if (inviteeOf(meeting, me) === undefined) throw new Problem('CONFLICT', 'the user is a host, not an invitee');
      return withMe(meeting, me, status);
    });
  }

  /** Rejects with NOT_FOUND or CONFLICT. */
  async join(me: Me, principal: Principal, id: string): Promise<RoomEntry> {
    const { db, meetings } = this.#o;
    // The identity is stored in the invitation, so that the room's policy knows a user who was invited by address.
    const { room } = await meetings.change(principal, id, (found) => withMe(requireRight(principal, 'see', found), me));
    await this.noteToken(db, me, id);
    const present = await meetings.ofRoom(me.tenant, room);
    if (present === undefined) throw new Problem('NOT_FOUND');
    const meeting = requireRight(principal, 'see', present.meeting);
    return (await this.signer(me))(meeting, present.occurrence);
  }

  /** Notes the next token. Must be called before the user's right is looked at, or where it is created (`noteUse`). */
  noteToken(db: Database, { tenant, id }: Me, meeting: string): Promise<void> {
    const untilMs = this.#o.clock.wallMs() + SESSION_MS_MAX;
    return noteUse(db, { tenant, id: tokenIdOf(meeting, id), untilMs });
  }

  /**
   * Returns a function that signs tokens for rooms of the tenant's meetings. Rejects with CONFLICT while the tenant is
   * being erased.
   */
  async signer(me: Me): Promise<(meeting: Meeting, occurrence: Present | undefined) => Promise<RoomEntry>> {
    const { keys, clock } = this.#o;
    const key = await keys.signing(me.tenant);
    if (key === undefined) throw new Problem('CONFLICT', 'the tenant is being erased');
    const secret = createSecretKey(Buffer.from(key.secret));
    return async (meeting, occurrence) => {
      const nowMs = clock.wallMs();
      const nowS = Math.floor(nowMs / 1000);
      const expiresS = Math.floor(tokenEndMs(occurrence, nowMs) / 1000);
      const token = await new SignJWT({ ...claimsOf(meeting, me) })
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
        .setIssuer(key.id)
        .setJti(tokenIdOf(meeting.id, me.id))
        .setIssuedAt(nowS)
        .setNotBefore(nowS)
        .setExpirationTime(expiresS)
        .sign(secret);
      const title = occurrence?.title ?? meeting.title;
      return { meeting, title, part: partOf(meeting, me), occurrence, token, expiresMs: expiresS * 1000 };
    };
  }
}

const nameOf = ({ meeting, originalStart }: ListedOccurrence): string => `${meeting} ${originalStart}`;

function mineOf(
  me: Me,
  meeting: Meeting,
  occurrence: ListedOccurrence,
  listing: Pick<MyOccurrence, 'hasConflict' | 'later'>,
): MyOccurrence {
  const part = partOf(meeting, me);
  return {
    occurrence,
    part,
    answer: inviteeOf(meeting, me)?.status,
    recurrence: meeting.recurrence,
    timeZone: meeting.timeZone,
    mayChange: meetingRights[me.role][part] === 'change',
    hasConflict: listing.hasConflict,
    later: meeting.recurrence === '' ? undefined : listing.later,
  };
}

/** Returns the same meeting if the invitation already has the user's identity and answer. */
function withMe(meeting: Meeting, { id: userId, ...me }: Me, status?: InviteeStatus): Meeting {
  const mine = inviteeOf(meeting, { id: userId, ...me });
  if (mine === undefined) return meeting;
  const next = { ...mine, userId, status: status ?? mine.status };
  if (next.userId === mine.userId && next.status === mine.status) return meeting;
  return { ...meeting, invitees: meeting.invitees.map((one) => (one === mine ? next : one)) };
}
