/**
 * Error codes of a link; any other code comes from the remote handler.
 * - LINK_CLOSED: the link is gone; whether the other side handled the request is unknown.
 * - LINK_DEADLINE: no answer in time; whether the request was handled is unknown.
 * - LINK_BACKPRESSURE: a cap was reached on either side; nothing was handled.
 * - LINK_TOO_LARGE: payload above `maxPayloadBytes`; nothing was sent.
 * - LINK_NO_HANDLER: the other side does not know the type.
 * - LINK_HANDLER_FAILED: the other side's handler threw an error without a code.
 */
export type LinkErrorCode =
  | 'LINK_CLOSED'
  | 'LINK_DEADLINE'
  | 'LINK_BACKPRESSURE'
  | 'LINK_TOO_LARGE'
  | 'LINK_NO_HANDLER'
  | 'LINK_HANDLER_FAILED'
  | (string & Record<never, never>);

export class LinkError extends Error {
  readonly code: LinkErrorCode;
  /** Delay before a retry, 0 when unknown. */
  readonly retryAfterMs: number = 0;

  constructor(code: LinkErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LinkError';
    this.code = code;
  }

  static of({ code, message, retryAfterMs = 0 }: { code: string; message: string; retryAfterMs?: number }): LinkError {
    return Object.assign(new LinkError(code, message), { retryAfterMs });
  }
}
