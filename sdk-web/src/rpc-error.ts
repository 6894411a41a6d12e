// What a call to another participant ends with when it does not succeed; numbers and meanings as LiveKit has them.

export const RpcErrorCode = {
  /** The method threw something that is no RpcError, or returned no text. */
  ApplicationError: 1500,
  /** No answer came that the call has arrived. */
  ConnectionTimeout: 1501,
  /** It has arrived, and no result came in time. */
  ResponseTimeout: 1502,
  /** The other one has left, or we have. */
  RecipientDisconnected: 1503,
  ResponsePayloadTooLarge: 1504,
  /** The call could not be sent; `cause` says why (NOT_PERMITTED, RATE_LIMITED, NOT_CONNECTED, …). */
  SendFailed: 1505,
  /** The other one has registered no such method. */
  UnsupportedMethod: 1400,
  RecipientNotFound: 1401,
  RequestPayloadTooLarge: 1402,
  UnsupportedServer: 1403,
  UnsupportedVersion: 1404,
} as const;
export type RpcErrorCode = (typeof RpcErrorCode)[keyof typeof RpcErrorCode];

const meanings: Readonly<Record<number, string>> = {
  1500: 'Application error in method',
  1501: 'Connection timeout',
  1502: 'Response timeout',
  1503: 'Recipient disconnected',
  1504: 'Response payload too large',
  1505: 'Failed to send',
  1400: 'Method not supported at destination',
  1401: 'Recipient not found',
  1402: 'Request payload too large',
  1403: 'RPC not supported by server',
  1404: 'Unsupported RPC version',
};

/**
 * performRpc() rejects with it; a method that throws one (with a code of its own, outside 1400 to 1599) tells the
 * caller its code, message and data.
 */
export class RpcError extends Error {
  readonly code: number;
  readonly data: string;

  constructor(code: number, message = meanings[code] ?? 'error', o: { data?: string; cause?: unknown } = {}) {
    super(message, o.cause === undefined ? undefined : { cause: o.cause });
    this.name = 'RpcError';
    this.code = code;
    this.data = o.data ?? '';
  }
}
