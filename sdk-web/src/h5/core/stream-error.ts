/**
 * Error of a decoder. `STREAM_MALFORMED`: the decoder can continue with the next unit. `STREAM_UNSUPPORTED`: the stream
 * is valid, but of a kind or size that the decoder does not support.
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
