// Times on the wire are text as RFC 3339 has it, with a zone; in the database they are milliseconds since 1970.
import { Type } from 'typebox';

export const Time = Type.String({ format: 'date-time', maxLength: 40 });

export const timeText = (wallMs: number): string => new Date(wallMs).toISOString();

/** `Date.parse` knows no leap second, which RFC 3339 has and the schema lets through. */
const LEAP_SECOND = /:60(?=[.Zz+-])/;

/** Of a text that the schema `Time` has let through; a leap second is the one after it. */
export const timeMs = (text: string): number =>
  LEAP_SECOND.test(text) ? Date.parse(text.replace(LEAP_SECOND, ':59')) + 1000 : Date.parse(text);
