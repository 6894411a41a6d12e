import { createPrivateKey, createPublicKey } from 'node:crypto';
import { PkiError } from './errors.ts';
import { type Credentials, type Identity, identityUri, parseCertificate, verifyCertificate } from './identity.ts';

/** A fresh key, which never leaves the process that asks, and a request for a certificate on it. PKI_BAD_IDENTITY. */
export async function createCsr(identity: Identity): Promise<{ keyPem: string; csrPem: string }> {
  const uri = identityUri(identity);
  // Loaded once a day, when a certificate is renewed: its megabytes would double the start of a node.
  const { generateKeys, privateKeyToPem, SIGNING_ALGORITHM, x509 } = await import('./x509.ts');
  const keys = await generateKeys();
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: [identity.id] }],
    keys,
    signingAlgorithm: SIGNING_ALGORITHM,
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'url', value: uri }])],
  });
  return { keyPem: await privateKeyToPem(keys.privateKey), csrPem: request.toString('pem') };
}

/**
 * Puts together what an issuer answered and the key it was asked for, after checking that they belong together and are
 * valid at `nowMs` (wall time). The identity is the certificate's. PKI_BAD_CREDENTIALS.
 */
export function assembleCredentials(o: { keyPem: string; certPem: string; caPem: string; nowMs: number }): Credentials {
  const identity = verifyCertificate(o.certPem, o.caPem, o.nowMs);
  const certificate = parseCertificate(o.certPem);
  if (identity === undefined || certificate === undefined)
    throw new PkiError('PKI_BAD_CREDENTIALS', 'the certificate is not a valid one of this authority');
  if (!createPublicKey(createPrivateKey(o.keyPem)).equals(certificate.publicKey))
    throw new PkiError('PKI_BAD_CREDENTIALS', 'the certificate belongs to another key');
  return Object.freeze({
    identity: Object.freeze(identity),
    keyPem: o.keyPem,
    certPem: o.certPem,
    caPem: o.caPem,
    notAfterMs: certificate.validToDate.getTime(),
  });
}
