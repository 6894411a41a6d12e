import type { JournalLine } from './lines.ts';

/** In characters. Names and identities are the longest values, with much smaller bounds. */
export const LINE_LENGTH_MAX = 16_384;

/** Throws RangeError for a line above `LINE_LENGTH_MAX`, as a bug of the caller. */
export function lineText(line: JournalLine): string {
  const text = JSON.stringify(line);
  if (text.length > LINE_LENGTH_MAX) throw new RangeError(`a ${line.type} line of ${text.length} characters`);
  return `${text}\n`;
}
