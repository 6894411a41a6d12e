// Sends a live stream over a WebSocket that is reopened whenever it is lost.

import { backOffMs } from './core/back-off.ts';
import { Backlog } from './core/backlog.ts';
import { type RenewUrl, reconnect } from './reconnect.ts';

const openTimeoutMs = 10_000;
/** After a connection that has lasted this long, the next attempt follows after the shortest pause. */
const goodAfterMs = 10_000;
/** A send buffer that stays full for this long means a dead connection. */
const stuckAfterMs = 10_000;
/** An error code at the start of a refusal's reason. */
const codePattern = /^[A-Z][A-Z0-9_]{0,63}/;
const closeCodes = { over: 1000, refused: 1008 } as const;
/** The only message of a server; it asks for a key picture for a viewer. */
const keyMessage = 'key';

export interface UplinkHandlers {
  readonly opened: () => void;
  /** Called when the connection is lost; the uplink makes another attempt. */
  readonly onLost: () => void;
  readonly keyWanted: () => void;
  /** Called last, when the server has refused (with a code) or ended the stream (without). */
  readonly onEnded: (code?: string) => void;
}

export class Uplink {
  #url: string;
  readonly #renewUrl: RenewUrl | undefined;
  readonly #handlers: UplinkHandlers;
  readonly #backlog: Backlog;
  #socket: WebSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #openedMs: number | undefined;
  #failureCount = 0;
  #abortReconnect: () => void = () => undefined;

  /**
   * While more than `fullBytes` wait, there is no room for pictures. Throws SyntaxError (DOMException) for a bad URL.
   */
  constructor(url: string, renewUrl: RenewUrl | undefined, fullBytes: number, handlers: UplinkHandlers) {
    this.#url = url;
    this.#renewUrl = renewUrl;
    this.#handlers = handlers;
    this.#backlog = new Backlog(fullBytes, stuckAfterMs);
    this.#connect();
  }

  get isOpen(): boolean {
    return this.#openedMs !== undefined;
  }

  get bufferedBytes(): number {
    return this.#socket?.bufferedAmount ?? 0;
  }

  /** Returns whether there is room for a picture. To be called for every picture, since it notices dead connections. */
  hasRoom(nowMs: number): boolean {
    const state = this.#backlog.judge(this.bufferedBytes, nowMs);
    if (state === 'stuck') this.#handleLoss();
    return state === 'clear';
  }

  /** Drops the bytes unless the connection is open. */
  send(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.isOpen) this.#socket?.send(bytes);
  }

  /** Idempotent; no handler is called afterwards. */
  close(): void {
    clearTimeout(this.#timer);
    this.#abortReconnect();
    const socket = this.#socket;
    this.#socket = undefined;
    this.#openedMs = undefined;
    if (socket === undefined) return;
    socket.onopen = null;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close(closeCodes.over);
  }

  #connect(): void {
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    this.#timer = setTimeout(() => this.#handleLoss(), openTimeoutMs);
    socket.onopen = () => {
      clearTimeout(this.#timer);
      this.#openedMs = performance.now();
      this.#backlog.reset();
      this.#handlers.opened();
    };
    socket.onmessage = ({ data }) => {
      if (data === keyMessage) this.#handlers.keyWanted();
    };
    socket.onclose = ({ code, reason }) => {
      if (code === closeCodes.refused) this.#finish(codePattern.exec(reason)?.[0] ?? 'REFUSED');
      else if (code === closeCodes.over) this.#finish();
      else this.#handleLoss();
    };
  }

  #finish(code?: string): void {
    this.close();
    this.#handlers.onEnded(code);
  }

  #handleLoss(): void {
    const wasGood = this.#openedMs !== undefined && performance.now() - this.#openedMs >= goodAfterMs;
    this.close();
    this.#failureCount = wasGood ? 1 : this.#failureCount + 1;
    this.#timer = setTimeout(() => this.#reconnect(), backOffMs(this.#failureCount, Math.random()));
    this.#handlers.onLost();
  }

  #reconnect(): void {
    this.#abortReconnect = reconnect({
      url: this.#url,
      renewUrl: this.#renewUrl,
      connect: (url) => {
        this.#url = url;
        this.#connect();
      },
      failed: () => this.#handleLoss(),
    });
  }
}
