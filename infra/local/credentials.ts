// Checks a child's credentials before its start, so that damaged ones are replaced by a new enrolment without deleting
// files by hand.
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Certificates live 24 h; one with less than this left is not used. */
const leftMsMin = 4 * 3600_000;
const pemBlocks = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** `why` is for people; undefined for a usual reason (no file yet, an old certificate). */
export type CredentialsVerdict =
  | { readonly usable: true }
  | { readonly usable: false; readonly why: string | undefined };

/**
 * Checks a credentials file like its service will: complete, matching key and certificate, signed by a CA in the file,
 * for this id, not about to expire; and by the running centre's CA, if its fingerprint is known.
 */
export function judgeCredentials(
  file: string,
  o: { id: string; authorityFingerprint: string | undefined; nowMs: number },
): CredentialsVerdict {
  const unusable = (why?: string): CredentialsVerdict => ({ usable: false, why });
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT'
      ? unusable()
      : unusable(`cannot be read (${messageOf(error)})`);
  }
  const parts = parse(text);
  if (parts === undefined) return unusable('is damaged');
  const { certificate, authorities, keyFits } = parts;
  if (!keyFits || !authorities.some((ca) => certificate.checkIssued(ca) && certificate.verify(ca.publicKey)))
    return unusable('is damaged: key, certificate and CA do not belong together');
  const fingerprints = authorities.map(({ raw }) => createHash('sha256').update(raw).digest('base64url'));
  if (o.authorityFingerprint !== undefined && !fingerprints.includes(o.authorityFingerprint))
    return unusable('is of another certificate authority than the centre’s');
  if (certificate.subject !== `CN=${o.id}`) return unusable(`is not of ${o.id} (${certificate.subject})`);
  return Date.parse(certificate.validTo) - o.nowMs < leftMsMin ? unusable() : { usable: true };
}

interface CredentialParts {
  readonly certificate: X509Certificate;
  /** Two authorities during a replacement, otherwise one. */
  readonly authorities: readonly X509Certificate[];
  readonly keyFits: boolean;
}

function parse(text: string): CredentialParts | undefined {
  try {
    const { keyPem, certPem, caPem, notAfterMs } = JSON.parse(text) as Record<string, unknown>;
    if (typeof keyPem !== 'string' || typeof certPem !== 'string' || typeof caPem !== 'string') return undefined;
    if (typeof notAfterMs !== 'number') return undefined;
    const certificate = new X509Certificate(certPem);
    return {
      certificate,
      authorities: (caPem.match(pemBlocks) ?? []).map((pem) => new X509Certificate(pem)),
      keyFits: certificate.checkPrivateKey(createPrivateKey(keyPem)),
    };
  } catch (error) {
    // All forms of damage (invalid JSON, null, no PEM) have the same result.
    if (error instanceof Error) return undefined;
    throw error;
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
