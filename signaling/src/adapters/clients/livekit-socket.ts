// WebSocket of a LiveKit client: `SignalRequest`s in, `SignalResponse`s out, as bytes.
import type { Clock } from '@meridian/runtime';
import type { WebSocket } from 'ws';
import { WsSocket } from './ws-socket.ts';

export interface LiveKitSocketHandlers {
  /** Takes a message of at most `bounds.liveKitMessageBytesMax`; a larger one ends the socket. */
  onMessage(bytes: Uint8Array): void;
  /** Called once, after too long without a pong. */
  onSilent(): void;
  /** Called once. `clean`: the client closed it on purpose. */
  onEnd(clean: boolean, why: string): void;
}

/** RFC 6455, 7.4.1. */
const unsupportedData = 1003;

export class LiveKitSocket {
  readonly #socket: WsSocket;

  constructor(socket: WebSocket, clock: Clock) {
    this.#socket = new WsSocket(socket, clock);
  }

  /** Attaches the handlers, once, before anything can arrive. Text, which no SDK sends, closes with 1003. */
  listen(handlers: LiveKitSocketHandlers): void {
    let isOver = false;
    this.#socket.listen({
      onBinary: (bytes) => {
        if (!isOver) handlers.onMessage(bytes);
      },
      onText: () => {
        isOver = true;
        this.close(unsupportedData, 'messages are binary');
      },
      onSilent: () => handlers.onSilent(),
      onEnd: (clean, why) => handlers.onEnd(clean, why),
    });
  }

  get bufferedAmount(): number {
    return this.#socket.bufferedAmount;
  }

  /** Returns false when over `limits.clientBufferedBytesMax` would wait: the socket is cut, `onEnd` follows. */
  send(bytes: Uint8Array): boolean {
    return this.#socket.send(bytes);
  }

  /** Closes with a code; terminates the socket if the other side does not answer in time. */
  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  terminate(): void {
    this.#socket.terminate();
  }
}
