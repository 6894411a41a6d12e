// A life of the room belongs to the occurrence with which it overlaps most.
import { type Invitee, identityOf, type Meeting } from '../../meetings/core/meeting.ts';
import type { Occurrence } from '../../meetings/core/occurrences.ts';

export interface ReportedLife {
  readonly sid: string;
  readonly startedMs: number;
  readonly endedMs: number | undefined;
  readonly isEstimated: boolean;
}
export interface ReportedStay {
  readonly sid: string;
  readonly sessionId: string;
  readonly identity: string;
  readonly name: string;
  readonly kind: string;
  readonly joinedMs: number;
  readonly leftMs: number | undefined;
  readonly isEstimated: boolean;
}

export interface Attendance {
  readonly attendance: 'present' | 'absent';
  readonly identity: string;
  readonly name: string;
  readonly kind: string;
  readonly as: 'host' | 'cohost' | 'invitee' | undefined;
  readonly email: string;
  readonly inviteeStatus: Invitee['status'] | undefined;
  readonly joins: number;
  readonly firstJoinedMs: number | undefined;
  /** Undefined while present, and for an absent person. */
  readonly lastLeftMs: number | undefined;
  /** Time during which at least one device was present. */
  readonly totalMs: number;
  readonly isEstimated: boolean;
  readonly sessionIds: readonly string[];
}

export interface HeldOccurrence {
  /** Undefined for lives outside booked times. */
  readonly occurrence: Occurrence | undefined;
  readonly lives: readonly ReportedLife[];
  readonly persons: readonly Attendance[];
}

/** Time that a life may begin before its occurrence, because people come early. */
const EARLY_MS = 15 * 60_000;

/** Returns occurrences by time; in each, present persons in order of arrival, then absent ones. */
export function reportOf(o: {
  readonly meeting: Pick<Meeting, 'hosts' | 'cohosts' | 'invitees'>;
  readonly occurrences: readonly Occurrence[];
  readonly lives: readonly ReportedLife[];
  readonly stays: readonly ReportedStay[];
  readonly nowMs: number;
}): HeldOccurrence[] {
  const expected = expectedAt(o.meeting);
  const staysOf = Map.groupBy(o.stays, ({ sid }) => sid);
  const livesByOccurrence = Map.groupBy(
    o.lives.toSorted((a, b) => a.startedMs - b.startedMs),
    (life) => occurrenceOf(life, o.occurrences, o.nowMs),
  );
  return [...livesByOccurrence].map(([occurrence, lives]) => ({
    occurrence,
    lives,
    persons: attendanceOf(
      expected,
      lives.flatMap(({ sid }) => staysOf.get(sid) ?? []),
      o.nowMs,
    ),
  }));
}

function occurrenceOf(
  { startedMs, endedMs }: ReportedLife,
  occurrences: readonly Occurrence[],
  nowMs: number,
): Occurrence | undefined {
  let [most, found] = [-1, undefined as Occurrence | undefined];
  for (const one of occurrences) {
    const [fromMs, toMs] = [
      Math.max(startedMs, one.startsMs - EARLY_MS),
      Math.min(endedMs ?? Math.max(startedMs, nowMs), one.endsMs),
    ];
    // A life of zero length belongs to the occurrence that contains it.
    if (toMs >= fromMs && toMs - fromMs > most) [most, found] = [toMs - fromMs, one];
  }
  return found;
}

export type ExpectedPerson = Pick<Attendance, 'identity' | 'name' | 'as' | 'email' | 'inviteeStatus'>;

/**
 * Returns the expected persons, without invitees that have neither an identity nor an address from which to derive one.
 */
export function expectedAt({ hosts, cohosts, invitees }: Pick<Meeting, 'hosts' | 'cohosts' | 'invitees'>) {
  const expected = new Map<string, ExpectedPerson>();
  for (const each of invitees) {
    const { name, email, status, role } = each;
    const identity = identityOf(each);
    const as = role === 'host' || role === 'cohost' ? role : 'invitee';
    expected.set(identity === '' ? `invitee ${each.id}` : identity, {
      identity,
      name,
      as,
      email,
      inviteeStatus: status,
    });
  }
  for (const [as, identities] of [['cohost', cohosts] as const, ['host', hosts] as const])
    for (const identity of identities)
      expected.set(identity, {
        name: '',
        email: '',
        inviteeStatus: undefined,
        ...expected.get(identity),
        identity,
        as,
      });
  return expected;
}

export function attendanceOf(
  expected: ReadonlyMap<string, ExpectedPerson>,
  stays: readonly ReportedStay[],
  nowMs: number,
): Attendance[] {
  const byIdentity = Map.groupBy(
    stays.toSorted((a, b) => a.joinedMs - b.joinedMs),
    ({ identity }) => identity,
  );
  const present = [...byIdentity].map(([identity, staysOfPerson]): Attendance => {
    const { as, email = '', inviteeStatus, name = '' } = expected.get(identity) ?? {};
    const last = staysOfPerson.at(-1);
    const isThere = staysOfPerson.some(({ leftMs }) => leftMs === undefined);
    return {
      attendance: 'present',
      identity,
      name: last?.name || name,
      kind: last?.kind ?? '',
      as,
      email,
      inviteeStatus,
      joins: staysOfPerson.length,
      firstJoinedMs: staysOfPerson[0]?.joinedMs,
      lastLeftMs: isThere ? undefined : Math.max(...staysOfPerson.map(({ leftMs }) => leftMs ?? 0)),
      totalMs: coveredMs(staysOfPerson, nowMs),
      isEstimated: staysOfPerson.some(({ isEstimated }) => isEstimated),
      sessionIds: [...new Set(staysOfPerson.map(({ sessionId }) => sessionId))],
    };
  });
  const absent = [...expected.values()]
    .filter(({ identity }) => identity === '' || !byIdentity.has(identity))
    .map(
      (each): Attendance => ({
        ...each,
        attendance: 'absent',
        kind: '',
        joins: 0,
        firstJoinedMs: undefined,
        lastLeftMs: undefined,
        totalMs: 0,
        isEstimated: false,
        sessionIds: [],
      }),
    );
  return [...present, ...absent];
}

/** Returns the total time during which at least one stay lasts. `stays` must be in order of joining. */
export function coveredMs(stays: readonly ReportedStay[], nowMs: number): number {
  let [sum, untilMs] = [0, Number.NEGATIVE_INFINITY];
  for (const { joinedMs, leftMs = Math.max(joinedMs, nowMs) } of stays) {
    sum += Math.max(0, leftMs - Math.max(joinedMs, untilMs));
    untilMs = Math.max(untilMs, leftMs);
  }
  return sum;
}
