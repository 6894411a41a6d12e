// Seals secrets with a key of the configuration, so that a copy of the database reveals none.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM. Each purpose has a separate key, derived from `sealSecret`. */
export class Seal {
  readonly #key: Buffer;

  constructor(sealSecret: string, purpose: string) {
    this.#key = Buffer.from(hkdfSync('sha256', sealSecret, '', purpose, 32));
  }

  /** Returns text that only `open` with the same `owner` (an id) can read, so that no row can replace another. */
  close(text: string, owner: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(Buffer.from(owner));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
  }

  /** Throws if the text was sealed for another owner, or with another `sealSecret`. */
  open(sealed: string, owner: string): string {
    const bytes = Buffer.from(sealed, 'base64url');
    const textAt = NONCE_BYTES + TAG_BYTES;
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, NONCE_BYTES))
      .setAAD(Buffer.from(owner))
      .setAuthTag(bytes.subarray(NONCE_BYTES, textAt));
    return Buffer.concat([decipher.update(bytes.subarray(textAt)), decipher.final()]).toString('utf8');
  }
}
