// Identifies WHIP publishers by their bearer: a token of the room or a stream key.
import type { MintOrigin, Tokens } from '@meridian/node-shell';
import { MeridianError } from '@meridian/protocol';
import type { StreamKeys } from '../adapters/stream-keys.ts';
import type { Publishing } from '../live/publications.ts';

const TOKEN_MS = 60_000;

export interface Caller {
  readonly publishing: Publishing;
  /** Origin of the bearer. */
  readonly origin: MintOrigin;
  /** Equal for the same API key, room and identity. */
  readonly participant: string;
  readonly protocol: string;
  readonly token: () => Promise<string>;
}

const PROTOCOL = 'whip';
const participantOf = (...parts: readonly string[]): string => JSON.stringify(parts);

export class Callers {
  readonly #tokens: Tokens;
  readonly #keys: StreamKeys;

  constructor(o: { readonly tokens: Tokens; readonly keys: StreamKeys }) {
    this.#tokens = o.tokens;
    this.#keys = o.keys;
  }

  /**
   * Returns the publisher of a bearer. Rejects as `Tokens.verify` and `StreamKeys.open` do, and with NOT_PERMITTED for
   * a bearer that is not for publishing.
   */
  async open(bearer: string): Promise<Caller> {
    // A token has three parts separated by dots; a key has no dot.
    return bearer.includes('.') ? this.#byToken(bearer) : this.#byKey(bearer);
  }

  async #byToken(token: string): Promise<Caller> {
    const { access, apiKey, origin } = await this.#tokens.verify(token, { allowExpired: false });
    if (!access.rights.canPublish) throw new MeridianError('NOT_PERMITTED', 'this token is not for publishing');
    const { room, identity } = access;
    const participant = participantOf(apiKey, room, identity);
    return {
      publishing: { apiKey, room, identity, use: 'publish' },
      origin,
      participant,
      protocol: PROTOCOL,
      token: async () => token,
    };
  }

  async #byKey(text: string): Promise<Caller> {
    const key = await this.#keys.open(text);
    if (key.use !== 'publish') throw new MeridianError('NOT_PERMITTED', 'this key is for playing');
    const claims = { ...key, canPublish: true, canSubscribe: false, hidden: false, lifetimeMs: TOKEN_MS };
    return {
      publishing: key,
      origin: key.origin,
      participant: participantOf(key.apiKey, key.room, key.identity),
      protocol: key.protocol || PROTOCOL,
      token: () => this.#tokens.mint(key.apiKey, claims),
    };
  }
}
