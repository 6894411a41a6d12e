import { randomBytes, X509Certificate } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { createCsr } from './csr.ts';
import { PkiError } from './errors.ts';
import { type Credentials, checkIdentity, fingerprintOf, type Identity, identityUri } from './identity.ts';
import { openSealed, sealText } from './seal.ts';
import {
  generateKeys,
  KEY_ALGORITHM,
  pemWithNewline,
  privateKeyFromPem,
  privateKeyToPem,
  SIGNING_ALGORITHM,
  type SigningKey,
  serialNumber,
  x509,
} from './x509.ts';

const DAY_MS = 86_400_000;
/** The CA outlives every deployment we know of; a new cluster secret replaces it, not expiry. */
const CA_LIFETIME_MS = 3650 * DAY_MS;
/** A certificate is valid from a little before now, because the other side's clock may be behind ours. */
const CLOCK_SKEW_MS = 300_000;
/** Certificates are not revoked, they expire. */
const TTL_MS_MAX = 7 * DAY_MS;
/** Dates in certificates have whole seconds; a shorter certificate would be expired when it is issued. */
const TTL_MS_MIN = 1_000;
/** A P-256 request has about 500 characters. */
const CSR_CHARS_MAX = 8_192;

/** Signer of nodes' certificates: an authority, or two during a replacement. */
export interface Issuer {
  readonly caPem: string;
  issue: Authority['issue'];
}

/** The certificate authority of a cluster. It signs the identity that the caller states, with the request's key. */
export class Authority {
  readonly caPem: string;
  /** SHA-256 of the CA certificate's DER, base64url, which enrolment tokens pin. */
  readonly fingerprint: string;
  readonly #key: SigningKey;
  readonly #certificate: InstanceType<typeof x509.X509Certificate>;
  readonly #clock: Clock;

  private constructor(o: { caPem: string; key: SigningKey; clock: Clock }) {
    this.caPem = o.caPem;
    this.fingerprint = fingerprintOf(new X509Certificate(o.caPem).raw);
    this.#key = o.key;
    this.#certificate = new x509.X509Certificate(o.caPem);
    this.#clock = o.clock;
  }

  static async create(o: { clock: Clock }): Promise<Authority> {
    const keys = await generateKeys();
    const nowMs = o.clock.wallMs();
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      serialNumber: serialNumber(),
      // Authorities have different names, so that a chain is never looked for under the wrong authority.
      name: [{ CN: [`Meridian cluster ${randomBytes(6).toString('hex')}`] }],
      notBefore: new Date(nowMs - CLOCK_SKEW_MS),
      notAfter: new Date(nowMs + CA_LIFETIME_MS),
      signingAlgorithm: SIGNING_ALGORITHM,
      keys,
      extensions: [
        // Path length 0: certificates below this authority cannot sign others.
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    });
    return new Authority({ caPem: pemWithNewline(certificate.toString('pem')), key: keys.privateKey, clock: o.clock });
  }

  /** Throws PKI_SEAL_INVALID for a wrong secret or changed bytes. */
  static async open(sealed: string, secret: string, o: { clock: Clock }): Promise<Authority> {
    const content: unknown = JSON.parse(await openSealed(sealed, secret));
    const { caPem, keyPem } = content as { caPem?: unknown; keyPem?: unknown };
    if (typeof caPem !== 'string' || typeof keyPem !== 'string')
      throw new PkiError('PKI_SEAL_INVALID', 'the sealed text is not an authority');
    return new Authority({ caPem, key: await privateKeyFromPem(keyPem), clock: o.clock });
  }

  /** Encrypts key and certificate under the cluster secret (scrypt + AES-256-GCM), to store or to hand to a standby. */
  async seal(secret: string): Promise<string> {
    return sealText(JSON.stringify({ caPem: this.caPem, keyPem: await privateKeyToPem(this.#key) }), secret);
  }

  /** Signs the request's public key for `identity` only. Throws PKI_BAD_CSR, PKI_BAD_TTL, PKI_BAD_IDENTITY. */
  async issue(o: {
    csrPem: string;
    identity: Identity;
    ttlMs: number;
  }): Promise<{ certPem: string; notAfterMs: number }> {
    checkIdentity(o.identity);
    if (!(o.ttlMs >= TTL_MS_MIN && o.ttlMs <= TTL_MS_MAX))
      throw new PkiError('PKI_BAD_TTL', `ttlMs must be in ${TTL_MS_MIN} … ${TTL_MS_MAX}, not ${o.ttlMs}`);
    const publicKey = await checkedPublicKey(o.csrPem);
    const nowMs = this.#clock.wallMs();
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: serialNumber(),
      subject: [{ CN: [o.identity.id] }],
      issuer: this.#certificate.subjectName,
      notBefore: new Date(nowMs - CLOCK_SKEW_MS),
      notAfter: new Date(Math.floor((nowMs + o.ttlMs) / 1000) * 1000),
      signingAlgorithm: SIGNING_ALGORITHM,
      publicKey,
      signingKey: this.#key,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
        new x509.SubjectAlternativeNameExtension([{ type: 'url', value: identityUri(o.identity) }]),
        await x509.SubjectKeyIdentifierExtension.create(publicKey),
        await x509.AuthorityKeyIdentifierExtension.create(this.#certificate.publicKey),
      ],
    });
    return { certPem: pemWithNewline(certificate.toString('pem')), notAfterMs: certificate.notAfter.getTime() };
  }

  /** Issues key and certificate in one step, for a process that holds the authority itself. */
  async issueCredentials(identity: Identity, ttlMs: number, caPem = this.caPem): Promise<Credentials> {
    const { keyPem, csrPem } = await createCsr(identity);
    const { certPem, notAfterMs } = await this.issue({ csrPem, identity, ttlMs });
    return Object.freeze({ identity: Object.freeze({ ...identity }), keyPem, certPem, caPem, notAfterMs });
  }
}

async function checkedPublicKey(csrPem: string): Promise<SigningKey> {
  try {
    if (csrPem.length > CSR_CHARS_MAX) throw new RangeError(`request has ${csrPem.length} characters`);
    const request = new x509.Pkcs10CertificateRequest(csrPem);
    const key = await request.publicKey.export(KEY_ALGORITHM, ['verify']);
    // The signature proves that the requester holds the key.
    if (!(await request.verify())) throw new RangeError('signature does not match');
    return key;
  } catch (error) {
    throw new PkiError('PKI_BAD_CSR', 'the certificate request is not a signed P-256 request', { cause: error });
  }
}
