import { createPrivateKey, createPublicKey } from 'node:crypto';
import { PkiError } from './errors.ts';
import { type Credentials, type Identity, identityUri, parseCertificate, verifyCertificate } from './identity.ts';

/** Makes a fresh key, which never leaves this process, and a certificate request for it. Throws PKI_BAD_IDENTITY. */
export async function createCsr(identity: Identity): Promise<{ keyPem: string; csrPem: string }> {
  const uri = identityUri(identity);
  // Loaded once a day, for the renewal of a certificate: the library's megabytes would double the start time of a node.
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
 * Combines an issuer's answer with the key of the request, and checks that they match and are valid at `nowMs` (wall
 * time). The identity is the certificate's. Throws PKI_BAD_CREDENTIALS.
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
