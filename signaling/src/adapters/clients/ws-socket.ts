// WebSocket of any client, whatever its protocol: binary messages in and out, pings, a cap on waiting bytes. Messages
// go past ws, which writes the header of each by itself: a room's clients get the same buffer, in one write each.
import type { Duplex } from 'node:stream';
import { limits } from '@meridian/protocol';
import type { Clock, Timer } from '@meridian/runtime';
import { WebSocket } from 'ws';
import { isCleanClose } from '../../core/index.ts';
import { bounds } from '../../limits.ts';
import { binaryFrame } from './binary-frame.ts';

export interface WsHandlers {
  onBinary(bytes: Buffer): void;
  onText(): void;
  /** Called once, after too long without a pong. */
  onSilent(): void;
  /** Called once. `clean`: the client closed it on purpose. */
  onEnd(clean: boolean, why: string): void;
}

export class WsSocket {
  readonly #socket: WebSocket;
  readonly #stream: Duplex;
  readonly #clock: Clock;
  #pings: Timer | undefined;
  #closeTimer: Timer | undefined;
  #misses = 0;
  #ended = false;

  /** `stream`: the connection below the WebSocket, which must not compress messages. */
  constructor(socket: WebSocket, stream: Duplex, clock: Clock) {
    this.#socket = socket;
    this.#stream = stream;
    this.#clock = clock;
  }

  /** Attaches the handlers; call it once, before anything can arrive. */
  listen(handlers: WsHandlers): void {
    const socket = this.#socket;
    socket.binaryType = 'nodebuffer';
    socket.on('message', (data, isBinary) => {
      this.#misses = 0;
      if (isBinary) handlers.onBinary(data as Buffer);
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
      this.#closeTimer?.cancel();
      handlers.onEnd(isCleanClose(code), failure || `close code ${code}`);
    });
    this.#pings = this.#clock.every(limits.pingIntervalMs, () => {
      if (this.#misses >= limits.pingMissesMax) {
        this.#pings?.cancel();
        handlers.onSilent();
        return;
      }
      this.#misses += 1;
      // A client that sent a message since the last check needs no ping: our own clients ping, and crowds are large.
      if (this.#misses > 1 && socket.readyState === WebSocket.OPEN) socket.ping();
    });
  }

  get bufferedAmount(): number {
    return this.#stream.writableLength;
  }

  /** Returns false when over `limits.clientBufferedBytesMax` would wait: the socket is cut, `onEnd` follows. */
  send(bytes: Uint8Array): boolean {
    if (this.sendUnlessWaiting(bytes, limits.clientBufferedBytesMax)) return true;
    this.#socket.terminate();
    return false;
  }

  /** Returns false without sending when more than `waitingMax` bytes would wait. */
  sendUnlessWaiting(bytes: Uint8Array, waitingMax: number): boolean {
    if (this.#socket.readyState !== WebSocket.OPEN) return true; // its end is known or on its way
    if (this.#stream.writableLength + bytes.byteLength > waitingMax) return false;
    this.#stream.write(binaryFrame(bytes));
    return true;
  }

  /** Closes with a code; terminates the socket if the other side does not answer in time. */
  close(code: number, reason: string): void {
    this.#pings?.cancel();
    if (this.#ended) return;
    this.#socket.close(code, reason);
    this.#closeTimer ??= this.#clock.after(bounds.closeWaitMs, () => this.#socket.terminate());
  }

  terminate(): void {
    this.#pings?.cancel();
    this.#socket.terminate();
  }
}
