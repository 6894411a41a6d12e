import { createHash, X509Certificate } from 'node:crypto';
import { PkiError } from './errors.ts';

/** Of a process: fixed when its enrolment token is minted, carried by its certificate, never by a message. */
export interface Identity {
  id: string;
  kind: string;
  region: string;
}

/** What a process needs to prove its identity and to judge others'. Immutable: renewal makes a new one. */
export interface Credentials {
  identity: Identity;
  keyPem: string;
  certPem: string;
  /** The authority of the cluster; while it is replaced, the old one and the next. */
  caPem: string;
  notAfterMs: number;
}

/** No character here has a meaning in a URI, a certificate's text form, a key of the store or a metric label. */
const FIELD_FORM = /^[A-Za-z0-9._-]{1,64}$/;
/** The only subject alternative name we issue; the whole field must be this, so a second name cannot be smuggled in. */
const SUBJECT_ALT_NAME_FORM = /^URI:meridian:([A-Za-z0-9._-]{1,64})\/([A-Za-z0-9._-]{1,64})\/([A-Za-z0-9._-]{1,64})$/;

const PEM_BLOCKS = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Throws PKI_BAD_IDENTITY. */
export function checkIdentity(identity: Identity): void {
  for (const field of ['id', 'kind', 'region'] as const) {
    if (!FIELD_FORM.test(identity[field]))
      throw new PkiError('PKI_BAD_IDENTITY', `identity field ${field} must match ${FIELD_FORM.source}`);
  }
}

export function isSameIdentity(a: Identity, b: Identity): boolean {
  return a.id === b.id && a.kind === b.kind && a.region === b.region;
}

/** `meridian:<kind>/<region>/<id>` */
export function identityUri(identity: Identity): string {
  checkIdentity(identity);
  return `meridian:${identity.kind}/${identity.region}/${identity.id}`;
}

/** The identity a certificate names, unverified; undefined when it is not one of ours in form. Never throws. */
export function identityOf(certPemOrDer: string | Uint8Array): Identity | undefined {
  const certificate = parseCertificate(certPemOrDer);
  return certificate === undefined ? undefined : identityIn(certificate);
}

/**
 * The identity of a certificate that is valid at `nowMs` (wall time) and signed directly by one of the authorities in
 * `caPem`; undefined otherwise. The chain has exactly two links: what a certificate of ours has signed is not accepted.
 * Never throws.
 */
export function verifyCertificate(certPem: string | Uint8Array, caPem: string, nowMs: number): Identity | undefined {
  const certificate = parseCertificate(certPem);
  if (certificate === undefined || !isWithin(certificate, nowMs)) return undefined;
  const authority = issuerIn(certificate, caPem);
  return authority !== undefined && isWithin(authority, nowMs) ? identityIn(certificate) : undefined;
}

/**
 * As `verifyCertificate`, of one that may have run out: judged at its own last moment. `lapsedMs`: how long ago that
 * was; negative: it has not run out.
 */
export function verifyLapsed(
  certPem: string,
  caPem: string,
  nowMs: number,
): { identity: Identity; lapsedMs: number } | undefined {
  const endMs = parseCertificate(certPem)?.validToDate.getTime() ?? 0;
  const identity = verifyCertificate(certPem, caPem, endMs - 1);
  return identity === undefined ? undefined : { identity, lapsedMs: nowMs - endMs };
}

/** Of the authorities in `caPem` the one that has signed the certificate, whatever the time. Never throws. */
export function issuerIn(certificate: X509Certificate, caPem: string): X509Certificate | undefined {
  return authoritiesIn(caPem).find(
    (authority) => authority.ca && certificate.checkIssued(authority) && certificate.verify(authority.publicKey),
  );
}

/** The certificates of a text that may hold several; what is none is left out. */
export function authoritiesIn(caPem: string): X509Certificate[] {
  return (caPem.match(PEM_BLOCKS) ?? []).flatMap((pem) => parseCertificate(pem) ?? []);
}

/** Fingerprints of the authorities that credentials hold, first the one that has signed their own certificate. */
export function authoritiesOf({ certPem, caPem }: Pick<Credentials, 'certPem' | 'caPem'>): string[] {
  const certificate = parseCertificate(certPem);
  const issuer = certificate && issuerIn(certificate, caPem);
  const first = issuer === undefined ? [] : [fingerprintOf(issuer.raw)];
  return [...new Set([...first, ...authoritiesIn(caPem).map(({ raw }) => fingerprintOf(raw))])];
}

/** SHA-256 of a certificate's DER, base64url. */
export function fingerprintOf(der: Uint8Array): string {
  return createHash('sha256').update(der).digest('base64url');
}

/** Undefined when the text or bytes are not one certificate. */
export function parseCertificate(certPemOrDer: string | Uint8Array): X509Certificate | undefined {
  try {
    return new X509Certificate(certPemOrDer);
  } catch {
    // OpenSSL has a dozen ways to say so; to every caller they are one outcome, and it is in the return type.
    return undefined;
  }
}

function identityIn(certificate: X509Certificate): Identity | undefined {
  const match = SUBJECT_ALT_NAME_FORM.exec(certificate.subjectAltName ?? '');
  const [, kind, region, id] = match ?? [];
  return kind === undefined || region === undefined || id === undefined ? undefined : { id, kind, region };
}

function isWithin(certificate: X509Certificate, nowMs: number): boolean {
  return certificate.validFromDate.getTime() <= nowMs && nowMs < certificate.validToDate.getTime();
}
