// Local times of a zone as text, `2026-11-23T09:00:00`: they sort as they follow each other, and stay what people
// agreed on when a country changes its clocks.
import { Temporal } from 'temporal-polyfill';

const LOCAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/;
/** Names of the IANA database; an offset (+08:00) is no zone: it knows no summer time. */
const ZONE = /^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/;

/** The text with seconds, or undefined if there is no such date and time. */
export function readLocal(text: string): string | undefined {
  if (!LOCAL.test(text) || text.endsWith(':60')) return undefined;
  try {
    return textOf(Temporal.PlainDateTime.from(text));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The zone's name as the database of this Node writes it; undefined if it has none. */
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
 * Milliseconds since 1970 of a local time. One that the clocks leave out moves forward by what they leave out; of one
 * that they show twice it is the first (RFC 5545, 3.3.5).
 */
export const instantOf = (local: string, timeZone: string): number =>
  Temporal.PlainDateTime.from(local).toZonedDateTime(timeZone, { disambiguation: 'compatible' }).epochMilliseconds;

/** What clocks of the zone show at an instant. Parts of seconds are cut off. */
export const localOf = (wallMs: number, timeZone: string): string =>
  textOf(
    Temporal.Instant.fromEpochMilliseconds(Math.floor(wallMs / 1000) * 1000)
      .toZonedDateTimeISO(timeZone)
      .toPlainDateTime(),
  );

/** The local time of whole days later, or earlier. */
export const plusDays = (local: string, days: number): string =>
  textOf(Temporal.PlainDateTime.from(local).add({ days }));

const textOf = (time: Temporal.PlainDateTime): string => time.toString({ smallestUnit: 'second' });
