// TLS on sockets that a server has accepted. Those that do not shake hands in time are cut off.
import type { Socket } from 'node:net';
import { createSecureContext, type SecureContext, type SecureContextOptions, TLSSocket } from 'node:tls';
import type { Clock, Logger } from '@meridian/runtime';

/** From the first packet; a phone far away takes a second. */
export const TLS_HANDSHAKE_MS = 5000;

export interface TlsHandshakesOptions {
  /** PEM. */
  readonly certificate: { readonly cert: string; readonly key: string };
  readonly clock: Clock;
  readonly log: Logger;
}

export class TlsHandshakes {
  readonly #o: TlsHandshakesOptions;
  #context: SecureContext;

  constructor(o: TlsHandshakesOptions) {
    this.#o = o;
    this.#context = createSecureContext(o.certificate);
  }

  /** For sockets that come from now on. */
  setSecureContext(options: SecureContextOptions): void {
    this.#context = createSecureContext(options);
  }

  /** Calls back with the secured socket; never when there is none: the raw socket is destroyed then. */
  shake(raw: Socket, onSecure: (socket: TLSSocket) => void): void {
    const { clock, log } = this.#o;
    const socket = new TLSSocket(raw, { isServer: true, secureContext: this.#context });
    const timer = clock.after(TLS_HANDSHAKE_MS, () => raw.destroy());
    const failed = (error: Error): void => {
      log.debug({ err: error }, 'a TLS handshake failed');
      raw.destroy();
    };
    socket.on('error', failed);
    raw.once('close', () => timer.cancel());
    socket.once('secure', () => {
      timer.cancel();
      socket.off('error', failed);
      onSecure(socket);
    });
  }
}
