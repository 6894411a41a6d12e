// Retention periods of a tenant's records.

export interface Retention {
  /** Events of rooms. */
  readonly eventsDays: number;
  /** Lives of rooms and their participants, from their end. */
  readonly attendanceDays: number;
  /** From delivery, or from giving up. */
  readonly webhookDeliveriesDays: number;
  /** From the end of the last occurrence. */
  readonly meetingsDays: number;
  readonly auditDays: number;
  /** Recordings with their files, from their end. */
  readonly recordingsDays: number;
  /** Items of the library with their files, from their last change. */
  readonly libraryDays: number;
  /** Playbacks of items, and positions where viewers stopped. */
  readonly watchesDays: number;
  /** Orders of distribution with their deliveries, from their end. */
  readonly deliveriesDays: number;
}

/** Ten years: as long as companies in many countries must keep their books. */
export const DAYS_MAX = 3650;

/**
 * Defaults: the same month of the previous year can be compared. Events are for debugging. Library items are meant to
 * stay. Deliveries may be hundreds of thousands a day.
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

/** A delivery is tried for a day, and needs its event. */
export const DAYS_MIN = 2;
/** Traces of an intruder stay long enough to be noticed. */
export const AUDIT_DAYS_MIN = 30;
