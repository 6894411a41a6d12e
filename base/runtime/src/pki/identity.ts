import { createHash, X509Certificate } from 'node:crypto';
import { PkiError } from './errors.ts';

/** Identity of a process: fixed when its enrolment token is minted, carried by its certificate, never by a message. */
export interface Identity {
  id: string;
  kind: string;
  region: string;
}

/** Credentials by which a process proves its identity and judges others'. Immutable: a renewal makes new ones. */
export interface Credentials {
  identity: Identity;
  keyPem: string;
  certPem: string;
  /** Authority of the cluster; during a replacement, the old and the next. */
  caPem: string;
  notAfterMs: number;
}

/** No character has a meaning in a URI, a certificate's text form, a store key or a metric label. */
const FIELD_FORM = /^[A-Za-z0-9._-]{1,64}$/;
/** The only subject alternative name that we issue; the form covers the whole field, so no second name fits in. */
const SUBJECT_ALT_NAME_FORM = /^URI:meridian:([A-Za-z0-9._-]{1,64})\/([A-Za-z0-9._-]{1,64})\/([A-Za-z0-9._-]{1,64})$/;

const PEM_BLOCKS = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

export function checkIdentity(identity: Identity): void {
  for (const field of ['id', 'kind', 'region'] as const) {
    if (!FIELD_FORM.test(identity[field]))
      throw new PkiError('PKI_BAD_IDENTITY', `identity field ${field} must match ${FIELD_FORM.source}`);
  }
}

export function isSameIdentity(a: Identity, b: Identity): boolean {
  return a.id === b.id && a.kind === b.kind && a.region === b.region;
}

/** Returns `meridian:<kind>/<region>/<id>`. Throws PKI_BAD_IDENTITY. */
export function identityUri(identity: Identity): string {
  checkIdentity(identity);
  return `meridian:${identity.kind}/${identity.region}/${identity.id}`;
}

/** Returns the unverified identity that a certificate names, undefined when its form is not ours. Never throws. */
export function identityOf(certPemOrDer: string | Uint8Array): Identity | undefined {
  const certificate = parseCertificate(certPemOrDer);
  return certificate === undefined ? undefined : identityIn(certificate);
}

/**
 * Returns the identity of a certificate that is valid at `nowMs` (wall time) and signed directly by an authority in
 * `caPem`, otherwise undefined. The chain has exactly two links: a certificate of ours cannot sign others. Never
 * throws.
 */
export function verifyCertificate(certPem: string | Uint8Array, caPem: string, nowMs: number): Identity | undefined {
  const certificate = parseCertificate(certPem);
  if (certificate === undefined || !isWithin(certificate, nowMs)) return undefined;
  const authority = issuerIn(certificate, caPem);
  return authority !== undefined && isWithin(authority, nowMs) ? identityIn(certificate) : undefined;
}

/**
 * Verifies a certificate like `verifyCertificate`, but at its own last moment, so that it may have expired. `lapsedMs`:
 * time since the expiry, negative before it.
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

/** Returns the authority in `caPem` that has signed the certificate, whatever the time. Never throws. */
export function issuerIn(certificate: X509Certificate, caPem: string): X509Certificate | undefined {
  return authoritiesIn(caPem).find(
    (authority) => authority.ca && certificate.checkIssued(authority) && certificate.verify(authority.publicKey),
  );
}

export function authoritiesIn(caPem: string): X509Certificate[] {
  return (caPem.match(PEM_BLOCKS) ?? []).flatMap((pem) => parseCertificate(pem) ?? []);
}

/** Returns the fingerprints of the authorities in credentials; the signer of their own certificate comes first. */
export function authoritiesOf({ certPem, caPem }: Pick<Credentials, 'certPem' | 'caPem'>): string[] {
  const certificate = parseCertificate(certPem);
  const issuer = certificate && issuerIn(certificate, caPem);
  const first = issuer === undefined ? [] : [fingerprintOf(issuer.raw)];
  return [...new Set([...first, ...authoritiesIn(caPem).map(({ raw }) => fingerprintOf(raw))])];
}

export function fingerprintOf(der: Uint8Array): string {
  return createHash('sha256').update(der).digest('base64url');
}

export function parseCertificate(certPemOrDer: string | Uint8Array): X509Certificate | undefined {
  try {
    return new X509Certificate(certPemOrDer);
  } catch {
    // OpenSSL has a dozen errors for this; callers need only the undefined.
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
