// Receives a live stream over a WebSocket that is reopened whenever it is lost.

import { backOffMs } from './core/back-off.ts';
import { type RenewUrl, reconnect } from './reconnect.ts';

/** A live stream never pauses this long, so the connection is dead. */
const SILENCE_MS = 10_000;
/** An error code at the start of a refusal's reason. */
const CODE = /^[A-Z][A-Z0-9_]{0,63}/;
const closeCodes = { over: 1000, refused: 1008 } as const;

export interface FeedHandlers {
  readonly opened: () => void;
  readonly bytes: (bytes: ArrayBuffer) => void;
  /** Called when the connection is lost; the feed makes another attempt. */
  readonly onLost: () => void;
  /** Called last, when the server has refused (with a code) or ended the stream (without). */
  readonly onEnded: (code?: string) => void;
}

export class Feed {
  #url: string;
  readonly #renewUrl: RenewUrl | undefined;
  readonly #handlers: FeedHandlers;
  #socket: WebSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failureCount = 0;
  #abortReconnect: () => void = () => undefined;

  /** Connects at once. Throws SyntaxError (DOMException) for an invalid WebSocket URL. */
  constructor(url: string, renewUrl: RenewUrl | undefined, handlers: FeedHandlers) {
    this.#url = url;
    this.#renewUrl = renewUrl;
    this.#handlers = handlers;
    this.#connect();
  }

  /** Idempotent; no handler is called afterwards. */
  close(): void {
    clearTimeout(this.#timer);
    this.#abortReconnect();
    this.#release();
  }

  #connect(): void {
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    this.#restartSilenceTimer();
    socket.onopen = () => {
      this.#restartSilenceTimer();
      this.#handlers.opened();
    };
    socket.onmessage = ({ data }) => {
      this.#failureCount = 0;
      this.#restartSilenceTimer();
      if (data instanceof ArrayBuffer) this.#handlers.bytes(data);
    };
    socket.onclose = ({ code, reason }) => {
      if (code === closeCodes.refused) this.#finish(CODE.exec(reason)?.[0] ?? 'REFUSED');
      else if (code === closeCodes.over) this.#finish();
      else this.#handleLoss();
    };
  }

  #finish(code?: string): void {
    this.close();
    this.#handlers.onEnded(code);
  }

  #restartSilenceTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#handleLoss(), SILENCE_MS);
  }

  #handleLoss(): void {
    this.close();
    this.#failureCount++;
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

  #release(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket === undefined) return;
    socket.onopen = null;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
  }
}
