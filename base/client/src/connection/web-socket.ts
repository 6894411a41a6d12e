// A socket port on the platform's own WebSocket, of a browser or of Node.
import { asClientError, MeridianClientError } from '../errors.ts';
import { closeCode, type SocketHandlers, type SocketPort } from './socket-port.ts';

interface Listeners {
  open(event: unknown): void;
  message(event: { data: unknown }): void;
  close(event: { code: number; reason: string }): void;
  error(event: unknown): void;
}
export interface WebSocketLike {
  binaryType: string;
  readonly bufferedAmount: number;
  onopen: Listeners['open'] | null;
  onmessage: Listeners['message'] | null;
  onclose: Listeners['close'] | null;
  onerror: Listeners['error'] | null;
  send(bytes: Uint8Array): void;
  close(code: number): void;
}
export interface OpenOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const notUnderstood = 1003;

/** Opens a WebSocket within `timeoutMs`, or rejects with SOCKET_FAILED. `make` replaces the platform's class. */
export function openWebSocket(
  url: string,
  o: OpenOptions & { readonly make?: ((url: string) => WebSocketLike) | undefined },
): Promise<SocketPort> {
  return new Promise((resolve, reject) => {
    let socket: WebSocketLike;
    try {
      socket = (o.make ?? ofPlatform)(url);
    } catch (error) {
      reject(asClientError(error, 'SOCKET_FAILED'));
      return;
    }
    socket.binaryType = 'arraybuffer';
    const settle = (finish: () => void): void => {
      clearTimeout(timer);
      o.signal.removeEventListener('abort', giveUp);
      socket.onopen = null;
      socket.onclose = null;
      socket.onerror = null;
      finish();
    };
    const fail = (message: string): void =>
      settle(() => {
        socket.close(closeCode.raceLost);
        reject(new MeridianClientError('SOCKET_FAILED', `${url}: ${message}`));
      });
    // Closed only once it is open, or at the time limit: a browser's console warns of an earlier close.
    const giveUp = (): void =>
      settle(() => {
        const close = (): void => {
          clearTimeout(openTimer);
          socket.onopen = null;
          socket.onclose = null;
          socket.close(closeCode.raceLost);
        };
        const openTimer = setTimeout(close, o.timeoutMs);
        socket.onopen = close;
        socket.onclose = close;
        reject(new MeridianClientError('SOCKET_FAILED', `${url}: given up`));
      });
    const timer = setTimeout(() => fail(`not open after ${o.timeoutMs} ms`), o.timeoutMs);
    socket.onopen = () => settle(() => resolve(new WebSocketPort(socket)));
    socket.onclose = (event) => fail(`closed with ${event.code}`);
    socket.onerror = () => fail('failed');
    if (o.signal.aborted) giveUp();
    else o.signal.addEventListener('abort', giveUp, { once: true });
  });
}

function ofPlatform(url: string): WebSocketLike {
  const { WebSocket } = globalThis as unknown as { WebSocket: new (url: string) => WebSocketLike };
  return new WebSocket(url);
}

class WebSocketPort implements SocketPort {
  readonly watched = false; // a browser does not report pings
  readonly #socket: WebSocketLike;

  constructor(socket: WebSocketLike) {
    this.#socket = socket;
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  listen(handlers: SocketHandlers): void {
    const socket = this.#socket;
    socket.onmessage = ({ data }) => {
      if (data instanceof ArrayBuffer) return handlers.message(new Uint8Array(data));
      this.close(closeCode.lost);
      handlers.closed(notUnderstood, 'a text message');
    };
    socket.onclose = ({ code, reason }) => handlers.closed(code, reason);
  }

  send(bytes: Uint8Array): void {
    this.#socket.send(bytes);
  }

  close(code: number): void {
    this.#socket.onmessage = null;
    this.#socket.onclose = null;
    this.#socket.close(code);
  }
}
