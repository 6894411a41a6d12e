export interface Retention {
  readonly eventsDays: number;
  /** Lives of rooms and their participants, from their end. */
  readonly attendanceDays: number;
  /** Deliveries from their success, or from giving up. */
  readonly webhookDeliveriesDays: number;
  /** Meetings from the end of the last occurrence. */
  readonly meetingsDays: number;
  readonly auditDays: number;
  readonly recordingsDays: number;
  /** Items of the library with their files, from their last change. */
  readonly libraryDays: number;
  readonly watchesDays: number;
  readonly deliveriesDays: number;
}

/** Ten years: as long as companies in many countries must keep their books. */
export const DAYS_MAX = 3650;

/** Defaults that allow comparison with the previous year; events and deliveries are many, so they go earlier. */
export const usualRetention: Retention = {
  eventsDays: 90,
  attendanceDays: 400,
  webhookDeliveriesDays: 30,
  meetingsDays: 400,
  auditDays: 730,
  recordingsDays: 400,
  libraryDays: DAYS_MAX,
  watchesDays: 366,
  deliveriesDays: 90,
};

/** Minimum of a delivery's day of attempts, which needs its event. */
export const DAYS_MIN = 2;
/** Traces of an intruder stay long enough to be noticed. */
export const AUDIT_DAYS_MIN = 30;
