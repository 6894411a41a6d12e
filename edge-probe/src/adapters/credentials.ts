import { join } from 'node:path';
import {
  assembleCredentials,
  CredentialStore,
  type Credentials,
  createCsr,
  enrol,
  type Logger,
} from '@meridian/runtime';
import type { ProbeConfig } from '../config.ts';

const ENROL_LIMIT_MS = 10_000;

/** The node's own certificate: kept in the state folder, enrolled once with the token, renewed over the link afterwards. */
export class OwnCredentials {
  readonly #store: CredentialStore;
  #credentials: Credentials;

  /** Loads what is there and still valid, else enrols. Rejects with ENROL_* when neither works. */
  static async open(config: ProbeConfig, wallMs: number, log: Logger): Promise<OwnCredentials> {
    const store = new CredentialStore(join(config.stateDir, 'credentials.json'), log);
    const kept = store.load();
    if (kept !== undefined && kept.notAfterMs > wallMs && kept.identity.id === config.id) {
      return new OwnCredentials(store, kept);
    }
    const identity = { id: config.id, kind: 'edge-probe', region: config.region };
    const token = config.enrolmentToken ?? '';
    const credentials = await enrol({ url: config.enrolUrl, token, identity, deadlineMs: ENROL_LIMIT_MS });
    store.save(credentials);
    return new OwnCredentials(store, credentials);
  }

  private constructor(store: CredentialStore, credentials: Credentials) {
    this.#store = store;
    this.#credentials = credentials;
  }

  get current(): Credentials {
    return this.#credentials;
  }

  /** A new key and certificate; `ask` sends the request to the centre. The old ones stay when anything fails. */
  async renew(ask: (csrPem: string) => Promise<{ certPem: string }>, wallMs: number): Promise<Credentials> {
    const { keyPem, csrPem } = await createCsr(this.#credentials.identity);
    const { certPem } = await ask(csrPem);
    const { caPem } = this.#credentials;
    const credentials = assembleCredentials({ keyPem, certPem, caPem, nowMs: wallMs });
    this.#store.save(credentials);
    this.#credentials = credentials;
    return credentials;
  }
}
