/**
 * A certificate authority for one machine in its local network. People install it on their phones by hand, so it may
 * sign as little as X.509 can express: its name constraints admit private IPv4 addresses and no real DNS name. A thief
 * of its key can impersonate a machine of that network, but no bank.
 */
import { createHash, randomBytes, X509Certificate } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { PkiError } from './errors.ts';
import {
  generateKeys,
  pemWithNewline,
  privateKeyFromPem,
  privateKeyToPem,
  SIGNING_ALGORITHM,
  serialNumber,
  x509,
} from './x509.ts';

const DAY_MS = 86_400_000;
const CA_LIFETIME_MS = 3650 * DAY_MS;
/** iOS accepts at most 397 days (825 for an installed authority). Renewal is automatic, so less costs nothing. */
export const SERVER_LIFETIME_MS = 90 * DAY_MS;
/** A phone's clock may be behind ours. */
const CLOCK_SKEW_MS = 3600_000;

/** RFC 1918, carrier-grade NAT, link-local. */
export const localNetworks = [
  { network: '10.0.0.0', prefix: 8 },
  { network: '172.16.0.0', prefix: 12 },
  { network: '192.168.0.0', prefix: 16 },
  { network: '100.64.0.0', prefix: 10 },
  { network: '169.254.0.0', prefix: 16 },
] as const;
/** Reserved by RFC 6761, so no host has this name. Permitting only this name forbids all others. */
const NO_NAME = 'meridian.invalid';

export interface CertifiedKey {
  readonly certPem: string;
  readonly keyPem: string;
}

/** `name` appears in the phone's list of authorities. */
export async function createLocalAuthority(o: { name: string; nowMs: number }): Promise<CertifiedKey> {
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: [`${o.name} ${randomBytes(3).toString('hex')}`] }],
    notBefore: new Date(o.nowMs - CLOCK_SKEW_MS),
    notAfter: new Date(o.nowMs + CA_LIFETIME_MS),
    signingAlgorithm: SIGNING_ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      new x509.Extension('2.5.29.30', true, nameConstraints()),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return {
    certPem: pemWithNewline(certificate.toString('pem')),
    keyPem: await privateKeyToPem(keys.privateKey),
  };
}

/** Throws PKI_BAD_IDENTITY unless `ip` is an IPv4 address. */
export async function issueServerCertificate(
  authority: CertifiedKey,
  o: { ip: string; nowMs: number },
): Promise<CertifiedKey> {
  if (!isIPv4(o.ip)) throw new PkiError('PKI_BAD_IDENTITY', `${o.ip} is no IPv4 address`);
  const issuer = new x509.X509Certificate(authority.certPem);
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    // The name has blanks, because OpenSSL applies name constraints to a common name that looks like a host name.
    subject: [{ CN: [`Meridian at ${o.ip}`] }],
    issuer: issuer.subjectName,
    notBefore: new Date(o.nowMs - CLOCK_SKEW_MS),
    notAfter: new Date(o.nowMs + SERVER_LIFETIME_MS),
    signingAlgorithm: SIGNING_ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: await privateKeyFromPem(authority.keyPem),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([{ type: 'ip', value: o.ip }]),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return {
    certPem: pemWithNewline(certificate.toString('pem')),
    keyPem: await privateKeyToPem(keys.privateKey),
  };
}

/** Returns the SHA-256 of a certificate as phones show it, for people to compare. */
export function readableFingerprint(certPem: string): string {
  const hex = createHash('sha256').update(new X509Certificate(certPem).raw).digest('hex').toUpperCase();
  return hex.match(/../g)?.join(':') ?? '';
}

/** Encodes NameConstraints (RFC 5280, 4.2.1.10) as DER, with permitted subtrees only; the library has no class. */
function nameConstraints(): Uint8Array<ArrayBuffer> {
  const addresses = localNetworks.map(({ network, prefix }) =>
    subtree(0x87, [...network.split('.').map(Number), ...maskOf(prefix)]),
  );
  const permitted = [...addresses.flat(), ...subtree(0x82, [...Buffer.from(NO_NAME)])];
  return Uint8Array.from(tlv(0x30, tlv(0xa0, permitted)));
}

const subtree = (tag: number, value: readonly number[]): number[] => tlv(0x30, tlv(tag, value));

const maskOf = (prefix: number): number[] =>
  [24, 16, 8, 0].map((shift) => (((0xff_ff_ff_ff << (32 - prefix)) >>> 0) >>> shift) & 0xff);

/** Encodes tag, length and value, for values of fewer than 128 bytes. */
function tlv(tag: number, value: readonly number[]): number[] {
  if (value.length > 127) throw new RangeError(`${value.length} bytes of DER need a longer length`);
  return [tag, value.length, ...value];
}
