import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { KeyValue } from '../kv/kv.ts';
import type { Rng } from '../rng.ts';
import { checkIdentity, type Identity } from './identity.ts';

/** `met1.<id>.<secret>.<fingerprint>`: 12, 32 and 32 bytes as base64url. */
const TOKEN_FORM = /^met1\.([\w-]{16})\.([\w-]{43})\.([\w-]{43})$/;
const ID_BYTES = 12;
const SECRET_BYTES = 32;
/** A token is for starting a machine now, not for keeping. */
const TTL_MS_MAX = 7 * 86_400_000;

interface StoredToken {
  secretHash: string;
  identity: Identity;
  expiresAtWallMs: number;
}

/**
 * Single-use tokens that let a new process enrol under an identity chosen when the token is minted. The store holds a
 * hash of the secret only. A wrong secret does not use a token up, so knowing an id is not enough to burn it.
 */
export class EnrolmentTokens {
  readonly #kv: KeyValue;
  readonly #rng: Rng;
  readonly #clock: Clock;
  readonly #fingerprint: string;

  /** `rng` must be secure; `fingerprint` is the authority's. */
  constructor(o: { kv: KeyValue; rng: Rng; clock: Clock; fingerprint: string }) {
    this.#kv = o.kv;
    this.#rng = o.rng;
    this.#clock = o.clock;
    this.#fingerprint = o.fingerprint;
  }

  /** The token's text, shown once. `ttlMs` is 1 … seven days. PKI_BAD_IDENTITY. */
  async mint(identity: Identity, ttlMs: number): Promise<string> {
    checkIdentity(identity);
    if (!Number.isInteger(ttlMs) || ttlMs < 1 || ttlMs > TTL_MS_MAX)
      throw new RangeError(`ttlMs must be a whole number in 1 … ${TTL_MS_MAX}, not ${ttlMs}`);
    const id = Buffer.from(this.#rng.bytes(ID_BYTES)).toString('base64url');
    const secret = Buffer.from(this.#rng.bytes(SECRET_BYTES)).toString('base64url');
    const { kind, region } = identity;
    const stored: StoredToken = {
      secretHash: hash(secret).toString('base64url'),
      identity: { id: identity.id, kind, region },
      expiresAtWallMs: this.#clock.wallMs() + ttlMs,
    };
    await this.#kv.set(storeKey(id), JSON.stringify(stored), { ttlMs });
    return `met1.${id}.${secret}.${this.#fingerprint}`;
  }

  /** The identity, to exactly one of all callers that present the token before it expires; undefined to the others. */
  async redeem(token: string): Promise<Identity | undefined> {
    const [, id, secret, fingerprint] = TOKEN_FORM.exec(token) ?? [];
    if (id === undefined || secret === undefined || fingerprint !== this.#fingerprint) return undefined;
    const text = await this.#kv.get(storeKey(id));
    if (text === undefined) return undefined;
    const stored = JSON.parse(text) as StoredToken;
    const isSecretRight = timingSafeEqual(hash(secret), Buffer.from(stored.secretHash, 'base64url'));
    // The store's time to live ends most tokens; this check ends them on the same clock that certificates are dated by.
    if (!isSecretRight || this.#clock.wallMs() >= stored.expiresAtWallMs) return undefined;
    return (await this.#kv.compareAndDelete(storeKey(id), text)) ? stored.identity : undefined;
  }
}

/** The CA fingerprint an enrolling process must pin; undefined when the text is not a token. */
export function fingerprintInToken(token: string): string | undefined {
  return TOKEN_FORM.exec(token)?.[3];
}

function storeKey(id: string): string {
  return `enrolment/${id}`;
}

function hash(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
