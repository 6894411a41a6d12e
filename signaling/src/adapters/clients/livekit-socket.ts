// The WebSocket of a client that speaks LiveKit's protocol: `SignalRequest`s in, `SignalResponse`s out, as bytes.
import type { Clock } from '@meridian/runtime';
import type { WebSocket } from 'ws';
import { WsSocket } from './ws-socket.ts';

export interface LiveKitSocketHandlers {
  /** A message of at most `bounds.liveKitMessageBytesMax`; a larger one has ended the socket. */
  onMessage(bytes: Uint8Array): void;
  /** No pong for too long; called once. */
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

  /** Attaches the handlers; once, before anything can arrive. Text, which no SDK sends, closes the socket with 1003. */
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

  /** Bytes that wait to be sent. */
  get bufferedAmount(): number {
    return this.#socket.bufferedAmount;
  }

  /** False when more than `limits.clientBufferedBytesMax` would wait: the socket was cut, its end will be reported. */
  send(bytes: Uint8Array): boolean {
    return this.#socket.send(bytes);
  }

  /** Closes with a code; cut when the other side does not answer in time. */
  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  terminate(): void {
    this.#socket.terminate();
  }
}
