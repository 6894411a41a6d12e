// This node's certificate: from its state folder, else by enrolment with a single-use token; renewed over a link to the
// centre, and by its old key when it has run out.
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
/**
 * How often it is looked whether the certificate is to be renewed; a renewal that failed is tried again at the next
 * look.
 */
const renewCheckMs = 60_000;
/** Renewed when so much of its life is left, or less: eight hours of trouble with the centre are survived. */
const renewWhenLeftMs = limits.certificateLifetimeMs / 3;
/** A certificate with less left is none to start with: it would end before a centre was dialled that renews it. */
const startLeftMs = 2000;
/** Between tries to renew a certificate that has run out: a centre that starts as late as its nodes is found soon. */
const lapsedBackoffMs = { first: 500, max: 15_000 };
/** Refusals of a certificate that has run out, which another try does not change, and what does. */
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
   * What the state folder holds, when it is of this id, kind and region. A certificate that has run out, or does within
   * two seconds, is renewed first, however long it takes until a centre answers. Without one, or when it cannot be
   * renewed any more, the token is redeemed. ConfigError naming `enrolmentToken`, with the cure, when there is none, or
   * a file that cannot be read; ENROL_* (`enrol` of runtime) when the centre gives nothing for it.
   */
  static async open(o: IdentityOptions): Promise<NodeIdentity> {
    const { config, log } = o;
    const store = new CredentialStore(join(config.stateDir, 'credentials.json'), log);
    const identity = { id: config.id, kind: o.kind, region: config.region };
    const stored = store.load();
    let why = 'the state folder holds no credentials of this node';
    if (stored !== undefined && isSameIdentity(stored.identity, identity)) {
      const valid = await lastingOf(stored, o);
      if (!(valid instanceof PkiError)) {
        if (valid !== stored) store.save(valid);
        return new NodeIdentity(o, store, valid);
      }
      why = `the certificate in the state folder has run out, and ${cures.get(valid.code)}`;
    }
    const proof = proofIn(config, why);
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

  /** Another object after each renewal: ask for it whenever it is needed. */
  get credentials(): Credentials {
    return this.#credentials;
  }

  /** Of the present credentials (`authoritiesOf` of runtime): another array only after a renewal. */
  get authorities(): readonly string[] {
    return this.#authorities;
  }

  /** Called with the new credentials after each renewal, to take them over. */
  onRenewed(listener: (credentials: Credentials) => void): void {
    this.#listeners.push(listener);
  }

  /**
   * Looks every minute, until `close`, whether the certificate is to be renewed: over the link to the centre that
   * `link` answers then, and without one when it has run out, as no link can be made with it.
   */
  watch(link: () => ControlLink | undefined): void {
    this.#timer ??= this.#clock.every(renewCheckMs, () => this.renewIfDue(link()));
  }

  /** Looks now: a node that starts late in a certificate's life does not wait for the next minute. */
  renewIfDue(open: ControlLink | undefined): void {
    const leftMs = this.#credentials.notAfterMs - this.#clock.wallMs();
    if (leftMs <= (open === undefined ? 0 : renewWhenLeftMs)) this.#renew(open);
  }

  /** Renews now, unless the certificate and what is trusted are of these authorities already (`authorities`). */
  renewUnder(authorities: readonly string[], open: ControlLink): void {
    if (authorities.join() !== this.#authorities.join()) this.#renew(open);
  }

  #renew(open: ControlLink | undefined): void {
    if (this.#closed || this.#renewing) return;
    this.#renewing = true;
    const renewed = open === undefined ? this.#askWithOldKey() : this.#askOver(open);
    renewed
      .then((credentials) => this.#take(credentials))
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

  /** A new key and certificate for the same identity. */
  async #askOver(link: ControlLink): Promise<Credentials> {
    const { keyPem, csrPem } = await createCsr(this.#credentials.identity);
    const { certPem, caPem } = await call(link, rpc.renewCertificate, { csrPem });
    return assembleCredentials({ keyPem, certPem, caPem, nowMs: this.#clock.wallMs() });
  }

  #askWithOldKey(): Promise<Credentials> {
    const [urls, credentials, clock] = [this.#urls, this.#credentials, this.#clock];
    return renewLapsed({ urls, credentials, deadlineMs: enrolDeadlineMs, clock });
  }

  /** Stored before it is used. */
  #take(renewed: Credentials): void {
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
 * The credentials themselves while they last, else renewed ones, as soon as a centre answers; a refusal that another
 * try does not change is answered. The clock is read at each try: machines that were off set it late.
 */
async function lastingOf(
  stored: Credentials,
  { config, clock, log }: IdentityOptions,
): Promise<Credentials | PkiError> {
  const urls = urlsOf(config);
  let delayMs = lapsedBackoffMs.first;
  let toldCode = '';
  while (stored.notAfterMs - clock.wallMs() <= startLeftMs) {
    try {
      const renewed = await renewLapsed({ urls, credentials: stored, deadlineMs: enrolDeadlineMs, clock });
      log.info({ notAfterMs: renewed.notAfterMs }, 'the certificate had run out and was renewed');
      return renewed;
    } catch (error) {
      if (!(error instanceof PkiError)) throw error;
      if (cures.has(error.code)) return error;
      if (error.code !== toldCode)
        log.warn({ err: error }, 'the certificate has run out and is not renewed yet; trying');
      toldCode = error.code;
    }
    await new Promise<void>((resolve) => clock.after(delayMs, resolve));
    delayMs = Math.min(2 * delayMs, lapsedBackoffMs.max);
  }
  return stored;
}

/** What a newcomer shows. ConfigError when there is nothing, with `why` it is needed. */
function proofIn(config: IdentityOptions['config'], why: string): { token: string; caPem?: string } {
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
