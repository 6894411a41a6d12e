/** Reasons for which bytes of an external protocol or format are refused. */
export const malformedCodes = {
  TRUNCATED: 'A length reaches beyond the end of its container.',
  TOO_LARGE: 'A value is larger than its bound.',
  TOO_MANY: 'There are more values than the bound allows.',
  TOO_DEEP: 'Values are nested deeper than the bound allows.',
  INVALID: 'A field has a value that the format does not allow.',
  UNSUPPORTED: 'The format allows this, but it is not supported here.',
  OUT_OF_ORDER: 'The message does not fit the state of the connection.',
  TIMED_OUT: 'The peer did not send in time what the protocol requires.',
} as const;

export type MalformedCode = keyof typeof malformedCodes;

/** Error for unusable bytes of an external protocol or format; the rest of the stream cannot be trusted either. */
export class MalformedStream extends Error {
  readonly code: MalformedCode;

  constructor(code: MalformedCode, message: string) {
    super(message);
    this.name = 'MalformedStream';
    this.code = code;
  }
}
