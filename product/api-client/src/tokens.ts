// Tokens signed with an API key: short ones for the API, longer ones to join a room. Both are made here, without a
// request.
import { SignJWT } from 'jose';
import { scopes } from './generated/operations.ts';

export type Scope = (typeof scopes)[number];

export interface ApiKey {
  readonly apiKey: string;
  readonly apiSecret: string;
}

/** The API takes ten minutes at most; half leaves room for clocks that differ. */
const TOKEN_S = 300;
const RENEWED_BEFORE_MS = 60_000;

/** Keeps one token and makes another before it ends. */
export class OwnTokens {
  readonly #key: ApiKey;
  readonly #scope: string;
  #kept: { readonly token: string; readonly freshUntilMs: number } | undefined;

  /** `of`: what it may do, as far as the key may; absent: everything that the key may. */
  constructor(key: ApiKey, of: readonly Scope[] = scopes) {
    this.#key = key;
    this.#scope = of.join(' ');
  }

  async take(nowMs: number): Promise<string> {
    if (this.#kept !== undefined && nowMs < this.#kept.freshUntilMs) return this.#kept.token;
    const iat = Math.floor(nowMs / 1000);
    const token = await sign(this.#key, { iat, exp: iat + TOKEN_S, scope: this.#scope });
    this.#kept = { token, freshUntilMs: nowMs + TOKEN_S * 1000 - RENEWED_BEFORE_MS };
    return token;
  }
}

export type TrackSource = 'camera' | 'microphone' | 'screen_share' | 'screen_share_audio' | 'unknown';

/** Rights in a room, as LiveKit names them. */
export interface RoomGrants {
  /** Granted unless false. */
  readonly canPublish?: boolean;
  /** With `canPublish`: tracks of these sources alone; none: of all. */
  readonly canPublishSources?: readonly TrackSource[];
  readonly canSubscribe?: boolean;
  readonly canPublishData?: boolean;
  /** Only when true. */
  readonly canUpdateOwnMetadata?: boolean;
  /** A host: mutes, admits and removes others. */
  readonly roomAdmin?: boolean;
  readonly hidden?: boolean;
}

export interface JoinTokenOptions extends ApiKey {
  readonly room: string;
  /** The participant's, 1 to 128 characters, no `/`. A second session of the same identity ends the first. */
  readonly identity: string;
  readonly name?: string;
  readonly metadata?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly grants?: RoomGrants;
  /** It waits until a host lets it in. */
  readonly lobby?: boolean;
  /** Six hours if absent. A participant in the room stays beyond. */
  readonly validS?: number;
  /** By which it can be revoked; random if absent. */
  readonly tokenId?: string;
}

const JOIN_S_USUAL = 6 * 3600;

/** A token to join a room, signed here, without a request: whether the key is valid shows when it is used. */
export function createJoinToken(o: JoinTokenOptions): Promise<string> {
  const { room, identity: sub, grants, validS = JOIN_S_USUAL, tokenId: jti = `TK_${crypto.randomUUID()}` } = o;
  const iat = Math.floor(Date.now() / 1000);
  const { name, metadata, attributes, lobby } = o;
  return sign(o, {
    sub,
    jti,
    iat,
    exp: iat + validS,
    ...(name !== undefined && { name }),
    ...(metadata !== undefined && { metadata }),
    ...(attributes !== undefined && { attributes }),
    ...(lobby !== undefined && { lobby }),
    video: { ...grants, room, roomJoin: true },
  });
}

const sign = ({ apiKey, apiSecret }: ApiKey, claims: Record<string, unknown>): Promise<string> =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(apiKey)
    .sign(new TextEncoder().encode(apiSecret));
