// Times on the wire are text as RFC 3339 has it, with a zone; in the database they are milliseconds since 1970.
import { Type } from 'typebox';

export const Time = Type.String({ format: 'date-time', maxLength: 40 });

export const timeText = (wallMs: number): string => new Date(wallMs).toISOString();

/** Of a text that the schema `Time` has let through. */
export const timeMs = (text: string): number => Date.parse(text);
