/**
 * The single entry to @peculiar/x509. Its dependency injection needs the metadata polyfill first, and its keys are
 * WebCrypto keys, while the rest of this package uses PEM.
 */
import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import type { X509Certificate } from '@peculiar/x509';

export * as x509 from '@peculiar/x509';

/** WebCrypto key in the library's type: the browser's typings know fewer key usages than Node has. */
export type SigningKey = NonNullable<X509Certificate['privateKey']>;

export interface SigningKeyPair {
  readonly publicKey: SigningKey;
  readonly privateKey: SigningKey;
}

export const KEY_ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;
export const SIGNING_ALGORITHM = { name: 'ECDSA', hash: 'SHA-256' } as const;

export async function generateKeys(): Promise<SigningKeyPair> {
  return (await webcrypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify'])) as SigningKeyPair;
}

export async function privateKeyToPem(key: SigningKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----\n`;
}

export async function privateKeyFromPem(keyPem: string): Promise<SigningKey> {
  const base64 = keyPem.replaceAll(/-----[A-Z ]+-----|\s/g, '');
  const der = Buffer.from(base64, 'base64');
  return (await webcrypto.subtle.importKey('pkcs8', der, KEY_ALGORITHM, true, ['sign'])) as SigningKey;
}

/** Returns 127 random bits, positive and never zero: unguessable, and unique without a stored counter. */
export function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}

export function pemWithNewline(pem: string): string {
  return pem.endsWith('\n') ? pem : `${pem}\n`;
}
