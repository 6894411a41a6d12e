// Certificates for the local network: an authority that people install on their phones, made once, and a renewed
// certificate for this machine's address. The files are in the state folder, the keys readable by the user alone.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import {
  type CertifiedKey,
  createLocalAuthority,
  issueServerCertificate,
  readableFingerprint,
} from '@meridian/runtime/local-authority';
import { lanFiles } from './lan-places.ts';
import { writePrivate } from './state.ts';

const CHECK_INTERVAL_MS = 3600_000;

/**
 * Returns why a server needs another certificate; undefined for one of this address and authority with more than a
 * third of its life left.
 */
export function renewalReason(
  pair: CertifiedKey,
  o: { ip: string; caPem: string; nowMs: number },
): 'damaged' | 'another authority' | 'another address' | 'due' | undefined {
  const certificate = parsePair(pair);
  if (certificate === undefined) return 'damaged';
  const ca = new X509Certificate(o.caPem);
  if (!certificate.checkIssued(ca) || !certificate.verify(ca.publicKey)) return 'another authority';
  if (certificate.checkIP(o.ip) === undefined) return 'another address';
  const [fromMs, toMs] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  const isDue = o.nowMs < fromMs || o.nowMs >= fromMs + ((toMs - fromMs) * 2) / 3;
  return isDue ? 'due' : undefined;
}

export class LanCertificates {
  readonly #files: ReturnType<typeof lanFiles>;
  readonly #ip: string;
  readonly #nowMs: () => number;
  #authority: CertifiedKey | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #isClosed = false;

  constructor(o: { stateDir: string; ip: string; nowMs: () => number }) {
    this.#files = lanFiles(o.stateDir);
    this.#ip = o.ip;
    this.#nowMs = o.nowMs;
    mkdirSync(join(o.stateDir, 'lan'), { recursive: true, mode: 0o700 });
  }

  /** SHA-256 of the authority, for people; set after `renew`. */
  get fingerprint(): string {
    return this.#authority === undefined ? '' : readableFingerprint(this.#authority.certPem);
  }

  /**
   * Renews the files now and then hourly until `close`; `onTrouble` gets later failures. Throws when the authority's
   * files are damaged.
   */
  async keep(onTrouble: (error: unknown) => void): Promise<void> {
    await this.renew();
    if (this.#isClosed) return;
    this.#timer = setInterval(() => this.renew().catch(onTrouble), CHECK_INTERVAL_MS);
  }

  /** Makes missing or due files; returns the reason, or undefined when all were good. */
  async renew(): Promise<'new' | NonNullable<ReturnType<typeof renewalReason>> | undefined> {
    const authority = await this.#loadAuthority();
    const { cert, key } = this.#files;
    const why =
      existsSync(cert) && existsSync(key)
        ? renewalReason(readPair(cert, key), { ip: this.#ip, caPem: authority.certPem, nowMs: this.#nowMs() })
        : 'new';
    if (why === undefined) return undefined;
    const pair = await issueServerCertificate(authority, { ip: this.#ip, nowMs: this.#nowMs() });
    // Servers that read between the two writes see a key that does not fit, and keep their old pair.
    writePrivate(key, pair.keyPem);
    writePrivate(cert, pair.certPem);
    return why;
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
  }

  /** Phones trust the authority, so damaged files are an error with a remedy instead of a silent replacement. */
  async #loadAuthority(): Promise<CertifiedKey> {
    if (this.#authority !== undefined) return this.#authority;
    const { ca, caKey } = this.#files;
    if (!existsSync(ca) && !existsSync(caKey)) {
      const made = await createLocalAuthority({ name: `Meridian on ${hostname()}`, nowMs: this.#nowMs() });
      writePrivate(caKey, made.keyPem);
      writePrivate(ca, made.certPem);
    }
    const pair = existsSync(ca) && existsSync(caKey) ? readPair(ca, caKey) : undefined;
    if (pair === undefined || parsePair(pair) === undefined)
      throw new Error(
        `${ca} and ${caKey} do not belong together; delete both to begin anew (phones must then trust the new one) (LAN_AUTHORITY_DAMAGED)`,
      );
    this.#authority = pair;
    return pair;
  }
}

const readPair = (cert: string, key: string): CertifiedKey => ({
  certPem: readFileSync(cert, 'utf8'),
  keyPem: readFileSync(key, 'utf8'),
});

function parsePair({ certPem, keyPem }: CertifiedKey): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(certPem);
    return certificate.checkPrivateKey(createPrivateKey(keyPem)) ? certificate : undefined;
  } catch (error) {
    // All forms of damage (no PEM, cut PEM) have the same result.
    if (error instanceof Error) return undefined;
    throw error;
  }
}
