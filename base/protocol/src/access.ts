// Maps the claims of a verified token to its bearer's rights; base/node-shell/src/tokens.ts checks signature and times
// first. The claims have LiveKit's shape and defaults: joining must be granted, publishing and subscribing are granted
// unless denied, administration and changes of the own name are denied unless granted.
import { type Attributes, areAttributes, attributesBytes } from './attributes.ts';
import { isBreakOutRoom } from './break-outs.ts';
import { ClaimReader, isClaims } from './claims.ts';
import { type ErrorCode, MeridianError } from './errors.ts';
import { fenceOf, intersectFences } from './fence.ts';
import {
  cleanDisplayName,
  displayNameRule,
  identityFault,
  identityRule,
  isDisplayName,
  isIdentity,
  isRoomName,
  type RoomKey,
  roomKeyOf,
  roomNameFault,
  roomNameRule,
} from './ids.ts';
import { limits } from './limits.ts';
import { isParticipantKind, type ParticipantKind, participantKinds } from './participant-kinds.ts';
import { isRoomMode, type RoomMode, roomModes } from './room-modes.ts';
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
  | { readonly ok: false; readonly code: ErrorCode; readonly message: string };

const utf8 = new TextEncoder();

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
 * Returns the access of a client that wants to join, or a refusal: TOKEN_INVALID with the claim that breaks its rule,
 * NOT_PERMITTED when the claims do not admit it or exceed the key's scopes, FENCE_CONFLICT when token and key have no
 * region in common.
 */
export function accessOf(claims: unknown, o: TokenKey): AccessResult {
  try {
    return { ok: true, access: readAccess(new ClaimReader(claims), o) };
  } catch (error) {
    if (error instanceof MeridianError) return { ok: false, code: error.code, message: error.message };
    throw error;
  }
}

function readAccess(claims: ClaimReader, o: TokenKey): Access {
  const video = claims.inner('video');
  const room = roomOf(video);
  const roomKey = roomKeyOf(o.tenant, room);
  if (roomKey === undefined) throw new MeridianError('TOKEN_INVALID', 'the tenant of the API key is invalid');
  const identity = identityOf(claims);
  const expiresWallMs = claims.wallMs('exp');
  if (expiresWallMs === undefined) throw claims.refusal('exp', 'a time in seconds since 1970');
  const about = {
    name: nameOf(claims),
    metadata: metadataOf(claims),
    attributes: attributesOf(claims),
    tokenId: claims.revocableId('jti'),
    via: claims.revocableId('via'),
    lobby: claims.flag('lobby') ?? false,
    needsPolicy: claims.flag('needsPolicy') ?? false,
    mode: modeOf(video),
  };
  const kind = kindOf(claims);
  const rights = rightsOf(video, kind);
  const tokenFence = fenceOfClaim(video);
  demandGrants(video, { kind, rights, room }, o);
  const fence = intersectFences(o.tenantFence ?? '', tokenFence);
  if (fence === undefined) throw new MeridianError('FENCE_CONFLICT');
  return { tenant: o.tenant, room, roomKey, identity, ...about, kind, expiresWallMs, rights, fence };
}

/** Throws NOT_PERMITTED when the token does not admit its bearer, or exceeds the scopes of its key. */
function demandGrants(
  video: ClaimReader,
  { kind, rights, room }: { kind: ParticipantKind; rights: Rights; room: string },
  { scopes, forCheck }: TokenKey,
): void {
  const [mayJoin, mayCheck] = [video.flag('roomJoin') === true, video.flag('check') === true];
  if (!mayJoin && !(forCheck === true && mayCheck))
    throw new MeridianError('NOT_PERMITTED', 'claim "video.roomJoin": the token does not grant joining a room');
  const isBreakOut = video.flag('breakOut') === true;
  if (isBreakOutRoom(room) && !isBreakOut)
    throw new MeridianError('NOT_PERMITTED', 'claim "video.room": it names a break-out room, which hosts open');
  const needed: TokenScope[] = ['rooms:join'];
  if (rights.admin || rights.hidden || kind !== 'standard') needed.push('rooms:admin');
  for (const scope of needed)
    if (!scopes.includes(scope))
      throw new MeridianError('NOT_PERMITTED', `the API key of the token lacks the scope ${scope}`);
}

function roomOf(video: ClaimReader): string {
  const room = video.text('room', roomNameRule);
  if (room === undefined || !isRoomName(room))
    throw video.refusal('room', roomNameRule, room === undefined ? undefined : roomNameFault(room));
  return room;
}

