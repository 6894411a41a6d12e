// Errors of calls to another participant, with LiveKit's numbers and meanings.

export const RpcErrorCode = {
  /** The method threw an error other than RpcError, or returned no text. */
  ApplicationError: 1500,
  /** No acknowledgement arrived in time. */
  ConnectionTimeout: 1501,
  /** The call arrived, but no result in time. */
  ResponseTimeout: 1502,
  /** The called participant has left, or we have. */
  RecipientDisconnected: 1503,
  ResponsePayloadTooLarge: 1504,
  /** The call could not be sent, for the reason in `cause` (NOT_PERMITTED, RATE_LIMITED, NOT_CONNECTED, …). */
  SendFailed: 1505,
  /** The called participant has no method of that name. */
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
 * Rejection of performRpc(). A method may throw an RpcError, with its own code outside 1400 to 1599; the caller gets
 * the error's code, message and data.
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
