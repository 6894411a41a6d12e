// TLS handshakes on accepted sockets.
import type { Socket } from 'node:net';
import { createSecureContext, type SecureContext, type SecureContextOptions, TLSSocket } from 'node:tls';
import type { Logger } from '@meridian/runtime';

export interface TlsHandshakesOptions {
  /** PEM. */
  readonly certificate: { readonly cert: string; readonly key: string };
  readonly log: Logger;
}

export class TlsHandshakes {
  readonly #o: TlsHandshakesOptions;
  #context: SecureContext;

  constructor(o: TlsHandshakesOptions) {
    this.#o = o;
    this.#context = createSecureContext(o.certificate);
  }

  setSecureContext(options: SecureContextOptions): void {
    this.#context = createSecureContext(options);
  }

  /** Calls `onSecure` with the secured socket; a failed handshake destroys the raw socket instead. */
  shake(raw: Socket, onSecure: (socket: TLSSocket) => void): void {
    const { log } = this.#o;
    const socket = new TLSSocket(raw, { isServer: true, secureContext: this.#context });
    const failed = (error: Error): void => {
      log.debug({ err: error }, 'a TLS handshake failed');
      raw.destroy();
    };
    socket.on('error', failed);
    socket.once('secure', () => {
      socket.off('error', failed);
      onSecure(socket);
    });
  }
}