function identityOf(claims: ClaimReader): string {
  const identity = claims.text('sub', identityRule);
  if (identity === undefined || !isIdentity(identity))
    throw claims.refusal('sub', identityRule, identity === undefined ? undefined : identityFault(identity));
  return identity;
}

function nameOf(claims: ClaimReader): string {
  const name = cleanDisplayName(claims.text('name', displayNameRule) ?? '');
  if (!isDisplayName(name)) throw claims.refusal('name', displayNameRule);
  return name;
}

function metadataOf(claims: ClaimReader): string {
  const rule = `a text of at most ${limits.metadataBytesMax} bytes`;
  const metadata = claims.text('metadata', rule) ?? '';
  const bytes = utf8.encode(metadata).byteLength;
  if (bytes > limits.metadataBytesMax) throw claims.refusal('metadata', rule, `it is a text of ${bytes} bytes`);
  return metadata;
}

/** Returns the attributes; one of null counts as absent. */
function attributesOf(claims: ClaimReader): Attributes {
  const rule = `an object of at most ${limits.attributesMax} texts with keys, of ${limits.attributesBytesMax} bytes together`;
  const value = claims.value('attributes') ?? {};
  if (!isClaims(value)) throw claims.refusal('attributes', rule);
  const entries = Object.entries(value).filter(([, text]) => text !== null);
  if (!entries.every((entry): entry is [string, string] => typeof entry[1] === 'string'))
    throw claims.refusal('attributes', rule, 'it contains something that is no text');
  const attributes: Attributes = Object.fromEntries(entries);
  if (areAttributes(attributes)) return attributes;
  const shape = Object.hasOwn(attributes, '')
    ? 'it contains an empty key'
    : `it has ${entries.length} of ${attributesBytes(attributes)} bytes`;
  throw claims.refusal('attributes', rule, shape);
}

function kindOf(claims: ClaimReader): ParticipantKind {
  const rule = `one of ${participantKinds.join(', ')}`;
  const kind = claims.text('kind', rule) || 'standard';
  if (!isParticipantKind(kind)) throw claims.refusal('kind', rule, 'it is another text');
  return kind;
}

function modeOf(video: ClaimReader): RoomMode | '' {
  const rule = `one of ${roomModes.join(', ')}`;
  const mode = video.text('mode', rule) ?? '';
  if (mode !== '' && !isRoomMode(mode)) throw video.refusal('mode', rule, 'it is another text');
  return mode;
}

function rightsOf(video: ClaimReader, kind: ParticipantKind): Rights {
  const canPublish = video.flag('canPublish') ?? true;
  const hidden = video.flag('hidden') ?? false;
  return {
    // A hidden participant cannot publish: clients could not show a track without a participant. Only a gateway may,
    // because its renditions of others' tracks are not shown as tracks.
    canPublish: canPublish && (!hidden || kind === 'gateway'),
    publishSources: sourcesOfClaim(video),
    canSubscribe: video.flag('canSubscribe') ?? true,
    canPublishData: video.flag('canPublishData') ?? true,
    admin: video.flag('roomAdmin') ?? false,
    canUpdateOwnMetadata: video.flag('canUpdateOwnMetadata') ?? false,
    hidden,
  };
}

/** Returns the fence of the claim, `''` without it. An empty list would admit nothing. */
function fenceOfClaim(video: ClaimReader): string {
  const rule = `a list of 1 to ${limits.fenceRegionsMax} names of regions`;
  const regions = video.texts('regions', rule);
  if (regions === undefined) return '';
  const fence = fenceOf(regions);
  if (fence !== undefined) return fence;
  const isCountRight = regions.length > 0 && regions.length <= limits.fenceRegionsMax;
  throw video.refusal('regions', rule, isCountRight ? 'it contains a text that is no name of a region' : undefined);
}

/** Returns the sources of the claim; undefined for all. An empty list allows all, as in LiveKit. */
function sourcesOfClaim(video: ClaimReader): readonly TrackSource[] | undefined {
  const rule = `a list of ${trackSources.join(', ')}`;
  const sources = video.texts('canPublishSources', rule) ?? [];
  if (!sources.every(isTrackSource)) throw video.refusal('canPublishSources', rule, 'it contains another text');
  return sources.length === 0 ? undefined : trackSources.filter((source) => sources.includes(source));
}
