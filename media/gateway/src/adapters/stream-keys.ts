// Stream keys, which encoders and players of other protocols present instead of a token. A key is sealed (AES-256-GCM)
// with a key derived from the API key's secret, and contains the API key's name: gateways need no store. Keys are
// short, because encoders and servers cut long names (nginx-rtmp at 256 characters).
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import type { KeySource, MintOrigin, TenantKey, TokenOrigin } from '@meridian/node-shell';
import { isDisplayName, isIdentity, isRoomName, isTokenOver, MeridianError } from '@meridian/protocol';
import type { Rng } from '@meridian/runtime';

export interface StreamKey {
  readonly apiKey: string;
  readonly room: string;
  readonly use: 'publish' | 'play';
  /** Identity of the publisher, or of the participant that a player's key was made for. */
  readonly identity: string;
  readonly name: string;
  readonly expiresWallMs: number;
  /** For `publish`: protocol shown in the roster; `''` for the protocol actually used. */
  readonly protocol: string;
  /** For `play`: identity whose picture is shown; `''` for the active speaker. */
  readonly picture: string;
  /** For `play`: identity that is left out; `''` for none. */
  readonly without: string;
  /** Regions that the media may touch (`Access.fence`); `''` for all regions of the API key. */
  readonly fence: string;
  /** Token that the key was made for; revoking the token revokes the key. */
  readonly origin: MintOrigin;
}

const VERSION = 2;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Bound of the API key's name, which has a length byte. */
const NAME_BYTES_MAX = 255;
/** 700 bytes of room, identity and name in base64url; stream names in RTMP have the same bound. */
export const STREAM_KEY_CHARACTERS_MAX = 1024;
const USES = ['publish', 'play'] as const;

type SealedBody = [use: number, expiresS: number, room: string, identity: string, name: string, ...more: Sealed[]];
type Sealed = string | number;

export interface StreamKeysOptions {
  readonly rng: Rng;
  readonly wallMs: () => number;
  /** Absent: no key is revoked. */
  readonly isRevoked?: (origin: TokenOrigin) => boolean;
}

export class StreamKeys {
  readonly #keys: KeySource;
  readonly #o: StreamKeysOptions;
  readonly #secrets = new WeakMap<TenantKey, Buffer>();

  constructor(keys: KeySource, o: StreamKeysOptions) {
    this.#keys = keys;
    this.#o = o;
  }

  /** Returns base64url. Throws REQUEST_INVALID for an unknown API key and for names too long together. */
  seal(key: StreamKey): string {
    const { apiKey, room, use, identity, name, expiresWallMs, protocol, picture, without, fence, origin } = key;
    const known = this.#keys.findKnown(apiKey);
    const named = Buffer.from(apiKey);
    if (known === undefined || named.length > NAME_BYTES_MAX)
      throw new MeridianError('REQUEST_INVALID', 'no such API key');
    const nonce = this.#o.rng.bytes(NONCE_BYTES);
    const head = Buffer.concat([Buffer.from([VERSION, named.length]), named, nonce]);
    const cipher = createCipheriv('aes-256-gcm', this.#secretOf(known), nonce).setAAD(head);
    const { tokenId, via, issuedWallMs } = origin;
    const issuedS = issuedWallMs === undefined ? '' : Math.floor(issuedWallMs / 1000);
    const chosen = use === 'publish' ? [protocol] : [picture, without];
    const more = withoutTrailingEmpty([...chosen, fence, tokenId, via, issuedS]);
    const body = JSON.stringify([USES.indexOf(use), Math.ceil(expiresWallMs / 1000), room, identity, name, ...more]);
    const sealed = Buffer.concat([head, cipher.update(body, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    const text = sealed.toString('base64url');
    if (text.length > STREAM_KEY_CHARACTERS_MAX)
      throw new MeridianError('REQUEST_INVALID', 'room, identity and name are too long for a stream key');
    return text;
  }

  /** Opens a key. Rejects with TOKEN_MISSING, TOKEN_EXPIRED, TOKEN_REVOKED, and as `KeySource.get` does. */
  async open(text: string): Promise<StreamKey> {
    if (text === '') throw new MeridianError('TOKEN_MISSING', 'no stream key');
    const bytes = Buffer.from(text.length > STREAM_KEY_CHARACTERS_MAX ? '' : text, 'base64url');
    const headBytes = 2 + (bytes[1] ?? 0) + NONCE_BYTES;
    if (bytes.length <= headBytes + TAG_BYTES || bytes[0] !== VERSION) throw invalid();
    const apiKey = bytes.subarray(2, headBytes - NONCE_BYTES).toString('utf8');
    const known = await this.#keys.get(apiKey);
    const body = unsealed(bytes, headBytes, this.#secretOf(known));
    if (body === undefined) throw invalid();
    return this.#checked(body, known);
  }

  #checked(body: string, { key: apiKey, tenant }: TenantKey): StreamKey {
    const [useIndex, expiresS, room, identity, name, ...more] = JSON.parse(body) as SealedBody;
    const use = USES[useIndex];
    if (use === undefined || !isRoomName(room) || !isIdentity(identity) || !isDisplayName(name)) throw invalid();
    const expiresWallMs = expiresS * 1000;
    if (isTokenOver(expiresWallMs, this.#o.wallMs()))
      throw new MeridianError('TOKEN_EXPIRED', 'the stream key has expired');
    const [first = '', second = '', fence = '', tokenId = '', via = '', issuedS = ''] = (
      use === 'publish' ? [more[0], '', ...more.slice(1)] : more
    ).map((one) => one ?? '');
    const choice =
      use === 'publish'
        ? { protocol: `${first}`, picture: '', without: '' }
        : { protocol: '', picture: `${first}`, without: `${second}` };
    const issuedWallMs = typeof issuedS === 'number' ? issuedS * 1000 : undefined;
    const origin = { tokenId: `${tokenId}`, via: `${via}`, issuedWallMs };
    if (this.#o.isRevoked?.({ tenant, apiKey, ...origin }) === true) throw new MeridianError('TOKEN_REVOKED');
    return { apiKey, room, use, identity, name, expiresWallMs, ...choice, fence: `${fence}`, origin };
  }

  #secretOf(known: TenantKey): Buffer {
    const { key, secret } = known;
    const present = this.#secrets.get(known);
    const derived = present ?? Buffer.from(hkdfSync('sha256', secret, key, 'meridian stream key 1', 32));
    if (present === undefined) this.#secrets.set(known, derived);
    return derived;
  }
}

function withoutTrailingEmpty(list: readonly Sealed[]): readonly Sealed[] {
  return list.slice(0, list.findLastIndex((one) => one !== '') + 1);
}

const invalid = (): MeridianError => new MeridianError('TOKEN_INVALID', 'not a valid stream key');

/** Decrypts the body; returns undefined if another secret sealed it. */
function unsealed(bytes: Buffer, headBytes: number, secret: Buffer): string | undefined {
  const head = bytes.subarray(0, headBytes);
  const decipher = createDecipheriv('aes-256-gcm', secret, head.subarray(-NONCE_BYTES)).setAAD(head);
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    const sealed = bytes.subarray(headBytes, -TAG_BYTES);
    return Buffer.concat([decipher.update(sealed), decipher.final()]).toString('utf8');
  } catch {
    return undefined; // The key is forged or of another secret.
  }
}
