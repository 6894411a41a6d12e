import { type Attendance, attendanceOf, coveredMs, type ExpectedPerson, type ReportedStay } from './report.ts';

export interface LifeAttendance extends Attendance {
  /** Share of the life's duration, 0 to 1. */
  readonly share: number;
  /** Time in break-out rooms, on any device. */
  readonly breakOutMs: number;
  readonly breakOuts: number;
}

/**
 * Returns present persons in order of arrival, then expected ones who were absent. `inBreakOuts`: stays in order of
 * joining.
 */
export function lifeAttendance(o: {
  readonly life: { readonly startedMs: number; readonly endedMs: number | undefined };
  readonly expected: ReadonlyMap<string, ExpectedPerson>;
  readonly stays: readonly ReportedStay[];
  readonly inBreakOuts: readonly ReportedStay[];
  readonly nowMs: number;
}): LifeAttendance[] {
  const lengthMs = (o.life.endedMs ?? o.nowMs) - o.life.startedMs;
  const byIdentity = Map.groupBy(o.inBreakOuts, ({ identity }) => identity);
  return attendanceOf(o.expected, o.stays, o.nowMs).map((person) => {
    const own = byIdentity.get(person.identity) ?? [];
    return Object.assign({}, person, {
      share: lengthMs > 0 ? Math.min(1, person.totalMs / lengthMs) : Number(person.joins > 0),
      breakOutMs: coveredMs(own, o.nowMs),
      breakOuts: new Set(own.map(({ sid }) => sid)).size,
    });
  });
}
