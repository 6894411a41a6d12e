// What carries whole binary messages between a client and a signaling node: a WebSocket (web-socket.ts), or a stream of
// a link (link-sessions.ts).

/** How a client ends a socket: it leaves; it counts the socket as lost; another socket was faster. */
export const closeCode = { left: 1000, lost: 4000, raceLost: 4001 } as const;

export interface SocketHandlers {
  message(bytes: Uint8Array): void;
  /** The other side ended it, or it was lost; once, and never after `close`. `code`: as of a WebSocket. */
  closed(code: number, reason: string): void;
}

export interface SocketPort {
  /** The transport notices by itself when the other side is silent: no pings of the client's own are needed. */
  readonly watched: boolean;
  /** Bytes handed over and not yet sent. */
  readonly bufferedBytes: number;
  /**
   * Sets the listener. Called once, synchronously with the receipt of the port: messages before it are lost.
   */
  listen(handlers: SocketHandlers): void;
  /** Sends one message, after those before it; dropped when the socket is over. */
  send(bytes: Uint8Array): void;
  /** Ends it; idempotent, and the handlers hear nothing more. */
  close(code: number): void;
}
