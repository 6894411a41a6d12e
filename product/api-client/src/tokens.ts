// Tokens signed with an API key, without a request: short ones for the API, longer ones to join a room.
import { SignJWT } from 'jose';
import { scopes } from './generated/operations.ts';

export type Scope = (typeof scopes)[number];

export interface ApiKey {
  readonly apiKey: string;
  readonly apiSecret: string;
}

/** The API accepts at most ten minutes; half leaves room for clocks that differ. */
const TOKEN_S = 300;
const RENEWED_BEFORE_MS = 60_000;

/** Keeps a token and signs the next before it ends. */
export class OwnTokens {
  readonly #key: ApiKey;
  readonly #scope: string;
  #cached: { readonly token: string; readonly freshUntilMs: number } | undefined;

  /** `of`: scopes of the token, as far as the key has them; all by default. */
  constructor(key: ApiKey, of: readonly Scope[] = scopes) {
    this.#key = key;
    this.#scope = of.join(' ');
  }

  async take(nowMs: number): Promise<string> {
    if (this.#cached !== undefined && nowMs < this.#cached.freshUntilMs) return this.#cached.token;
    const iat = Math.floor(nowMs / 1000);
    const token = await sign(this.#key, { iat, exp: iat + TOKEN_S, scope: this.#scope });
    this.#cached = { token, freshUntilMs: nowMs + TOKEN_S * 1000 - RENEWED_BEFORE_MS };
    return token;
  }
}

export type TrackSource = 'camera' | 'microphone' | 'screen_share' | 'screen_share_audio' | 'unknown';

/** Rights in a room, with LiveKit's names. */
export interface RoomGrants {
  /** Granted unless false. */
  readonly canPublish?: boolean;
  /** With `canPublish`: the sources that may be published; all by default. */
  readonly canPublishSources?: readonly TrackSource[];
  readonly canSubscribe?: boolean;
  readonly canPublishData?: boolean;
  /** Granted only when true. */
  readonly canUpdateOwnMetadata?: boolean;
  /** Makes the participant a host, who mutes, admits and removes others. */
  readonly roomAdmin?: boolean;
  readonly hidden?: boolean;
}

export interface JoinTokenOptions extends ApiKey {
  readonly room: string;
  /** Identity of the participant, 1 to 128 characters, no `/`. A second session of the same identity ends the first. */
  readonly identity: string;
  readonly name?: string;
  readonly metadata?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly grants?: RoomGrants;
  /** The participant waits until a host admits it. */
  readonly lobby?: boolean;
  /** Validity to join, in seconds; six hours by default. A participant in the room may stay longer. */
  readonly validS?: number;
  /** Id by which the token can be revoked; random by default. */
  readonly tokenId?: string;
}

const JOIN_S_DEFAULT = 6 * 3600;

/** Signs a token to join a room, without a request: an invalid key shows only when the token is used. */
export function createJoinToken(o: JoinTokenOptions): Promise<string> {
  const { room, identity: sub, grants, validS = JOIN_S_DEFAULT, tokenId: jti = `TK_${crypto.randomUUID()}` } = o;
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
