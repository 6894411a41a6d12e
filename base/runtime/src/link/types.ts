import type { Identity } from '../pki/identity.ts';

/**
 * One authenticated duplex link: a WebSocket over TLS 1.3, both certificates checked. It ends once and is never reused.
 */
export interface Link {
  /** From the other side's certificate. */
  readonly remote: Identity;
  /** When that certificate ends (wall time); only links that were accepted say it. */
  readonly remoteNotAfterMs?: number;
  readonly localAddress: string;
  readonly remoteAddress: string;
  readonly closed: boolean;
  /** Default deadline 5000 ms, at most ten minutes. Rejects with a LinkError and nothing else. */
  request(type: number, payload: Uint8Array, o?: { deadlineMs?: number }): Promise<Uint8Array>;
  /**
   * Fire and forget, in order. False when the back-pressure cap is reached or the link is closed: nothing was sent.
   * Throws LINK_TOO_LARGE, because trying again will not help.
   */
  send(type: number, payload: Uint8Array): boolean;
  /** One handler per type and link. What it throws goes to the asker with its `code` and message. */
  onRequest(type: number, handler: RequestHandler): void;
  /** One handler per type and link. What it throws is logged; the link stays. */
  onMessage(type: number, handler: MessageHandler): void;
  /** Called once; at once if already closed. */
  onClose(handler: (cause: string) => void): void;
  /**
   * Idempotent. Pending requests reject with LINK_CLOSED; what was sent before is still delivered if the other side
   * reads.
   */
  close(cause: string): void;
}

/**
 * Whether a link's end, by its cause, is what a process leaves behind that has ended without a word: its kernel closes
 * (no close frame), or resets. A process that lives says goodbye, or is not heard.
 */
export function isProcessEnd(cause: string): boolean {
  return cause.startsWith('the other side closed (1006)') || cause.includes('ECONNRESET');
}

/** The payload is a view on a receive buffer: keep a copy, not the view, of what lives long. */
export type RequestHandler = (payload: Uint8Array, link: Link) => Promise<Uint8Array> | Uint8Array;
export type MessageHandler = (payload: Uint8Array, link: Link) => void;

export interface LinkLimits {
  /** Of one payload. Larger: LINK_TOO_LARGE at the sender; a sender that does not care is cut off by the receiver. */
  maxPayloadBytes: number;
  /** Written and not yet taken by the kernel. Above: LINK_BACKPRESSURE for new sends, the link is cut at twice this. */
  maxBufferedBytes: number;
  /** Requests waiting for an answer, counted in each direction. Above: LINK_BACKPRESSURE. */
  maxPendingRequests: number;
  pingIntervalMs: number;
  /** Nothing received for this long, judged at each ping: the link is cut. */
  pongTimeoutMs: number;
}

export const defaultLinkLimits: LinkLimits = Object.freeze({
  maxPayloadBytes: 1_048_576,
  maxBufferedBytes: 8 * 1_048_576,
  maxPendingRequests: 1_024,
  pingIntervalMs: 1_000,
  pongTimeoutMs: 3_000,
});

/** The WebSocket subprotocol: names the version of the frame format, so that two versions refuse each other by name. */
export const LINK_PROTOCOL = 'meridian-link.1';
/**
 * From TCP connection to open link, or to the end of a plain HTTP request: a peer that is not through then is dropped.
 */
export const HANDSHAKE_LIMIT_MS = 5_000;
