/**
 * `ARGUMENT_INVALID`: a stream without tracks, an invalid size or rate; `BROWSER_UNSUPPORTED`: no audio at a rate of
 * MP2.
 */
export class H5PublishError extends Error {
  readonly code: 'ARGUMENT_INVALID' | 'BROWSER_UNSUPPORTED';

  constructor(code: H5PublishError['code'], message: string) {
    super(message);
    this.name = 'H5PublishError';
    this.code = code;
  }
}
