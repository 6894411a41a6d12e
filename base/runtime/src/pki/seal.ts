import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { PkiError } from './errors.ts';

/** Format `mca1.<salt>.<nonce>.<ciphertext>.<tag>`, each base64url; key = scrypt(secret, salt), AES-256-GCM. */
const FORMAT = 'mca1';
/** OWASP's recommendation for scrypt: 2^17 blocks of 8, 128 MiB, a few hundred milliseconds, once per start. */
const SCRYPT = { N: 2 ** 17, r: 8, p: 1, maxmem: 160 * 1_048_576 };
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** A sealed authority has about 1.5 kB. */
const SEALED_CHARS_MAX = 16_384;
/** A shorter secret could be guessed from a stolen copy. */
const SECRET_CHARS_MIN = 16;

export async function sealText(text: string, secret: string): Promise<string> {
  if (secret.length < SECRET_CHARS_MIN)
    throw new RangeError(`the sealing secret needs at least ${SECRET_CHARS_MIN} characters`);
  const salt = randomBytes(SALT_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', await deriveKey(secret, salt), nonce);
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return [FORMAT, ...[salt, nonce, body, cipher.getAuthTag()].map((part) => part.toString('base64url'))].join('.');
}

/** Throws PKI_SEAL_INVALID for a wrong secret, a changed byte or any other text. */
export async function openSealed(sealed: string, secret: string): Promise<string> {
  const parts = sealed.length > SEALED_CHARS_MAX ? [] : sealed.split('.');
  const [salt, nonce, body, tag] = parts.slice(1).map((part) => Buffer.from(part, 'base64url'));
  const isWellFormed =
    parts.length === 5 &&
    parts[0] === FORMAT &&
    salt?.length === SALT_BYTES &&
    nonce?.length === NONCE_BYTES &&
    tag?.length === TAG_BYTES;
  if (!isWellFormed || body === undefined) throw new PkiError('PKI_SEAL_INVALID', 'this is not a sealed authority');
  const decipher = createDecipheriv('aes-256-gcm', await deriveKey(secret, salt), nonce, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
  } catch (error) {
    throw new PkiError('PKI_SEAL_INVALID', 'wrong secret, or the sealed authority was changed', { cause: error });
  }
}

function deriveKey(secret: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(secret, salt, 32, SCRYPT, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}
