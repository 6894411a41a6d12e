import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { KeyValue } from '../kv/kv.ts';
import type { Rng } from '../rng.ts';
import { checkIdentity, type Identity } from './identity.ts';

/** `met1`: an enrolment token, for one node; `mti1`: an invitation, for all nodes of a host. */
export type TokenForm = 'met1' | 'mti1';

/** `<form>.<id>.<secret>.<fingerprint>`: 12, 32 and 32 bytes as base64url. */
const TOKEN_FORM = /^(met1|mti1)\.([\w-]{16})\.([\w-]{43})\.([\w-]{43})$/;
const ID_BYTES = 12;
const SECRET_BYTES = 32;
/** A token is for starting a machine now, not for keeping. */
const TTL_MS_MAX = 7 * 86_400_000;

export interface TokenOptions {
  readonly kv: KeyValue;
  readonly rng: Rng;
  readonly clock: Clock;
  /** Fingerprint of the authority that signed the centre's certificate; a function is called at each use. */
  readonly fingerprint: string | (() => string);
}

interface Stored<Content> {
  readonly secretHash: string;
  readonly content: Content;
  readonly expiresAtWallMs: number;
}

export interface FoundToken<Content> {
  readonly content: Content;
  /** Uses the token. Returns true to exactly one of all callers. */
  use(): Promise<boolean>;
}

/**
 * Tokens that can be used once before they expire, each for some content (plain JSON). The store holds only a hash of
 * the secret. A wrong secret does not use a token up, so knowing an id is not enough to burn it.
 */
export class SingleUseTokens<Content> {
  readonly #form: TokenForm;
  readonly #folder: string;
  readonly #kv: KeyValue;
  readonly #rng: Rng;
  readonly #clock: Clock;
  readonly #fingerprint: () => string;

  /** `folder`: prefix of the tokens' keys in the store. */
  constructor(o: TokenOptions & { readonly form: TokenForm; readonly folder: string }) {
    this.#form = o.form;
    this.#folder = o.folder;
    this.#kv = o.kv;
    this.#rng = o.rng;
    this.#clock = o.clock;
    const { fingerprint } = o;
    this.#fingerprint = typeof fingerprint === 'string' ? () => fingerprint : fingerprint;
  }

  /** Returns the token's text, which is shown once. `ttlMs` is 1 … seven days. */
  async mint(content: Content, ttlMs: number): Promise<string> {
    if (!Number.isInteger(ttlMs) || ttlMs < 1 || ttlMs > TTL_MS_MAX)
      throw new RangeError(`ttlMs must be a whole number in 1 … ${TTL_MS_MAX}, not ${ttlMs}`);
    const id = Buffer.from(this.#rng.bytes(ID_BYTES)).toString('base64url');
    const secret = Buffer.from(this.#rng.bytes(SECRET_BYTES)).toString('base64url');
    const stored: Stored<Content> = {
      secretHash: hash(secret).toString('base64url'),
      content,
      expiresAtWallMs: this.#clock.wallMs() + ttlMs,
    };
    await this.#kv.set(this.#key(id), JSON.stringify(stored), { ttlMs });
    return `${this.#form}.${id}.${secret}.${this.#fingerprint()}`;
  }

  /** Finds a token without using it up. */
  async find(token: string): Promise<FoundToken<Content> | undefined> {
    const [, form, id, secret, fingerprint] = TOKEN_FORM.exec(token) ?? [];
    if (form !== this.#form || fingerprint !== this.#fingerprint()) return undefined;
    if (id === undefined || secret === undefined) return undefined;
    const text = await this.#kv.get(this.#key(id));
    if (text === undefined) return undefined;
    const stored = JSON.parse(text) as Stored<Content>;
    const isSecretRight = timingSafeEqual(hash(secret), Buffer.from(stored.secretHash, 'base64url'));
    // The store's time to live ends most tokens; this check uses the clock that dates certificates.
    if (!isSecretRight || this.#clock.wallMs() >= stored.expiresAtWallMs) return undefined;
    return { content: stored.content, use: () => this.#kv.compareAndDelete(this.#key(id), text) };
  }

  #key(id: string): string {
    return `${this.#folder}/${id}`;
  }
}

/** Tokens that let a new process enrol under an identity chosen when the token is minted. */
export class EnrolmentTokens {
  readonly #tokens: SingleUseTokens<Identity>;

  constructor(o: TokenOptions) {
    const { kv, rng, clock, fingerprint } = o;
    this.#tokens = new SingleUseTokens({ kv, rng, clock, fingerprint, form: 'met1', folder: 'enrolment' });
  }

  /** Returns the token's text, which is shown once. `ttlMs` is 1 … seven days. Rejects with PKI_BAD_IDENTITY. */
  async mint(identity: Identity, ttlMs: number): Promise<string> {
    checkIdentity(identity);
    const { id, kind, region } = identity;
    return this.#tokens.mint({ id, kind, region }, ttlMs);
  }

  /** Returns the identity to exactly one of all callers that present the token before it expires. */
  async redeem(token: string): Promise<Identity | undefined> {
    const found = await this.#tokens.find(token);
    return found !== undefined && (await found.use()) ? found.content : undefined;
  }
}

/** Returns the CA fingerprint that the bearer of a token must pin. */
export function fingerprintInToken(token: string, form: TokenForm): string | undefined {
  const [, found, , , fingerprint] = TOKEN_FORM.exec(token) ?? [];
  return found === form ? fingerprint : undefined;
}

function hash(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
