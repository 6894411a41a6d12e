// This node's certificate: from its state folder, else by enrolment with a single-use token; renewed over a link to the
// centre.
import { join } from 'node:path';
import { type ControlLink, call, limits, type NodeKind, rpc } from '@meridian/protocol';
import {
  assembleCredentials,
  type Clock,
  ConfigError,
  CredentialStore,
  type Credentials,
  createCsr,
  enrol,
  isSameIdentity,
  type Logger,
  type Timer,
} from '@meridian/runtime';
import type { NodeConfig } from './config.ts';

const enrolDeadlineMs = 10_000;
/**
 * How often it is looked whether the certificate is to be renewed; a renewal that failed is tried again at the next
 * look.
 */
const renewCheckMs = 60_000;
/** Renewed when so much of its life is left, or less: eight hours of trouble with the centre are survived. */
const renewWhenLeftMs = limits.certificateLifetimeMs / 3;
/** A certificate with less left is none to start with: it would end before a centre was dialled that renews it. */
const startLeftMs = 2000;

export interface IdentityOptions {
  readonly kind: NodeKind;
  readonly config: Pick<NodeConfig, 'id' | 'region' | 'enrolUrl' | 'enrolmentToken'> & { readonly stateDir: string };
  readonly clock: Clock;
  readonly log: Logger;
}

export class NodeIdentity {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #store: CredentialStore;
  readonly #listeners: ((credentials: Credentials) => void)[] = [];
  #credentials: Credentials;
  #timer: Timer | undefined;
  #renewing = false;
  #closed = false;

  /**
   * What the state folder holds, when it is of this id, kind and region and holds for two seconds more; else a
   * certificate is enrolled for and stored. ConfigError naming `enrolmentToken` when there is neither; ENROL_* (`enrol`
   * of runtime) when the centre gives none.
   */
  static async open(o: IdentityOptions): Promise<NodeIdentity> {
    const { config, clock, log } = o;
    const store = new CredentialStore(join(config.stateDir, 'credentials.json'), log);
    const identity = { id: config.id, kind: o.kind, region: config.region };
    const stored = store.load();
    const isLasting = stored !== undefined && stored.notAfterMs - clock.wallMs() > startLeftMs;
    if (isLasting && isSameIdentity(stored.identity, identity)) return new NodeIdentity(o, store, stored);
    const { enrolUrl: url, enrolmentToken: token } = config;
    if (token === undefined) {
      const allowed = 'a token: the state folder holds no valid credentials of this node';
      throw new ConfigError([{ key: 'enrolmentToken', value: undefined, allowed }]);
    }
    const credentials = await enrol({ url, token, identity, deadlineMs: enrolDeadlineMs });
    store.save(credentials);
    log.info({ identity }, 'enrolled');
    return new NodeIdentity(o, store, credentials);
  }

  private constructor(o: IdentityOptions, store: CredentialStore, credentials: Credentials) {
    this.#clock = o.clock;
    this.#log = o.log;
    this.#store = store;
    this.#credentials = credentials;
  }

  /** Another object after each renewal: ask for it whenever it is needed. */
  get credentials(): Credentials {
    return this.#credentials;
  }

  /** Called with the new credentials after each renewal, to take them over. */
  onRenewed(listener: (credentials: Credentials) => void): void {
    this.#listeners.push(listener);
  }

  /**
   * Looks every minute, until `close`, whether the certificate is to be renewed, over the link to the centre that
   * `link` answers then.
   */
  watch(link: () => ControlLink | undefined): void {
    this.#timer ??= this.#clock.every(renewCheckMs, () => this.renewIfDue(link()));
  }

  /** Looks now: a node that starts late in a certificate's life does not wait for the next minute. */
  renewIfDue(open: ControlLink | undefined): void {
    const leftMs = this.#credentials.notAfterMs - this.#clock.wallMs();
    if (open === undefined || this.#closed || this.#renewing || leftMs > renewWhenLeftMs) return;
    this.#renewing = true;
    this.#renew(open)
      .catch((error: unknown) => this.#log.warn({ err: error }, 'certificate not renewed; trying again'))
      .finally(() => {
        this.#renewing = false;
      });
  }

  /** Idempotent. A renewal that is under way changes nothing any more. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  /** A new key and certificate for the same identity, stored before it is used. */
  async #renew(link: ControlLink): Promise<void> {
    const { keyPem, csrPem } = await createCsr(this.#credentials.identity);
    const { certPem, caPem } = await call(link, rpc.renewCertificate, { csrPem });
    const renewed = assembleCredentials({ keyPem, certPem, caPem, nowMs: this.#clock.wallMs() });
    if (this.#closed) return;
    this.#store.save(renewed);
    this.#credentials = renewed;
    this.#log.info({ notAfterMs: renewed.notAfterMs }, 'certificate renewed');
    for (const listener of this.#listeners) listener(renewed);
  }
}
