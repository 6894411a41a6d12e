// From the claims of a verified token to what its bearer may do. Signature and times are checked before
// (base/node-shell/src/tokens.ts). The claims have LiveKit's shape and defaults: joining has to be granted by name,
// publishing and subscribing are granted unless denied, administration and changing the own name are denied unless
// granted.
import { type Attributes, areAttributes } from './attributes.ts';
import { isBreakOutRoom } from './break-outs.ts';
import type { ErrorCode } from './errors.ts';
import { fenceOf, meetOfFences } from './fence.ts';
import { isDisplayName, isIdentity, isRoomName, type RoomKey, roomKeyOf } from './ids.ts';
import { limits } from './limits.ts';
import { isParticipantKind, type ParticipantKind } from './participant-kinds.ts';
import { isRoomMode, type RoomMode } from './room-modes.ts';
import { isTrackSource, type TrackSource, trackSources } from './rtp.ts';

/** Scopes of an API key that bound what its tokens may claim (docs/adr/0025-what-a-key-can-do.md). */
export const tokenScopes = ['rooms:join', 'rooms:admin', 'live:admin', 'recordings:write', 'library:write'] as const;
export type TokenScope = (typeof tokenScopes)[number];

export interface Rights {
  readonly canPublish: boolean;
  /** With `canPublish`: tracks of these alone; undefined: of all. Never empty. */
  readonly publishSources: readonly TrackSource[] | undefined;
  readonly canSubscribe: boolean;
  readonly canPublishData: boolean;
  readonly admin: boolean;
  /** To change the own name, metadata and attributes. */
  readonly canUpdateOwnMetadata: boolean;
  readonly hidden: boolean;
}

export interface Access {
  readonly tenant: string;
  readonly room: string;
  readonly roomKey: RoomKey;
  readonly identity: string;
  readonly name: string;
  readonly metadata: string;
  readonly attributes: Attributes;
  readonly kind: ParticipantKind;
  /** The claim `jti`; '': none. */
  readonly tokenId: string;
  /** What the token was made from (a join link, a user): the claim `via`; '': nothing that could be revoked. */
  readonly via: string;
  /** Waits for a host in any case (docs/rooms.md). */
  readonly lobby: boolean;
  /** Waits as long as it is unknown what the room allows. */
  readonly needsPolicy: boolean;
  readonly expiresWallMs: number;
  readonly rights: Rights;
  /** Regions that the room's media may touch, for all that tenant and token say; '': anywhere. */
  readonly fence: string;
  /** How the room is spread over media nodes; '': as its tenant's are. */
  readonly mode: RoomMode | '';
}

export type AccessResult =
  | { readonly ok: true; readonly access: Access }
  | { readonly ok: false; readonly code: ErrorCode };

/** The last second that a `Date` can say. */
const DATE_S_MAX = 8_640_000_000_000;
const utf8 = new TextEncoder();
const refuse = (code: ErrorCode): AccessResult => ({ ok: false, code });
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isTexts = (value: unknown): value is Record<string, string> =>
  isRecord(value) && Object.values(value).every((text) => typeof text === 'string');
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
/** Names something that can be revoked: one that is cut or ignored would not be. Undefined: not allowed. */
const idOf = (value: unknown = ''): string | undefined =>
  typeof value === 'string' && value.length <= limits.revocableIdMax ? value : undefined;
const granted = (value: unknown): boolean => value === true;
const notDenied = (value: unknown): boolean => value === undefined || value === true;

/** What is known of the API key that signed the token. */
export interface TokenKey {
  readonly tenant: string;
  /** Regions that its holder may use at all; absent or '': all. */
  readonly tenantFence?: string;
  /** Of the key: to join needs `rooms:join`; to lead, to be hidden or of another kind than a person `rooms:admin`. */
  readonly scopes: readonly string[];
  /**
   * The token is shown for a check of the connection (`Join.check`), which never enters its room: then the grant
   * `check` is as good as `roomJoin`. Default: it is shown to join, and `check` alone lets nothing in.
   */
  readonly forCheck?: boolean;
}

/**
 * What the claims allow a client that wants to join. NOT_PERMITTED when they do not let it join, or claim more than the
 * key's scopes allow; FENCE_CONFLICT when token and key name no region that is in both.
 */
