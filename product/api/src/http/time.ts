// On the wire, times are RFC 3339 text with a zone; in the database, milliseconds since 1970.
import { Type } from 'typebox';

export const Time = Type.String({ format: 'date-time', maxLength: 40 });

export const timeText = (wallMs: number): string => new Date(wallMs).toISOString();

/** `Date.parse` rejects a leap second, which RFC 3339 and the schema allow. */
const LEAP_SECOND = /:60(?=[.Zz+-])/;

/** Returns milliseconds; a leap second counts as the next second. */
export const timeMs = (text: string): number =>
  LEAP_SECOND.test(text) ? Date.parse(text.replace(LEAP_SECOND, ':59')) + 1000 : Date.parse(text);
