// Transport of whole binary messages between a client and a signaling node: a WebSocket (web-socket.ts), or a stream of
// a link (link-sessions.ts).

/** Reasons of a client's close: it leaves, counts the socket as lost, or another socket was faster. */
export const closeCode = { left: 1000, lost: 4000, raceLost: 4001 } as const;

export interface SocketHandlers {
  message(bytes: Uint8Array): void;
  /** Called once when the other side ended the socket or it was lost, never after `close`. `code`: as in WebSocket. */
  closed(code: number, reason: string): void;
}

export interface SocketPort {
  /** True when the transport detects a silent other side itself, so that the client need not ping. */
  readonly watched: boolean;
  readonly bufferedBytes: number;
  /** Sets the listener. Must be called in the same turn as the port arrives: earlier messages are lost. */
  listen(handlers: SocketHandlers): void;
  /** Sends a message in order; drops it when the socket is over. */
  send(bytes: Uint8Array): void;
  /** Ends the socket without calling the handlers. Idempotent. */
  close(code: number): void;
}
