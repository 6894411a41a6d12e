import { AccessToken, type VideoGrant } from 'livekit-server-sdk';
import type { TestCloud } from '../cloud.ts';

export interface TokenOptions {
  readonly room: string;
  readonly identity: string;
  readonly name?: string;
  readonly metadata?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly grant?: VideoGrant;
  /** Default: the development key. */
  readonly key?: { readonly key: string; readonly secret: string };
  /** Seconds from now; negative: the token has expired. */
  readonly expiresInS?: number;
}

/**
 * Signs a token by LiveKit's server SDK that admits its bearer to the room, with rights to change its own name,
 * metadata and attributes.
 */
export function livekitToken(cloud: TestCloud, o: TokenOptions): Promise<string> {
  const { key, secret } = o.key ?? cloud.secrets().devKey;
  const about = { identity: o.identity, name: o.name ?? o.identity, metadata: o.metadata ?? '' };
  const token = new AccessToken(key, secret, { ...about, attributes: { ...o.attributes }, ttl: o.expiresInS ?? 600 });
  token.addGrant({ room: o.room, roomJoin: true, canUpdateOwnMetadata: true, ...o.grant });
  return token.toJwt();
}
