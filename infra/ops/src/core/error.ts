/** Failure of a command: a stable code, the problem, and its remedy. */
export class HostError extends Error {
  readonly code: string;
  readonly cure: string;

  constructor(code: string, message: string, cure: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'HostError';
    this.code = code;
    this.cure = cure;
  }
}
