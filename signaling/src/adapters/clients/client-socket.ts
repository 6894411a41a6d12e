// WebSocket of a client that speaks our protocol.
import type { Duplex } from 'node:stream';
import type { Clock } from '@meridian/runtime';
import type { WebSocket } from 'ws';
import { bounds } from '../../limits.ts';
import type { ClientSocket, ClientSocketHandlers } from '../../ports.ts';
import { WsSocket } from './ws-socket.ts';

type WsClientHandlers = Omit<ClientSocketHandlers, 'sendChannel'>;

export class WsClientSocket implements ClientSocket {
  readonly #socket: WsSocket;

  /** `stream`: as of `WsSocket`. */
  constructor(socket: WebSocket, stream: Duplex, clock: Clock) {
    this.#socket = new WsSocket(socket, stream, clock);
  }

  /** Attaches the handlers; call it once, before anything can arrive. */
  listen(handlers: WsClientHandlers): void {
    this.#socket.listen(handlers);
  }

  send(frame: Uint8Array): boolean {
    return this.#socket.send(frame);
  }

  sendData(frame: Uint8Array, { lossy }: { lossy: boolean }): boolean {
    return this.#socket.sendUnlessWaiting(frame, lossy ? bounds.lossyBufferedBytesMax : bounds.dataBufferedBytesMax);
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  terminate(): void {
    this.#socket.terminate();
  }
}
