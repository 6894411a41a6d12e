// Certificate of this node: from its state folder, or by enrolment with a single-use token; renewed over a link to the
// centre, or by its old key after its expiry.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ControlLink, call, limits, type NodeKind, rpc } from '@meridian/protocol';
import {
  assembleCredentials,
  authoritiesOf,
  type Clock,
  ConfigError,
  CredentialStore,
  type Credentials,
  createCsr,
  enrol,
  isSameIdentity,
  type Logger,
  PkiError,
  renewLapsed,
  type Timer,
} from '@meridian/runtime';
import type { NodeConfig } from './config.ts';

const enrolDeadlineMs = 10_000;
const renewCheckMs = 60_000;
/** Remaining lifetime at which the certificate is renewed: eight hours of trouble with the centre do no harm. */
const renewWhenLeftMs = limits.certificateLifetimeMs / 3;
/** A certificate with less time left would expire before a centre could renew it, so it is not used at a start. */
const leftMsMinAtStart = 2000;
/** Pauses between tries to renew an expired certificate: short, to find soon a centre that starts with its nodes. */
const lapsedBackoffMs = { first: 500, max: 15_000 };
const cures: ReadonlyMap<string, string> = new Map([
  ['RENEWAL_TOO_OLD', 'it ran out too long ago: invite the host anew, or mint a token'],
  ['RENEWAL_REFUSED', 'the centre does not know it: invite the host anew, or mint a token'],
  ['RENEWAL_DENIED', 'the node is shut out: an administrator lets it in again (DELETE /v1/nodes/ID/deny)'],
  ['ENROL_WRONG_CA', 'the centre has another authority: invite the host anew, or mint a token'],
]);

export interface IdentityOptions {
  readonly kind: NodeKind;
  readonly config: Pick<
    NodeConfig,
    'id' | 'region' | 'enrolUrl' | 'enrolmentToken' | 'enrolmentTokenFile' | 'enrolmentCaFile'
  > & { readonly stateDir: string };
  readonly clock: Clock;
  readonly log: Logger;
}

export class NodeIdentity {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #store: CredentialStore;
  readonly #listeners: ((credentials: Credentials) => void)[] = [];
  readonly #urls: readonly string[];
  #credentials: Credentials;
  #authorities: readonly string[];
  #timer: Timer | undefined;
  #renewing = false;
  #closed = false;

  /**
   * Opens the identity in the state folder if id, kind and region match. A certificate that has expired, or does within
   * two seconds, is renewed first, however long the centre takes. Without a certificate, or when it cannot be renewed
   * any more, the token is redeemed. Throws ConfigError naming `enrolmentToken`, with the cure, without a token or for
   * an unreadable file; ENROL_* (`enrol` of runtime) when the centre refuses.
   */
  static async open(o: IdentityOptions): Promise<NodeIdentity> {
    const { config, log } = o;
    const store = new CredentialStore(join(config.stateDir, 'credentials.json'), log);
    const identity = { id: config.id, kind: o.kind, region: config.region };
    const stored = store.load();
    let why = 'the state folder holds no credentials of this node';
    if (stored !== undefined && isSameIdentity(stored.identity, identity)) {
      const valid = await validOrRenewed(stored, o);
      if (!(valid instanceof PkiError)) {
        if (valid !== stored) store.save(valid);
        return new NodeIdentity(o, store, valid);
      }
      why = `the certificate in the state folder has run out, and ${cures.get(valid.code)}`;
    }
    const proof = enrolmentProofOf(config, why);
    const credentials = await enrol({ url: config.enrolUrl, ...proof, identity, deadlineMs: enrolDeadlineMs });
    store.save(credentials);
    log.info({ identity }, 'enrolled');
    return new NodeIdentity(o, store, credentials);
  }

  private constructor(o: IdentityOptions, store: CredentialStore, credentials: Credentials) {
    this.#clock = o.clock;
    this.#log = o.log;
    this.#store = store;
    this.#credentials = credentials;
    this.#authorities = authoritiesOf(credentials);
    this.#urls = urlsOf(o.config);
  }

  /** A new object after each renewal: read it whenever it is needed. */
  get credentials(): Credentials {
    return this.#credentials;
  }

  /** Authorities of the present credentials (`authoritiesOf` of runtime): a new array only after a renewal. */
  get authorities(): readonly string[] {
    return this.#authorities;
  }

  onRenewed(listener: (credentials: Credentials) => void): void {
    this.#listeners.push(listener);
  }

