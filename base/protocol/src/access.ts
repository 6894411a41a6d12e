// Maps the claims of a verified token to its bearer's rights; base/node-shell/src/tokens.ts checks signature and times
// first. The claims have LiveKit's shape and defaults: joining must be granted, publishing and subscribing are granted
// unless denied, administration and changes of the own name are denied unless granted.
import { type Attributes, areAttributes } from './attributes.ts';
import { isBreakOutRoom } from './break-outs.ts';
import type { ErrorCode } from './errors.ts';
import { fenceOf, intersectFences } from './fence.ts';
import { isDisplayName, isIdentity, isRoomName, type RoomKey, roomKeyOf } from './ids.ts';
import { limits } from './limits.ts';
import { isParticipantKind, type ParticipantKind } from './participant-kinds.ts';
import { isRoomMode, type RoomMode } from './room-modes.ts';
import { isTrackSource, type TrackSource, trackSources } from './rtp.ts';

/** Scopes of an API key, which bound the claims of its tokens (docs/adr/0025-what-a-key-can-do.md). */
export const tokenScopes = ['rooms:join', 'rooms:admin', 'live:admin', 'recordings:write', 'library:write'] as const;
export type TokenScope = (typeof tokenScopes)[number];

export interface Rights {
  readonly canPublish: boolean;
  /** Sources that `canPublish` allows, never empty; undefined allows all. */
  readonly publishSources: readonly TrackSource[] | undefined;
  readonly canSubscribe: boolean;
  readonly canPublishData: boolean;
  readonly admin: boolean;
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
  /** Claim `jti`, `''` without it. */
  readonly tokenId: string;
  /** Claim `via`: origin of the token (a join link, a user); `''` when it has no revocable origin. */
  readonly via: string;
  /** True when the participant waits for a host in any case (docs/rooms.md). */
  readonly lobby: boolean;
  /** True when the participant waits until the room's policy is known. */
  readonly needsPolicy: boolean;
  readonly expiresWallMs: number;
  readonly rights: Rights;
  /** Regions that the room's media may touch, by tenant and token; `''` is anywhere. */
  readonly fence: string;
  readonly mode: RoomMode | '';
}

export type AccessResult =
  | { readonly ok: true; readonly access: Access }
  | { readonly ok: false; readonly code: ErrorCode };

const DATE_S_MAX = 8_640_000_000_000;
const utf8 = new TextEncoder();
const refuse = (code: ErrorCode): AccessResult => ({ ok: false, code });
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isTexts = (value: unknown): value is Record<string, string> =>
  isRecord(value) && Object.values(value).every((text) => typeof text === 'string');
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
/** Returns a revocable id, undefined when it is not allowed. Cut or ignored, it could not be revoked. */
const idOf = (value: unknown = ''): string | undefined =>
  typeof value === 'string' && value.length <= limits.revocableIdMax ? value : undefined;
const granted = (value: unknown): boolean => value === true;
const notDenied = (value: unknown): boolean => value === undefined || value === true;

export interface TokenKey {
  readonly tenant: string;
  /** Regions that the tenant may use at all; `''` or absent is all. */
  readonly tenantFence?: string;
  /** Scopes of the key: joining needs `rooms:join`; administering, hiding or being a program needs `rooms:admin`. */
  readonly scopes: readonly string[];
  /**
   * True when the token is shown for a connection check (`Join.check`), which never enters its room: then the grant
   * `check` counts like `roomJoin`. Otherwise `check` alone admits nothing.
   */
  readonly forCheck?: boolean;
}

/**
 * Returns the access of a client that wants to join, or a refusal: NOT_PERMITTED when the claims do not admit it or
 * exceed the key's scopes, FENCE_CONFLICT when token and key have no region in common.
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
  const fence = intersectFences(o.tenantFence ?? '', tokenFence);
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
        // A hidden participant cannot publish: clients could not show a track without a participant. Only a gateway
        // may, because its renditions of others' tracks are not shown as tracks.
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

/** Returns the fence of the claim, `''` without it, undefined when invalid. An empty list would admit nothing. */
function fenceOfClaim(value: unknown): string | undefined {
  if (value === undefined) return '';
  if (!Array.isArray(value) || !value.every((region) => typeof region === 'string')) return undefined;
  return fenceOf(value);
}

/** Returns the sources of the claim, undefined when invalid. An empty list allows all, as in LiveKit. */
function sourcesOfClaim(value: unknown): readonly TrackSource[] | 'all' | undefined {
  if (value === undefined) return 'all';
  if (!Array.isArray(value) || !value.every(isTrackSource)) return undefined;
  return value.length === 0 ? 'all' : trackSources.filter((source) => value.includes(source));
}
