import type { JournalLine } from './lines.ts';

/** In characters. Names and identities are the longest things in it, far shorter by their own bounds. */
export const LINE_LENGTH_MAX = 16_384;

/**
 * One line of a journal, with its end.
 * @throws RangeError for a line above `LINE_LENGTH_MAX`: our own mistake
 */
export function lineText(line: JournalLine): string {
  const text = JSON.stringify(line);
  if (text.length > LINE_LENGTH_MAX) throw new RangeError(`a ${line.type} line of ${text.length} characters`);
  return `${text}\n`;
}
