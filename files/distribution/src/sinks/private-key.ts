// Tells whether the SSH client can read a private key, so that a key is refused when it is given, not at each delivery.
import { createPrivateKey } from 'node:crypto';

const OPENSSH = /^-----BEGIN OPENSSH PRIVATE KEY-----\r?\n([\s\S]+)\r?\n-----END OPENSSH PRIVATE KEY-----$/;
/** PKCS#1 and SEC 1; the client reads no PKCS#8 (`BEGIN PRIVATE KEY`). */
const PEM = /^-----BEGIN (RSA|EC|DSA) PRIVATE KEY-----\r?\n[\s\S]+\r?\n-----END \1 PRIVATE KEY-----$/;
/** First bytes of an OpenSSH key (OpenSSH's PROTOCOL.key, section 1). */
const MAGIC = Buffer.from('openssh-key-v1\0');
const TYPES = ['ssh-ed25519', 'ssh-rsa', 'ssh-dss', ...[256, 384, 521].map((bits) => `ecdsa-sha2-nistp${bits}`)];

/** Returns whether the text is a private key in PEM or OpenSSH format without a passphrase. */
export function isPrivateKey(text: string): boolean {
  const key = text.trim();
  const body = OPENSSH.exec(key)?.[1];
  if (body !== undefined) return isOpenSshKey(Buffer.from(body, 'base64'));
  return PEM.test(key) && isPemKey(key);
}

function isPemKey(pem: string): boolean {
  try {
    createPrivateKey(pem);
    return true;
  } catch {
    return false;
  }
}

/** Checks the fields before the key itself: magic, cipher, KDF with options, one key, public key, private key. */
function isOpenSshKey(bytes: Buffer): boolean {
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return false;
  const [cipher, afterCipher] = fieldAt(bytes, MAGIC.length);
  const [kdf, afterKdf] = fieldAt(bytes, afterCipher);
  const [, afterOptions] = fieldAt(bytes, afterKdf);
  if (String(cipher) !== 'none' || String(kdf) !== 'none') return false;
  if (bytes.length < afterOptions + 4 || bytes.readUInt32BE(afterOptions) !== 1) return false;
  const [publicKey = Buffer.alloc(0), afterPublic] = fieldAt(bytes, afterOptions + 4);
  const [privateKey] = fieldAt(bytes, afterPublic);
  const [type] = fieldAt(publicKey, 0);
  return privateKey !== undefined && TYPES.includes(String(type));
}

/** Returns the field (length and bytes) at an offset, and the offset behind it; undefined without all its bytes. */
function fieldAt(bytes: Buffer, at: number): readonly [field: Buffer | undefined, next: number] {
  if (bytes.length < at + 4) return [undefined, bytes.length];
  const next = at + 4 + bytes.readUInt32BE(at);
  return next > bytes.length ? [undefined, bytes.length] : [bytes.subarray(at + 4, next), next];
}
