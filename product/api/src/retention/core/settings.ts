export interface Retention {
  readonly eventsDays: number;
  /** Lives of rooms and their participants, counted from the end of the life. */
  readonly attendanceDays: number;
  /** Webhook deliveries, counted from their success or final failure. */
  readonly webhookDeliveriesDays: number;
  /** Meetings, counted from the end of the last occurrence. */
  readonly meetingsDays: number;
  readonly auditDays: number;
  readonly recordingsDays: number;
  /** Items of the library with their files, counted from their last change. */
  readonly libraryDays: number;
  readonly watchesDays: number;
  readonly deliveriesDays: number;
}

/** Ten years, for which companies in many countries must keep their books. */
export const DAYS_MAX = 3650;

/**
 * Defaults that allow a comparison with the previous year. Events and deliveries are many, so they are kept for less
 * time.
 */
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

/** Least retention, since deliveries are attempted for a day, and need their event. */
export const DAYS_MIN = 2;
/** Least retention of the audit log, so that traces of an intruder stay long enough to be noticed. */
export const AUDIT_DAYS_MIN = 30;
