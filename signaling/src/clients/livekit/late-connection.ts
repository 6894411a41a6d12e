// A LiveKit client's transport, whose certificate comes with the first description; our clients send theirs with Join.
import { type Fingerprint, MeridianError } from '@meridian/protocol';
import { type SessionPort, Unanswered } from './session-requests.ts';

export class LateConnection {
  readonly #session: SessionPort;
  readonly #transportId: string;
  #certificate: { readonly fingerprint: Fingerprint; done: Promise<unknown> | undefined } | undefined;

  constructor(session: SessionPort, transportId: string) {
    this.#session = session;
    this.#transportId = transportId;
  }

  /** Throws OUT_OF_ORDER for a second certificate. */
  check({ algorithm, value }: Fingerprint): void {
    const known = this.#certificate?.fingerprint;
    if (known !== undefined && (known.algorithm !== algorithm || known.value !== value))
      throw new MeridianError('OUT_OF_ORDER', 'the connection has another certificate already');
  }

  /** Resolves when the media node has the certificate. Rejects as `check`. */
  async connect(fingerprint: Fingerprint): Promise<void> {
    this.check(fingerprint);
    this.#certificate ??= { fingerprint, done: undefined };
    const known = this.#certificate;
    known.done ??= this.#session.ask({ connectTransport: { transportId: this.#transportId, fingerprint } });
    try {
      await known.done;
    } catch (error) {
      // Repeated over the client's next socket; the media node accepts the same certificate twice.
      if (error instanceof Unanswered) known.done = undefined;
      throw error;
    }
  }
}
