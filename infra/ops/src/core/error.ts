/** What keeps a command from doing its work: a stable code, what is wrong, and what mends it. */
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
