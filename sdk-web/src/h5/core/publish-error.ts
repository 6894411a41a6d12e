/**
 * Error of a publisher. `ARGUMENT_INVALID`: a stream without tracks, or an invalid size or rate. `BROWSER_UNSUPPORTED`:
 * the browser has no audio at a sample rate of MP2.
 */
export class H5PublishError extends Error {
  readonly code: 'ARGUMENT_INVALID' | 'BROWSER_UNSUPPORTED';

  constructor(code: H5PublishError['code'], message: string) {
    super(message);
    this.name = 'H5PublishError';
    this.code = code;
  }
}
