/**
 * `STREAM_MALFORMED`: the decoder continues with the next unit. `STREAM_UNSUPPORTED`: a valid stream, of a kind or size
 * that is not decoded here.
 */
export class StreamError extends Error {
  readonly code: 'STREAM_MALFORMED' | 'STREAM_UNSUPPORTED';

  constructor(code: StreamError['code'], message: string) {
    super(message);
    this.name = 'StreamError';
    this.code = code;
  }
}

export const malformed = (message: string): StreamError => new StreamError('STREAM_MALFORMED', message);
export const unsupported = (message: string): StreamError => new StreamError('STREAM_UNSUPPORTED', message);
