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
  onFrame(bytes: Buffer): void;
  onText(): void;
  /** Called once, after too long without a pong. */
  onSilent(): void;
  /** Called once. `clean`: the client closed it on purpose. */
  onEnd(clean: boolean, why: string): void;
}

/** Listener of a socket. Functions of all sockets find it there, since four functions of each would take 300 bytes. */
const listener = Symbol('WsSocket');
type ListenedSocket = WebSocket & { [listener]?: WsSocket };

function onMessage(this: ListenedSocket, data: unknown, isBinary: boolean): void {
  this[listener]?.onMessage(data as Buffer, isBinary);
}
function onPong(this: ListenedSocket): void {
  this[listener]?.onPong();
}
function onError(this: ListenedSocket, { message }: Error): void {
  this[listener]?.onError(message);
}
function onClose(this: ListenedSocket, code: number): void {
  this[listener]?.onClose(code);
}

export class WsSocket {
  readonly #socket: WebSocket;
  readonly #stream: Duplex;
  readonly #clock: Clock;
  #pings: Timer | undefined;
  #closeTimer: Timer | undefined;
  #misses = 0;
  #ended = false;
  #handlers: WsHandlers | undefined;
  #failure = '';

  /** `stream`: the connection below the WebSocket, which must not compress messages. */
  constructor(socket: WebSocket, stream: Duplex, clock: Clock) {
    this.#socket = socket;
    this.#stream = stream;
    this.#clock = clock;
  }

  /** Attaches the handlers; call it once, before anything can arrive. */
  listen(handlers: WsHandlers): void {
    const socket: ListenedSocket = this.#socket;
    this.#handlers = handlers;
    socket.binaryType = 'nodebuffer';
    socket[listener] = this;
    socket.on('message', onMessage).on('pong', onPong).on('error', onError).on('close', onClose);
    this.#pings = this.#clock.every(limits.pingIntervalMs, () => this.#checkAlive());
  }

  onMessage(data: Buffer, isBinary: boolean): void {
    this.#misses = 0;
    if (isBinary) this.#handlers?.onFrame(data);
    else this.#handlers?.onText();
  }

  onPong(): void {
    this.#misses = 0;
  }

  onError(message: string): void {
    this.#failure = message;
  }

  onClose(code: number): void {
    this.#ended = true;
    this.#pings?.cancel();
    this.#closeTimer?.cancel();
    this.#handlers?.onEnd(isCleanClose(code), this.#failure || `close code ${code}`);
  }

  #checkAlive(): void {
    if (this.#misses >= limits.pingMissesMax) {
      this.#pings?.cancel();
      this.#handlers?.onSilent();
      return;
    }
    this.#misses += 1;
    // A client that sent a message since the last check needs no ping: our own clients ping, and crowds are large.
    if (this.#misses > 1 && this.#socket.readyState === WebSocket.OPEN) this.#socket.ping();
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
