/**
 * Publishing cannot begin. Codes as in the SDK: `ARGUMENT_INVALID`: a stream without tracks, or a size or rate that is
 * not allowed; `BROWSER_UNSUPPORTED`: the browser gives no sound at a rate that MP2 has.
 */
export class H5PublishError extends Error {
  readonly code: 'ARGUMENT_INVALID' | 'BROWSER_UNSUPPORTED';

  constructor(code: H5PublishError['code'], message: string) {
    super(message);
    this.name = 'H5PublishError';
    this.code = code;
  }
}
