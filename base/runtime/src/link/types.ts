import type { Identity } from '../pki/identity.ts';

/** An authenticated duplex link: a WebSocket over TLS 1.3, both certificates checked. It ends once, for good. */
export interface Link {
  readonly remote: Identity;
  /** Expiry of the other side's certificate (wall time); only on accepted links. */
  readonly remoteNotAfterMs?: number;
  readonly localAddress: string;
  readonly remoteAddress: string;
  readonly closed: boolean;
  /** Sends a request. The default deadline is 5000 ms, the longest ten minutes. Rejects only with a LinkError. */
  request(type: number, payload: Uint8Array, o?: { deadlineMs?: number }): Promise<Uint8Array>;
  /**
   * Sends a message without an answer; messages arrive in order. Returns false, without sending, at the back-pressure
   * cap or when the link is closed. Throws LINK_TOO_LARGE, because a retry would not help.
   */
  send(type: number, payload: Uint8Array): boolean;
  /** Sets the handler of a type, once per type. Its error is sent to the requester with `code` and message. */
  onRequest(type: number, handler: RequestHandler): void;
  /** Sets the handler of a type, once per type. An error of the handler is logged; the link stays. */
  onMessage(type: number, handler: MessageHandler): void;
  /** Calls the handler once, at once when the link is closed already. */
  onClose(handler: (cause: string) => void): void;
  /** Closes the link. Idempotent. Pending requests reject with LINK_CLOSED; earlier messages are still delivered. */
  close(cause: string): void;
}

/**
 * Returns whether the cause of a link's end shows that the other process died without a goodbye: its kernel closes (no
 * close frame) or resets the connection. A live process says goodbye, or is silent.
 */
export function isProcessEnd(cause: string): boolean {
  return cause.startsWith('the other side closed (1006)') || cause.includes('ECONNRESET');
}

/** Handler of requests. The payload is a view on a receive buffer: copy it to keep it. */
export type RequestHandler = (payload: Uint8Array, link: Link) => Promise<Uint8Array> | Uint8Array;
export type MessageHandler = (payload: Uint8Array, link: Link) => void;

export interface LinkLimits {
  /** A larger payload rejects with LINK_TOO_LARGE; a receiver cuts a link that sends it anyway. */
  maxPayloadBytes: number;
  /** Bytes not yet taken by the kernel. Above it sends get LINK_BACKPRESSURE; at twice the limit the link is cut. */
  maxBufferedBytes: number;
  /** Requests waiting for an answer, in each direction. Above it new requests get LINK_BACKPRESSURE. */
  maxPendingRequests: number;
  pingIntervalMs: number;
  /** Silence after which the link is cut, checked at each ping. */
  pongTimeoutMs: number;
}

export const defaultLinkLimits: LinkLimits = Object.freeze({
  maxPayloadBytes: 1_048_576,
  maxBufferedBytes: 8 * 1_048_576,
  maxPendingRequests: 1_024,
  pingIntervalMs: 1_000,
  pongTimeoutMs: 3_000,
});

/** WebSocket subprotocol with the version of the frame format, so that different versions refuse each other. */
export const LINK_PROTOCOL = 'meridian-link.1';
/** Time from TCP connection to open link, or to the end of a plain HTTP request; later the connection is dropped. */
export const HANDSHAKE_LIMIT_MS = 5_000;
