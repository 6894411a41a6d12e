// Draws when each person is in which room. Placement has to decide while rooms are incomplete: people trickle in, leave
// early, lose their connection and return. No data of this kind is public, so the figures here are assumptions. The
// main ones are options of the command, and the table has rows with other values.
import type { Rng } from '@meridian/runtime';
import { gaussian } from './geography.ts';

export const ARRIVALS = ['together', 'trickle'] as const;
export type ArrivalKind = (typeof ARRIVALS)[number];

export interface ArrivalOptions {
  readonly arrivals: ArrivalKind;
  /** Mean of the exponentially distributed delay with which most people come. */
  readonly arrivalMeanS: number;
  readonly meetingMedianMin: number;
  /** Absences per person and hour: a person leaves and returns in a new session. */
  readonly absencesPerHour: number;
  readonly leaveEarly: number;
}

/** Session of a person, who has only one at a time. */
export interface Stay {
  readonly person: number;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Meeting {
  readonly startMs: number;
  readonly endMs: number;
  readonly stays: readonly Stay[];
}

export const ARRIVAL_DEFAULTS: ArrivalOptions = {
  arrivals: 'trickle',
  arrivalMeanS: 180,
  meetingMedianMin: 30,
  absencesPerHour: 0.5,
  leaveEarly: 0.2,
};
/** Time for which routes are planned before the first person joins. */
export const WARM_UP_MS = 120_000;
export const BEGIN_WITHIN_MS = 600_000;
/** Deviation (σ) of a meeting's log-normal length, which the two constants below limit. */
const MEETING_SIGMA = 0.8;
const MEETING_MS_MIN = 3 * 60_000;
const MEETING_MS_MAX = 4 * 3_600_000;
/** Time after the first person within which the second joins, since people are not exactly on time. */
const PUNCTUAL_MS = 30_000;
/** Share of people after the second who come soon; the others come at any time of the meeting. */
const SOON_SHARE = 0.8;
const ABSENCE_MEDIAN_MS = 60_000;
const ABSENCE_SIGMA = 1;

/** Draws a meeting of `size` people for each room. Equal options and seeds give equal meetings. */
export function meetingsOf(rooms: number, size: number, o: ArrivalOptions, rng: Rng): Meeting[] {
  return Array.from({ length: rooms }, (_, room) => {
    const own = rng.fork(`meeting ${room}`);
    const startMs = WARM_UP_MS + own.next() * BEGIN_WITHIN_MS;
    return o.arrivals === 'together' ? together(startMs, size, o) : trickle(startMs, size, o, own);
  });
}

/** Returns a meeting in which everybody stays from beginning to end. All meetings have the same length. */
function together(startMs: number, size: number, { meetingMedianMin }: ArrivalOptions): Meeting {
  const endMs = startMs + meetingMedianMin * 60_000;
  const stays = Array.from({ length: size }, (_, person): Stay => ({ person, fromMs: startMs, toMs: endMs }));
  return { startMs, endMs, stays };
}

/** Returns a meeting in which people trickle in. A person drawn to come after the end does not come. */
function trickle(startMs: number, size: number, o: ArrivalOptions, rng: Rng): Meeting {
  const drawnMs = o.meetingMedianMin * 60_000 * Math.exp(MEETING_SIGMA * gaussian(rng));
  const lengthMs = Math.min(MEETING_MS_MAX, Math.max(MEETING_MS_MIN, drawnMs));
  const endMs = startMs + lengthMs;
  const stays = Array.from({ length: size }, (_, person) => {
    const fromMs = startMs + arrivalMs(person, lengthMs, o, rng);
    const toMs = rng.next() < o.leaveEarly ? fromMs + rng.next() * (endMs - fromMs) : endMs;
    return fromMs < endMs ? sessions({ person, fromMs, toMs }, o, rng) : [];
  });
  return { startMs, endMs, stays: stays.flat().sort((a, b) => a.fromMs - b.fromMs || a.person - b.person) };
}

function arrivalMs(person: number, lengthMs: number, { arrivalMeanS }: ArrivalOptions, rng: Rng): number {
  if (person === 0) return 0;
  const punctualMs = rng.next() * PUNCTUAL_MS;
  if (person === 1) return punctualMs;
  return rng.next() < SOON_SHARE ? punctualMs + exponential(arrivalMeanS * 1000, rng) : rng.next() * lengthMs;
}

function sessions({ person, fromMs, toMs }: Stay, { absencesPerHour }: ArrivalOptions, rng: Rng): Stay[] {
  const personStays: Stay[] = [];
  for (let backMs = fromMs; backMs < toMs; ) {
    const awayMs = absencesPerHour > 0 ? backMs + exponential(3_600_000 / absencesPerHour, rng) : toMs;
    personStays.push({ person, fromMs: backMs, toMs: Math.min(awayMs, toMs) });
    backMs = awayMs + ABSENCE_MEDIAN_MS * Math.exp(ABSENCE_SIGMA * gaussian(rng));
  }
  return personStays;
}

const exponential = (meanMs: number, rng: Rng): number => -meanMs * Math.log(1 - rng.next());
