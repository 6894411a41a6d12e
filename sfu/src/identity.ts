// This node's certificate: from the store, or by enrolment with a single-use token; renewed over the centre's link when
// two thirds of its life are over.
import { type ControlLink, call, rpc } from '@meridian/protocol';
import {
  assembleCredentials,
  type Clock,
  CredentialStore,
  type Credentials,
  createCsr,
  enrol,
  type Logger,
  type Timer,
} from '@meridian/runtime';

const enrolDeadlineMs = 10_000;
const renewCheckMs = 60_000;
/** Renewed when less than this share of 24 h is left: eight hours of trouble with the centre are survived. */
const renewWhenLeftMs = 8 * 3600_000;

export interface IdentityOptions {
  readonly id: string;
  readonly region: string;
  readonly credentialsFile: string;
  readonly enrolUrl: string;
  readonly enrolmentToken: string | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

export class NodeIdentity {
  readonly #options: IdentityOptions;
  readonly #store: CredentialStore;
  #credentials: Credentials;
  #timer: Timer | undefined;
  #renewing = false;

  /** Rejects when there is no valid certificate and no token to get one with. */
  static async open(options: IdentityOptions): Promise<NodeIdentity> {
    const store = new CredentialStore(options.credentialsFile, options.log);
    const stored = store.load();
    const identity = { id: options.id, kind: 'sfu', region: options.region };
    const usable =
      stored !== undefined &&
      stored.notAfterMs > options.clock.wallMs() &&
      stored.identity.id === identity.id &&
      stored.identity.region === identity.region &&
      stored.identity.kind === identity.kind;
    if (usable) return new NodeIdentity(options, store, stored);
    if (options.enrolmentToken === undefined) {
      throw new Error(`no valid certificate in ${options.credentialsFile} and no enrolmentToken in the configuration`);
    }
    const credentials = await enrol({
      url: options.enrolUrl,
      token: options.enrolmentToken,
      identity,
      deadlineMs: enrolDeadlineMs,
    });
    store.save(credentials);
    return new NodeIdentity(options, store, credentials);
  }

  private constructor(options: IdentityOptions, store: CredentialStore, credentials: Credentials) {
    this.#options = options;
    this.#store = store;
    this.#credentials = credentials;
  }

  get credentials(): Credentials {
    return this.#credentials;
  }

  /** Looks every minute whether the certificate is to be renewed over the link that `centre` answers then. */
  watch(o: { centre(): ControlLink | undefined; onRenewed(credentials: Credentials): void }): void {
    this.#timer = this.#options.clock.every(renewCheckMs, () => {
      const link = o.centre();
      if (link === undefined || this.#renewing || this.leftMs > renewWhenLeftMs) return;
      this.#renewing = true;
      this.renew(link)
        .then(o.onRenewed, (error: unknown) =>
          this.#options.log.warn({ err: error }, 'certificate not renewed; trying again'),
        )
        .finally(() => {
          this.#renewing = false;
        });
    });
  }

  get leftMs(): number {
    return this.#credentials.notAfterMs - this.#options.clock.wallMs();
  }

  /** A new key and certificate for the same identity, stored before it is used. */
  async renew(link: ControlLink): Promise<Credentials> {
    const { keyPem, csrPem } = await createCsr(this.#credentials.identity);
    const { certPem, caPem } = await call(link, rpc.renewCertificate, { csrPem });
    const renewed = assembleCredentials({ keyPem, certPem, caPem, nowMs: this.#options.clock.wallMs() });
    this.#store.save(renewed);
    this.#credentials = renewed;
    this.#options.log.info({ notAfterMs: renewed.notAfterMs }, 'certificate renewed');
    return renewed;
  }

  close(): void {
    this.#timer?.cancel();
  }
}