export function accessOf(claims: unknown, o: TokenKey): AccessResult {
  if (!isRecord(claims) || !isRecord(claims['video'])) return refuse('TOKEN_INVALID');
  const video = claims['video'];
  const room = textOf(video['room']);
  const identity = textOf(claims['sub']);
  const roomKey = roomKeyOf(o.tenant, room);
  if (!isRoomName(room) || roomKey === undefined) return refuse('TOKEN_ROOM_MISMATCH');
  if (isBreakOutRoom(room) && !granted(video['breakOut'])) return refuse('TOKEN_ROOM_MISMATCH');
  if (!isIdentity(identity)) return refuse('TOKEN_INVALID');
  const mayJoin = granted(video['roomJoin']) || (o.forCheck === true && granted(video['check']));
  if (!mayJoin) return refuse('NOT_PERMITTED');
  const name = textOf(claims['name']);
  const metadata = textOf(claims['metadata']);
  if (!isDisplayName(name) || utf8.encode(metadata).byteLength > limits.metadataBytesMax)
    return refuse('TOKEN_INVALID');
  const attributes = claims['attributes'] ?? {};
  if (!isTexts(attributes) || !areAttributes(attributes)) return refuse('TOKEN_INVALID');
  const tokenId = idOf(claims['jti']);
  const via = idOf(claims['via']);
  if (tokenId === undefined || via === undefined) return refuse('TOKEN_INVALID');
  const kind = claims['kind'] ?? 'standard';
  if (!isParticipantKind(kind)) return refuse('TOKEN_INVALID');
  const [admin, hidden] = [granted(video['roomAdmin']), granted(video['hidden'])];
  const needed: TokenScope[] = ['rooms:join'];
  if (admin || hidden || kind !== 'standard') needed.push('rooms:admin');
  if (!needed.every((scope) => o.scopes.includes(scope))) return refuse('NOT_PERMITTED');
  const expiresS = claims['exp'];
  if (typeof expiresS !== 'number' || Math.abs(expiresS) > DATE_S_MAX) return refuse('TOKEN_INVALID');
  const tokenFence = fenceOfClaim(video['regions']);
  if (tokenFence === undefined) return refuse('TOKEN_INVALID');
  const fence = meetOfFences(o.tenantFence ?? '', tokenFence);
  if (fence === undefined) return refuse('FENCE_CONFLICT');
  const publishSources = sourcesOfClaim(video['canPublishSources']);
  if (publishSources === undefined) return refuse('TOKEN_INVALID');
  const mode = video['mode'] ?? '';
  if (mode !== '' && !isRoomMode(mode)) return refuse('TOKEN_INVALID');
  return {
    ok: true,
    access: {
      tenant: o.tenant,
      room,
      roomKey,
      identity,
      name,
      metadata,
      attributes,
      kind,
      tokenId,
      via,
      lobby: granted(claims['lobby']),
      needsPolicy: granted(claims['needsPolicy']),
      expiresWallMs: expiresS * 1000,
      fence,
      mode,
      rights: {
        // A hidden participant cannot be watched either: a track without a participant would be a riddle to every
        // client. But a gateway publishes renditions of others' tracks, which no client is shown, and nothing else.
        canPublish: notDenied(video['canPublish']) && (!hidden || kind === 'gateway'),
        publishSources: publishSources === 'all' ? undefined : publishSources,
        canSubscribe: notDenied(video['canSubscribe']),
        canPublishData: notDenied(video['canPublishData']),
        admin,
        canUpdateOwnMetadata: granted(video['canUpdateOwnMetadata']),
        hidden,
      },
    },
  };
}

/**
 * '' without the claim; undefined when it is no list of regions. An empty list lets nothing in, so it is none either.
 */
function fenceOfClaim(value: unknown): string | undefined {
  if (value === undefined) return '';
  if (!Array.isArray(value) || !value.every((region) => typeof region === 'string')) return undefined;
  return fenceOf(value);
}

/** As LiveKit reads it: an empty list is none. Undefined when it is no list of sources. */
function sourcesOfClaim(value: unknown): readonly TrackSource[] | 'all' | undefined {
  if (value === undefined) return 'all';
  if (!Array.isArray(value) || !value.every(isTrackSource)) return undefined;
  return value.length === 0 ? 'all' : trackSources.filter((source) => value.includes(source));
}
