// Local times as text, `2026-11-23T09:00:00`: they stay as people agreed even if a country changes its clocks.
import { Temporal } from 'temporal-polyfill';

const LOCAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/;
/** Names of the IANA database. An offset (+08:00) is refused, because it has no summer time. */
const ZONE = /^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/;

/** Returns the time with seconds; undefined for an invalid date or time. */
export function readLocal(text: string): string | undefined {
  if (!LOCAL.test(text) || text.endsWith(':60')) return undefined;
  try {
    return textOf(Temporal.PlainDateTime.from(text));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Returns the name as this Node's database writes it; undefined for an unknown zone. */
export function readTimeZone(name: string): string | undefined {
  if (!ZONE.test(name)) return undefined;
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/**
 * Returns the instant. A time that clocks skip moves forward; a time that occurs twice means the first (RFC 5545,
 * 3.3.5).
 */
export const instantOf = (local: string, timeZone: string): number =>
  Temporal.PlainDateTime.from(local).toZonedDateTime(timeZone, { disambiguation: 'compatible' }).epochMilliseconds;

/** Returns the local time without fractions of seconds. */
export const localOf = (wallMs: number, timeZone: string): string =>
  textOf(
    Temporal.Instant.fromEpochMilliseconds(Math.floor(wallMs / 1000) * 1000)
      .toZonedDateTimeISO(timeZone)
      .toPlainDateTime(),
  );

export const plusDays = (local: string, days: number): string =>
  textOf(Temporal.PlainDateTime.from(local).add({ days }));

const textOf = (time: Temporal.PlainDateTime): string => time.toString({ smallestUnit: 'second' });
