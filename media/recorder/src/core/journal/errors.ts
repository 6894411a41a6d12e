/** Codes of journal errors, with their meaning. Codes are only ever added. */
export const journalErrorCodes = {
  JOURNAL_GARBLED:
    'The journal does not begin with its stint, or a line names a track or file that no earlier line begins.',
  JOURNAL_VERSION: 'The journal has a version that this recorder cannot read.',
  JOURNAL_TOO_LARGE: 'The journal has more or longer lines than a recorder writes.',
  JOURNAL_EMPTY: 'No journal of the recording has a line.',
  JOURNAL_MIXED: 'The journals are of several recordings.',
} as const satisfies Record<string, string>;

export type JournalErrorCode = keyof typeof journalErrorCodes;

/** Error of an unreadable journal. `message` has lines and ids, never names or what people have said. */
export class JournalError extends Error {
  readonly code: JournalErrorCode;

  constructor(code: JournalErrorCode, message: string = journalErrorCodes[code]) {
    super(message);
    this.name = 'JournalError';
    this.code = code;
  }
}
