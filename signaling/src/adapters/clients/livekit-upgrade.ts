// Upgrade of a LiveKit client's connection, whose answer waits for the join: LiveKit's SDKs show the status of a
// refused upgrade, and of a session that ends before it began only that it ended.
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { type HttpRefusal, refuseUpgrade } from './refuse-upgrade.ts';

export interface LiveKitUpgradeOptions {
  readonly socket: Duplex;
  /** Completes the handshake; the callback is not called for a handshake that is malformed. */
  readonly handshake: (opened: (webSocket: WebSocket) => void) => void;
  /** Called when the upgrade is refused. */
  onRefused(refusal: HttpRefusal): void;
  /** Called once the answer has been given, or the connection has ended. */
  onSettled(): void;
}

export class LiveKitUpgrade {
  readonly #o: LiveKitUpgradeOptions;
  #isSettled = false;
  #onGone: () => void = () => undefined;

  constructor(o: LiveKitUpgradeOptions) {
    this.#o = o;
    o.socket.on('data', this.#destroy); // a client sends nothing before the answer (RFC 6455, 4.1)
    o.socket.on('end', this.#destroy);
    o.socket.on('close', this.#settle);
  }

  /** Connection below the WebSocket. */
  get stream(): Duplex {
    return this.#o.socket;
  }

  /** Calls `handler` once if the connection ends before the answer. */
  onGone(handler: () => void): void {
    this.#onGone = handler;
    if (this.#o.socket.destroyed) this.#settle();
  }

  /** Returns the open socket; undefined for a malformed handshake, or when the answer was given or is not possible. */
  accept(): WebSocket | undefined {
    if (!this.#release()) return undefined;
    let webSocket: WebSocket | undefined;
    this.#o.handshake((opened) => {
      webSocket = opened;
    });
    if (webSocket === undefined) queueMicrotask(() => this.#onGone());
    return webSocket;
  }

  /** Returns false if the answer was given already. */
  refuse(refusal: HttpRefusal): boolean {
    if (!this.#release()) return false;
    this.#o.onRefused(refusal);
    refuseUpgrade(this.#o.socket, refusal);
    return true;
  }

  /** Ends the connection without an answer, unless it was given. */
  terminate(): void {
    if (!this.#isSettled) this.#destroy();
  }

  readonly #destroy = (): void => void this.#o.socket.destroy();

  readonly #settle = (): void => {
    if (this.#release()) this.#onGone();
  };

  #release(): boolean {
    if (this.#isSettled) return false;
    this.#isSettled = true;
    const { socket } = this.#o;
    socket.off('data', this.#destroy);
    socket.off('end', this.#destroy);
    socket.off('close', this.#settle);
    this.#o.onSettled();
    return true;
  }
}
