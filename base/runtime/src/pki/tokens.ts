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
  /** Secure. */
  readonly rng: Rng;
  readonly clock: Clock;
  /** Of the authority that the centre's own certificate is of; a function is asked at each use. */
  readonly fingerprint: string | (() => string);
}

interface Stored<Content> {
  readonly secretHash: string;
  readonly content: Content;
  readonly expiresAtWallMs: number;
}

/** What a good token stands for, and the one chance to use it. */
export interface FoundToken<Content> {
  readonly content: Content;
  /** True to exactly one of all callers. */
  use(): Promise<boolean>;
}

/**
 * Texts that can be used once before they expire, each standing for something (`Content`, plain JSON). The store holds
 * a hash of the secret only. A wrong secret does not use a token up, so knowing an id is not enough to burn it.
 */
export class SingleUseTokens<Content> {
  readonly #form: TokenForm;
  readonly #folder: string;
  readonly #kv: KeyValue;
  readonly #rng: Rng;
  readonly #clock: Clock;
  readonly #fingerprint: () => string;

  /** `folder`: the beginning of their keys in the store. */
  constructor(o: TokenOptions & { readonly form: TokenForm; readonly folder: string }) {
    this.#form = o.form;
    this.#folder = o.folder;
    this.#kv = o.kv;
    this.#rng = o.rng;
    this.#clock = o.clock;
    const { fingerprint } = o;
    this.#fingerprint = typeof fingerprint === 'string' ? () => fingerprint : fingerprint;
  }

  /** The token's text, shown once. `ttlMs` is 1 … seven days. */
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

  /** Undefined for a text that is no token of ours, and for one that is used or expired. Uses nothing up by itself. */
  async find(token: string): Promise<FoundToken<Content> | undefined> {
    const [, form, id, secret, fingerprint] = TOKEN_FORM.exec(token) ?? [];
    if (form !== this.#form || fingerprint !== this.#fingerprint()) return undefined;
    if (id === undefined || secret === undefined) return undefined;
    const text = await this.#kv.get(this.#key(id));
    if (text === undefined) return undefined;
    const stored = JSON.parse(text) as Stored<Content>;
    const isSecretRight = timingSafeEqual(hash(secret), Buffer.from(stored.secretHash, 'base64url'));
    // The store's time to live ends most tokens; this check ends them on the same clock that certificates are dated by.
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

  /** The token's text, shown once. `ttlMs` is 1 … seven days. PKI_BAD_IDENTITY. */
  async mint(identity: Identity, ttlMs: number): Promise<string> {
    checkIdentity(identity);
    const { id, kind, region } = identity;
    return this.#tokens.mint({ id, kind, region }, ttlMs);
  }

  /** The identity, to exactly one of all callers that present the token before it expires; undefined to the others. */
  async redeem(token: string): Promise<Identity | undefined> {
    const found = await this.#tokens.find(token);
    return found !== undefined && (await found.use()) ? found.content : undefined;
  }
}

/** The CA fingerprint that the bearer of a token must pin; undefined when the text is no token of this form. */
export function fingerprintInToken(token: string, form: TokenForm): string | undefined {
  const [, found, , , fingerprint] = TOKEN_FORM.exec(token) ?? [];
  return found === form ? fingerprint : undefined;
}

function hash(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
