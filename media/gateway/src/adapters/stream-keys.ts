// Stream keys: what an encoder or player of another protocol shows instead of a token. A key is sealed (AES-256-GCM)
// with a key derived from the API key's secret and names that, so it says nothing else to its readers and needs no
// store; it is valid at every gateway that knows the API key, or may ask for it. It is short, because encoders and
// other servers cut long names (nginx-rtmp at 256 characters).
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import type { KeySource, MintOrigin, TenantKey, TokenOrigin } from '@meridian/node-shell';
import { isDisplayName, isIdentity, isRoomName, MeridianError } from '@meridian/protocol';
import type { Rng } from '@meridian/runtime';

export interface StreamKey {
  /** The API key under whose tenant the room is. */
  readonly apiKey: string;
  readonly room: string;
  readonly use: 'publish' | 'play';
  /** The publisher's identity; of a player the one it was made for. */
  readonly identity: string;
  readonly name: string;
  readonly expiresWallMs: number;
  /** To publish: the protocol as the roster shows it; '' for that by which it is used. */
  readonly protocol: string;
  /** To play: whose picture, by identity; '' for the active speaker's. */
  readonly picture: string;
  /** To play: the identity that is left out; '' for none. */
  readonly without: string;
  /** Regions that the media may touch (`Access.fence`); '': all that the API key's may. */
  readonly fence: string;
  /** Of the token for which it was made: it is revoked with that. */
  readonly origin: MintOrigin;
}

const VERSION = 2;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Of the API key's name, with its length before. */
const NAME_BYTES_MAX = 255;
/** 700 bytes of room, identity and name together, in base64url; names of streams in RTMP are no longer either. */
export const STREAM_KEY_CHARACTERS_MAX = 1024;
const USES = ['publish', 'play'] as const;

type SealedBody = [use: number, expiresS: number, room: string, identity: string, name: string, ...more: Sealed[]];
type Sealed = string | number;

export interface StreamKeysOptions {
  readonly rng: Rng;
  readonly wallMs: () => number;
  /** Absent: nothing is. */
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

  /**
   * The key as text of base64url. Throws REQUEST_INVALID for an API key that is not known here, or names too long
   * together.
   */
  seal(key: StreamKey): string {
    const { apiKey, room, use, identity, name, expiresWallMs, protocol, picture, without, fence, origin } = key;
    const known = this.#keys.known(apiKey);
    const named = Buffer.from(apiKey);
    if (known === undefined || named.length > NAME_BYTES_MAX)
      throw new MeridianError('REQUEST_INVALID', 'no such API key');
    const nonce = this.#o.rng.bytes(NONCE_BYTES);
    const head = Buffer.concat([Buffer.from([VERSION, named.length]), named, nonce]);
    const cipher = createCipheriv('aes-256-gcm', this.#secretOf(known), nonce).setAAD(head);
    const { tokenId, via, issuedWallMs } = origin;
    const issuedS = issuedWallMs === undefined ? '' : Math.floor(issuedWallMs / 1000);
    const chosen = use === 'publish' ? [protocol] : [picture, without];
    const more = withoutLastEmpty([...chosen, fence, tokenId, via, issuedS]);
    const body = JSON.stringify([USES.indexOf(use), Math.ceil(expiresWallMs / 1000), room, identity, name, ...more]);
    const sealed = Buffer.concat([head, cipher.update(body, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    const text = sealed.toString('base64url');
    if (text.length > STREAM_KEY_CHARACTERS_MAX)
      throw new MeridianError('REQUEST_INVALID', 'room, identity and name are too long for a stream key');
    return text;
  }

  /** What the key allows. Rejects with TOKEN_MISSING, TOKEN_EXPIRED, TOKEN_REVOKED, and as `KeySource.get`. */
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
    if (expiresWallMs <= this.#o.wallMs()) throw new MeridianError('TOKEN_EXPIRED', 'the stream key has expired');
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

function withoutLastEmpty(list: readonly Sealed[]): readonly Sealed[] {
  return list.slice(0, list.findLastIndex((one) => one !== '') + 1);
}

const invalid = (): MeridianError => new MeridianError('TOKEN_INVALID', 'not a stream key of ours');

/** The text within; undefined when it was not sealed by this secret. */
function unsealed(bytes: Buffer, headBytes: number, secret: Buffer): string | undefined {
  const head = bytes.subarray(0, headBytes);
  const decipher = createDecipheriv('aes-256-gcm', secret, head.subarray(-NONCE_BYTES)).setAAD(head);
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    const sealed = bytes.subarray(headBytes, -TAG_BYTES);
    return Buffer.concat([decipher.update(sealed), decipher.final()]).toString('utf8');
  } catch {
    return undefined; // forged, or of another secret
  }
}
