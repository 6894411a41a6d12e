// A transport of a LiveKit client, which shows its certificate with its first description (ours show it with the Join).
import { type Fingerprint, MeridianError } from '@meridian/protocol';
import type { Asks } from './asking.ts';

export class LateConnection {
  readonly #session: Asks;
  readonly #transportId: string;
  #known: { readonly fingerprint: Fingerprint; readonly done: Promise<unknown> } | undefined;

  constructor(session: Asks, transportId: string) {
    this.#session = session;
    this.#transportId = transportId;
  }

  /** Resolves when the media node has the certificate. Rejects with OUT_OF_ORDER for another one later. */
  async to(fingerprint: Fingerprint): Promise<void> {
    const { algorithm, value } = fingerprint;
    this.#known ??= {
      fingerprint,
      done: this.#session.ask({ connectTransport: { transportId: this.#transportId, fingerprint } }),
    };
    const known = this.#known;
    if (known.fingerprint.algorithm !== algorithm || known.fingerprint.value !== value)
      throw new MeridianError('OUT_OF_ORDER', 'the connection has another certificate already');
    await known.done;
  }
}
