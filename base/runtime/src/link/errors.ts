/**
 * LINK_CLOSED: the link is gone; whether the other side handled the request is unknown. LINK_DEADLINE: no answer in
 * time, the same holds. LINK_BACKPRESSURE: a cap was reached here or there, nothing was handled. LINK_TOO_LARGE:
 * payload above `maxPayloadBytes`, nothing was sent. LINK_NO_HANDLER: the other side does not know the type.
 * LINK_HANDLER_FAILED: the other side's handler threw something without a code. Any other code is the remote handler's
 * own.
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
  /** When the remote handler may be asked again, if it says so; else 0. */
  readonly retryAfterMs: number = 0;

  constructor(code: LinkErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LinkError';
    this.code = code;
  }

  /** As the other side sent it. */
  static of({ code, message, retryAfterMs = 0 }: { code: string; message: string; retryAfterMs?: number }): LinkError {
    return Object.assign(new LinkError(code, message), { retryAfterMs });
  }
}
