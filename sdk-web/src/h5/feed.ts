// Receives a live stream over a WebSocket that is reopened whenever it is lost.
import { connectAgain, type RenewUrl } from './connect-again.ts';
import { backOffMs } from './core/back-off.ts';

/** A live stream never pauses this long, so the connection is dead. */
const SILENCE_MS = 10_000;
/** An error code at the start of a refusal's reason. */
const CODE = /^[A-Z][A-Z0-9_]{0,63}/;
const closeCodes = { over: 1000, refused: 1008 } as const;

export interface FeedHandlers {
  readonly opened: () => void;
  readonly bytes: (bytes: ArrayBuffer) => void;
  /** Called when the connection is lost; the feed makes another attempt. */
  readonly lost: () => void;
  /** Called last, when the server has refused (with a code) or ended the stream (without). */
  readonly ended: (code?: string) => void;
}

export class Feed {
  #url: string;
  readonly #renewUrl: RenewUrl | undefined;
  readonly #handlers: FeedHandlers;
  #socket: WebSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #giveUp: () => void = () => undefined;

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
    this.#giveUp();
    this.#release();
  }

  #connect(): void {
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    this.#watch();
    socket.onopen = () => {
      this.#watch();
      this.#handlers.opened();
    };
    socket.onmessage = ({ data }) => {
      this.#failures = 0;
      this.#watch();
      if (data instanceof ArrayBuffer) this.#handlers.bytes(data);
    };
    socket.onclose = ({ code, reason }) => {
      if (code === closeCodes.refused) this.#end(CODE.exec(reason)?.[0] ?? 'REFUSED');
      else if (code === closeCodes.over) this.#end();
      else this.#lost();
    };
  }

  #end(code?: string): void {
    this.close();
    this.#handlers.ended(code);
  }

  #watch(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#lost(), SILENCE_MS);
  }

  #lost(): void {
    this.close();
    this.#failures++;
    this.#timer = setTimeout(() => this.#connectAgain(), backOffMs(this.#failures, Math.random()));
    this.#handlers.lost();
  }

  #connectAgain(): void {
    this.#giveUp = connectAgain({
      url: this.#url,
      renewUrl: this.#renewUrl,
      connect: (url) => {
        this.#url = url;
        this.#connect();
      },
      failed: () => this.#lost(),
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
