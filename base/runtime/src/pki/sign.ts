import { createPrivateKey, type KeyObject, sign, verify } from 'node:crypto';
import { parseCertificate } from './identity.ts';

/** Bytes of an IEEE P1363 signature on P-256: r and s, 32 bytes each. */
export const SIGNATURE_BYTES = 64;

/**
 * Signs by ECDSA on P-256 with SHA-256, in IEEE P1363 form. Throws when `key` is no private key; one in PEM is imported
 * each time, which takes longer than the signature.
 */
export function signWith(key: string | KeyObject, bytes: Uint8Array): Uint8Array {
  const imported = typeof key === 'string' ? createPrivateKey(key) : key;
  return new Uint8Array(sign('sha256', bytes, { key: imported, dsaEncoding: 'ieee-p1363' }));
}

/** Returns whether the certificate's key made the signature; verify the certificate first. Never throws. */
export function verifyWith(certPem: string, bytes: Uint8Array, signature: Uint8Array): boolean {
  const certificate = parseCertificate(certPem);
  if (certificate === undefined || signature.length !== SIGNATURE_BYTES) return false;
  if (certificate.publicKey.asymmetricKeyDetails?.namedCurve !== 'prime256v1') return false;
  return verify('sha256', bytes, { key: certificate.publicKey, dsaEncoding: 'ieee-p1363' }, signature);
}