  /**
   * Checks every minute, until `close`, whether to renew the certificate: over the link that `link` returns, or without
   * a link after the expiry, when no link can be made.
   */
  watch(link: () => ControlLink | undefined): void {
    this.#timer ??= this.#clock.every(renewCheckMs, () => this.renewIfDue(link()));
  }

  /** Checks at once: a node that starts late in a certificate's life does not wait a minute. */
  renewIfDue(open: ControlLink | undefined): void {
    const leftMs = this.#credentials.notAfterMs - this.#clock.wallMs();
    if (leftMs <= (open === undefined ? 0 : renewWhenLeftMs)) this.#renew(open);
  }

  /** Renews now, unless the certificate and the trusted authorities match already. */
  renewUnder(authorities: readonly string[], open: ControlLink): void {
    if (authorities.join() !== this.#authorities.join()) this.#renew(open);
  }

  #renew(openLink: ControlLink | undefined): void {
    if (this.#closed || this.#renewing) return;
    this.#renewing = true;
    const renewed = openLink === undefined ? this.#renewWithOldKey() : this.#renewOver(openLink);
    renewed
      .then((credentials) => this.#use(credentials))
      .catch((error: unknown) => this.#log.warn({ err: error }, 'certificate not renewed; trying again'))
      .finally(() => {
        this.#renewing = false;
      });
  }

  /** Stops renewals, including one under way. Idempotent. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  async #renewOver(link: ControlLink): Promise<Credentials> {
    const { keyPem, csrPem } = await createCsr(this.#credentials.identity);
    const { certPem, caPem } = await call(link, rpc.renewCertificate, { csrPem });
    return assembleCredentials({ keyPem, certPem, caPem, nowMs: this.#clock.wallMs() });
  }

  #renewWithOldKey(): Promise<Credentials> {
    const [urls, credentials, clock] = [this.#urls, this.#credentials, this.#clock];
    return renewLapsed({ urls, credentials, deadlineMs: enrolDeadlineMs, clock });
  }

  #use(renewed: Credentials): void {
    if (this.#closed) return;
    this.#store.save(renewed);
    this.#credentials = renewed;
    this.#authorities = authoritiesOf(renewed);
    this.#log.info({ notAfterMs: renewed.notAfterMs }, 'certificate renewed');
    for (const listener of this.#listeners) listener(renewed);
  }
}

const urlsOf = ({ enrolUrl }: { readonly enrolUrl: string }): string[] => enrolUrl.split(',').map((url) => url.trim());

/**
 * Returns the stored credentials while they are valid, otherwise renewed ones as soon as a centre answers, or its final
 * refusal. The clock is read at each try, because machines that were off set it late.
 */
async function validOrRenewed(
  stored: Credentials,
  { config, clock, log }: IdentityOptions,
): Promise<Credentials | PkiError> {
  const urls = urlsOf(config);
  let delayMs = lapsedBackoffMs.first;
  let loggedCode = '';
  while (stored.notAfterMs - clock.wallMs() <= leftMsMinAtStart) {
    try {
      const renewed = await renewLapsed({ urls, credentials: stored, deadlineMs: enrolDeadlineMs, clock });
      log.info({ notAfterMs: renewed.notAfterMs }, 'the certificate had run out and was renewed');
      return renewed;
    } catch (error) {
      if (!(error instanceof PkiError)) throw error;
      if (cures.has(error.code)) return error;
      if (error.code !== loggedCode)
        log.warn({ err: error }, 'the certificate has run out and is not renewed yet; trying');
      loggedCode = error.code;
    }
    await new Promise<void>((resolve) => clock.after(delayMs, resolve));
    delayMs = Math.min(2 * delayMs, lapsedBackoffMs.max);
  }
  return stored;
}

/** Returns the token of a new node. Throws ConfigError without any, with the reason `why`. */
function enrolmentProofOf(config: IdentityOptions['config'], why: string): { token: string; caPem?: string } {
  const { enrolmentToken: token, enrolmentTokenFile: tokenFile, enrolmentCaFile: caFile } = config;
  if (tokenFile !== undefined) {
    if (caFile === undefined) throw problem('enrolmentCaFile', undefined, 'a file: enrolmentTokenFile needs it');
    return { token: textOf('enrolmentTokenFile', tokenFile), caPem: textOf('enrolmentCaFile', caFile) };
  }
  if (token === undefined) throw problem('enrolmentToken', undefined, `a token: ${why}`);
  return { token };
}

function textOf(key: string, file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw problem(key, file, `a file that can be read (${error instanceof Error ? error.message : String(error)})`);
  }
}

const problem = (key: string, value: string | undefined, allowed: string): ConfigError =>
  new ConfigError([{ key, value, allowed }]);
