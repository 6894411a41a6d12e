// The ways into and out of a room by other protocols, as URLs with stream keys, for who shows a token of that room.
import type { Tokens } from '@meridian/node-shell';
import { isDisplayName, isIdentity, MeridianError } from '@meridian/protocol';
import type { StreamKeys } from './adapters/stream-keys.ts';

/** Of keys for whoever administers the room; others' keys end with their token. */
const ADMIN_KEY_MS = 24 * 3_600_000;

export interface WaysRequest {
  /** Who is to publish; without `roomAdmin` oneself alone. Default: the token's identity with `-encoder`. */
  readonly identity?: string;
  readonly name?: string;
}

export interface Ways {
  readonly room: string;
  readonly expiresWallMs: number;
  /** Absent: the token may not publish. */
  readonly publish?: {
    readonly identity: string;
    /** What encoders ask for in two fields, and both as one URL. */
    readonly rtmp: { readonly server: string; readonly key: string; readonly url: string };
  };
  /** Absent: the token may not subscribe. */
  readonly play?: { readonly rtmp: string; readonly flv: string; readonly wsFlv: string };
}

export interface WaysOptions {
  readonly tokens: Tokens;
  readonly keys: StreamKeys;
  readonly rtmpUrl: string;
  readonly publicUrl: string;
  readonly wallMs: () => number;
}

/**
 * The ways of the token's room. Throws what `Tokens.verify` throws, NOT_PERMITTED for somebody else's identity without
 * `roomAdmin`, and REQUEST_INVALID for names that are none.
 */
export async function waysOf(o: WaysOptions, token: string, request: WaysRequest): Promise<Ways> {
  const { access, apiKey } = await o.tokens.verify(token, { allowExpired: false });
  const { room, rights } = access;
  const own = `${access.identity}-encoder`;
  const identity = request.identity ?? own;
  if (identity !== own && !rights.admin) throw new MeridianError('NOT_PERMITTED', 'only administrators name others');
  const name = request.name ?? (access.name === '' ? identity : access.name);
  if (!isIdentity(identity) || !isDisplayName(name)) throw new MeridianError('REQUEST_INVALID', 'identity or name');
  const expiresWallMs = rights.admin ? o.wallMs() + ADMIN_KEY_MS : access.expiresWallMs;
  const keyFor = (use: 'publish' | 'play'): string =>
    o.keys.seal({ apiKey, room, use, identity: use === 'publish' ? identity : access.identity, name, expiresWallMs });
  const server = `${o.rtmpUrl}/live`;
  const [publishKey, playKey] = [keyFor('publish'), keyFor('play')];
  const flv = `${o.publicUrl}/live/${playKey}.flv`;
  return {
    room,
    expiresWallMs,
    ...(rights.canPublish && {
      publish: { identity, rtmp: { server, key: publishKey, url: `${server}/${publishKey}` } },
    }),
    ...(rights.canSubscribe && {
      play: { rtmp: `${server}/${playKey}`, flv, wsFlv: flv.replace(/^http/, 'ws') },
    }),
  };
}
