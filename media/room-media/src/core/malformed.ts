/** Why bytes of a foreign protocol were refused. */
export const malformedCodes = {
  TRUNCATED: 'A length reaches beyond the end of what holds it.',
  TOO_LARGE: 'A value is larger than its bound.',
  TOO_MANY: 'There are more values than the bound allows.',
  TOO_DEEP: 'Values are nested deeper than the bound allows.',
  INVALID: 'A field has a value that the format does not allow.',
  UNSUPPORTED: 'The format allows this, but it is not spoken here.',
  OUT_OF_ORDER: 'The message does not fit the state of the connection.',
  TIMED_OUT: 'The peer did not do in time what it must.',
} as const;

export type MalformedCode = keyof typeof malformedCodes;

/** Error for unusable bytes of a foreign protocol; the rest of the same stream cannot be trusted either. */
export class MalformedStream extends Error {
  readonly code: MalformedCode;

  constructor(code: MalformedCode, message: string) {
    super(message);
    this.name = 'MalformedStream';
    this.code = code;
  }
}
