// Stream keys: what an encoder or player of another protocol shows instead of a token. A key is sealed (AES-256-GCM)
// with a key derived from the API key's secret, so it says nothing to who reads it and needs no store; it is valid at
// every gateway that knows the API key. It is short, because encoders and other servers cut long names (nginx-rtmp at
// 256 characters).
import { createCipheriv, createDecipheriv, createHash, hkdfSync } from 'node:crypto';
import type { ApiKey } from '@meridian/node-shell';
import { isDisplayName, isIdentity, isRoomName, MeridianError } from '@meridian/protocol';
import type { Rng } from '@meridian/runtime';

export interface StreamKey {
  /** The API key under whose tenant the room is. */
  readonly apiKey: string;
  readonly room: string;
  readonly use: 'publish' | 'play';
  /** Who publishes; of a player whoever it was made for. */
  readonly identity: string;
  readonly name: string;
  readonly expiresWallMs: number;
  /** To publish: the protocol as the roster shows it; '' for that by which it is used. */
  readonly protocol: string;
  /** To play: whose picture, by identity; '' for the active speaker's. */
  readonly picture: string;
  /** To play: who is left out, by identity; '' for nobody. */
  readonly without: string;
  /** Regions that the media may touch (`Access.fence`); '': all that the API key's may. */
  readonly fence: string;
}

const VERSION = 1;
const HINT_BYTES = 4; // of the digest of the API key's name: which secret to try
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + HINT_BYTES + NONCE_BYTES;
/** 700 bytes of room, identity and name together, in base64url; names of streams in RTMP are no longer either. */
export const STREAM_KEY_CHARACTERS_MAX = 1024;
const USES = ['publish', 'play'] as const;

type SealedBody = [use: number, expiresS: number, room: string, identity: string, name: string, ...more: string[]];

interface Holder {
  readonly apiKey: string;
  readonly hint: Buffer;
  readonly secret: Buffer;
}

export class StreamKeys {
  readonly #holders: readonly Holder[];
  readonly #rng: Rng;
  readonly #wallMs: () => number;

  constructor(keys: readonly ApiKey[], o: { readonly rng: Rng; readonly wallMs: () => number }) {
    this.#rng = o.rng;
    this.#wallMs = o.wallMs;
    this.#holders = keys.map(({ key, secret }) => ({
      apiKey: key,
      hint: createHash('sha256').update(key).digest().subarray(0, HINT_BYTES),
      secret: Buffer.from(hkdfSync('sha256', secret, key, 'meridian stream key 1', 32)),
    }));
  }

  /** The key as text of base64url. Throws REQUEST_INVALID for an unknown API key, or names too long together. */
  seal({ apiKey, room, use, identity, name, expiresWallMs, protocol, picture, without, fence }: StreamKey): string {
    const holder = this.#holders.find((one) => one.apiKey === apiKey);
    if (holder === undefined) throw new MeridianError('REQUEST_INVALID', 'no such API key');
    const nonce = this.#rng.bytes(NONCE_BYTES);
    const head = Buffer.concat([Buffer.from([VERSION]), holder.hint, nonce]);
    const cipher = createCipheriv('aes-256-gcm', holder.secret, nonce).setAAD(head);
    const named = [USES.indexOf(use), Math.ceil(expiresWallMs / 1000), room, identity, name];
    const chosen = use === 'publish' ? [protocol] : [picture, without];
    const body = JSON.stringify([...named, ...chosen, ...(fence === '' ? [] : [fence])]);
    const sealed = Buffer.concat([head, cipher.update(body, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    const text = sealed.toString('base64url');
    if (text.length > STREAM_KEY_CHARACTERS_MAX)
      throw new MeridianError('REQUEST_INVALID', 'room, identity and name are too long for a stream key');
    return text;
  }

  /** What the key allows. Throws TOKEN_MISSING, TOKEN_INVALID or TOKEN_EXPIRED. */
  open(text: string): StreamKey {
    if (text === '') throw new MeridianError('TOKEN_MISSING', 'no stream key');
    const bytes = Buffer.from(text.length > STREAM_KEY_CHARACTERS_MAX ? '' : text, 'base64url');
    if (bytes.length <= HEAD_BYTES + TAG_BYTES || bytes[0] !== VERSION) throw invalid();
    const hint = bytes.subarray(1, 1 + HINT_BYTES);
    for (const holder of this.#holders) {
      const body = holder.hint.equals(hint) ? unsealed(bytes, holder.secret) : undefined;
      if (body !== undefined) return this.#checked(body, holder.apiKey);
    }
    throw invalid();
  }

  #checked(body: string, apiKey: string): StreamKey {
    const [useIndex, expiresS, room, identity, name, ...more] = JSON.parse(body) as SealedBody;
    const use = USES[useIndex];
    if (use === undefined || !isRoomName(room) || !isIdentity(identity) || !isDisplayName(name)) throw invalid();
    const expiresWallMs = expiresS * 1000;
    if (expiresWallMs <= this.#wallMs()) throw new MeridianError('TOKEN_EXPIRED', 'the stream key has expired');
    const [first = '', second = '', third = ''] = more;
    const choice =
      use === 'publish'
        ? { protocol: first, picture: '', without: '', fence: second }
        : { protocol: '', picture: first, without: second, fence: third };
    return { apiKey, room, use, identity, name, expiresWallMs, ...choice };
  }
}

const invalid = (): MeridianError => new MeridianError('TOKEN_INVALID', 'not a stream key of ours');

/** The text within; undefined when it was not sealed by this secret. */
function unsealed(bytes: Buffer, secret: Buffer): string | undefined {
  const head = bytes.subarray(0, HEAD_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', secret, head.subarray(1 + HINT_BYTES)).setAAD(head);
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    const sealed = bytes.subarray(HEAD_BYTES, -TAG_BYTES);
    return Buffer.concat([decipher.update(sealed), decipher.final()]).toString('utf8');
  } catch {
    return undefined; // forged, or of another secret with the same hint
  }
}
