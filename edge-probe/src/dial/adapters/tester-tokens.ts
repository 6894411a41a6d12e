import { createSecretKey, type KeyObject } from 'node:crypto';
import { Tokens } from '@meridian/node-shell';
import type { Attributes } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import { SignJWT } from 'jose';

/** Lifetime of tokens, longer than a round. The session of a tester that has died ends with its token. */
const TOKEN_MS = 120_000;

export class TesterTokens {
  readonly #keyId: string;
  readonly #secret: KeyObject;
  readonly #tokens: Tokens;
  readonly #clock: Pick<Clock, 'wallMs'>;

  constructor(o: { readonly key: string; readonly secret: string; readonly clock: Pick<Clock, 'wallMs'> }) {
    this.#keyId = o.key;
    this.#secret = createSecretKey(Buffer.from(o.secret));
    this.#clock = o.clock;
    // Minting needs no tenant, because the service finds the tenant by the key.
    const apiKey = { key: o.key, secret: this.#secret, tenant: '', fence: '', scopes: [] };
    this.#tokens = new Tokens({ get: () => Promise.resolve(apiKey) }, () => o.clock.wallMs());
  }

  /** Mints a token to join this room and to publish there. */
  room(o: { readonly room: string; readonly identity: string; readonly attributes?: Attributes }): Promise<string> {
    const { room, identity, attributes = {} } = o;
    const rights = { canPublish: true, canSubscribe: true, hidden: false, kind: 'standard' } as const;
    return this.#tokens.mint(this.#keyId, {
      room,
      identity,
      name: identity,
      attributes,
      ...rights,
      lifetimeMs: TOKEN_MS,
    });
  }

  /** Mints a token for REST calls with these scopes, separated by blanks. */
  mintRestToken(scope: string): Promise<string> {
    const nowS = Math.floor(this.#clock.wallMs() / 1000);
    return new SignJWT({ scope })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuer(this.#keyId)
      .setIssuedAt(nowS)
      .setExpirationTime(nowS + TOKEN_MS / 1000)
      .sign(this.#secret);
  }
}
