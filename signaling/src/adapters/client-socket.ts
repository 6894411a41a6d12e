// One client's WebSocket, by ws: binary frames in and out, pings, a cap on what waits to be sent.
import { limits } from '@meridian/protocol';
import type { Clock, Timer } from '@meridian/runtime';
import { WebSocket } from 'ws';
import { isCleanClose } from '../core/index.ts';
import { bounds } from '../limits.ts';
import type { ClientSocket, ClientSocketHandlers } from '../ports.ts';

export class WsClientSocket implements ClientSocket {
  readonly #socket: WebSocket;
  readonly #clock: Clock;
  #pings: Timer | undefined;
  #cut: Timer | undefined;
  #misses = 0;
  #ended = false;

  constructor(socket: WebSocket, clock: Clock) {
    this.#socket = socket;
    this.#clock = clock;
  }

  /** Attaches the handlers of all that the socket says; once, before anything can arrive. */
  listen(handlers: ClientSocketHandlers): void {
    const socket = this.#socket;
    socket.binaryType = 'nodebuffer';
    socket.on('message', (data, isBinary) => {
      this.#misses = 0;
      if (isBinary) handlers.onFrame(data as Buffer);
      else handlers.onText();
    });
    socket.on('pong', () => {
      this.#misses = 0;
    });
    let failure = '';
    socket.on('error', (error) => {
      failure = error.message;
    });
    socket.on('close', (code) => {
      this.#ended = true;
      this.#pings?.cancel();
      this.#cut?.cancel();
      handlers.onEnd(isCleanClose(code), failure || `close code ${code}`);
    });
    this.#pings = this.#clock.every(limits.pingIntervalMs, () => {
      if (this.#misses >= limits.pingMissesMax) {
        this.#pings?.cancel();
        handlers.onSilent();
        return;
      }
      this.#misses += 1;
      // One that spoke since the last look needs no ping: clients of ours ping by themselves, and crowds are large.
      if (this.#misses > 1 && socket.readyState === WebSocket.OPEN) socket.ping();
    });
  }

  send(frame: Uint8Array): boolean {
    if (this.#socket.readyState !== WebSocket.OPEN) return true; // its end is known or on its way
    if (this.#socket.bufferedAmount + frame.byteLength > limits.clientBufferedBytesMax) {
      this.#socket.terminate();
      return false;
    }
    this.#socket.send(frame);
    return true;
  }

  sendData(frame: Uint8Array, { lossy }: { lossy: boolean }): boolean {
    if (this.#socket.readyState !== WebSocket.OPEN) return true; // its end is known or on its way
    const waitingMax = lossy ? bounds.lossyBufferedBytesMax : bounds.dataBufferedBytesMax;
    if (this.#socket.bufferedAmount + frame.byteLength > waitingMax) return false;
    this.#socket.send(frame);
    return true;
  }

  close(code: number, reason: string): void {
    this.#pings?.cancel();
    if (this.#ended) return;
    this.#socket.close(code, reason);
    this.#cut ??= this.#clock.after(bounds.closeWaitMs, () => this.#socket.terminate());
  }

  terminate(): void {
    this.#pings?.cancel();
    this.#socket.terminate();
  }
}
