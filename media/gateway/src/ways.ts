// Returns the URLs, with stream keys, by which a client publishes into or plays a room by other protocols; the client
// shows a token of the room or a stream key to play it.
import type { MintOrigin, Tokens } from '@meridian/node-shell';
import {
  cleanDisplayName,
  composedLayoutOf,
  isDisplayName,
  isIdentity,
  isProgrammePicture,
  MeridianError,
  type Rights,
} from '@meridian/protocol';
import type { StreamKeys } from './adapters/stream-keys.ts';
import { companionIdentity, companionName } from './companion.ts';
import type { Gateway } from './core/nearest.ts';
import { H5_MILLICORES } from './h5/stream.ts';
import type { HlsKey } from './placing/edges.ts';
import type { PlacedClient, PlacedProgramme, PlacedRoom } from './placing/placing.ts';
import { COMPOSED_MILLICORES } from './room/compositions.ts';

/** Lifetime of keys for an administrator of the room; other keys end with their token. */
const ADMIN_KEY_MS = 24 * 3_600_000;

/** Kind of publisher. `encoder` is a program beside the person, who may be in the room as well. */
export type Client = 'encoder' | 'miniprogram' | 'h5';

export interface WaysRequest {
  /** Default: an encoder. */
  readonly client?: Client;
  /** Without `roomAdmin` only the token's own. Default: the token's identity, with `-encoder` for an encoder. */
  readonly identity?: string;
  /**
   * Without `roomAdmin` or `canUpdateOwnMetadata` only the token's own. Default: the token's name, with ` (encoder)`
   * for an encoder.
   */
  readonly name?: string;
  /** For playing: identity whose picture is shown, or `composed[:LAYOUT]`. Default: the active speaker. */
  readonly picture?: string;
}

/** RTMP URL, also split into the two fields of encoders. */
export interface RtmpAddress {
  readonly server: string;
  readonly key: string;
  readonly url: string;
}

export interface Ways {
  readonly room: string;
  readonly expiresWallMs: number;
  /** Absent if the token may not publish. */
  readonly publish?: {
    readonly identity: string;
    readonly rtmp: RtmpAddress;
    readonly rtmps?: RtmpAddress;
    /** MPEG-TS with MPEG-1 and MP2 in a WebSocket; absent where the gateway cannot transcode it. */
    readonly h5?: string;
    readonly whip: { readonly url: string; readonly key: string };
  };
  /**
   * Absent if the token may not subscribe, or without a sound encoder here. A publisher by mini-program or H5 is left
   * out of its own programme.
   */
  readonly play?: PlayUrls;
}

export interface PlayUrls {
  readonly rtmp: string;
  readonly rtmps?: string;
  readonly flv: string;
  readonly wsFlv: string;
  /** Absent without a picture encoder. */
  readonly h5?: string;
  /** Includes low-latency HLS. */
  readonly hls: string;
}

type GatewayUrls = Pick<Gateway, 'rtmpUrl' | 'rtmpsUrl' | 'publicUrl' | 'lacks'>;

export interface WaysOptions {
  readonly tokens: Tokens;
  readonly keys: StreamKeys;
  /** Chooses the gateway near the client, and the gateway of the programme's HLS. */
  readonly placing: {
    origin(programme: PlacedProgramme): Pick<Gateway, 'publicUrl'>;
    nearest(client: PlacedClient, room: PlacedRoom): Promise<GatewayUrls>;
    otherGateway(client: PlacedClient, room: PlacedRoom): Promise<GatewayUrls>;
  };
  /** Returns the base URL of HLS, as `hlsBaseUrl` does. Absent without edges: the origin. */
  readonly hlsBase?: (programme: PlacedProgramme, key: HlsKey, client: PlacedClient) => Promise<string>;
  /** Returns whether this gateway lacks capacity for this cost, in thousandths of a core. Absent: never. */
  readonly isFull?: (millicores: number) => boolean;
  readonly wallMs: () => number;
}

/**
 * Returns the URLs of the token's room, at the gateway near the client or another when that is full; HLS at an edge
 * near the client or at its origin. Throws as `Tokens.verify` and `Placing.nearest` do, NOT_PERMITTED for another
 * identity without `roomAdmin` or another name without `roomAdmin` or `canUpdateOwnMetadata`, and REQUEST_INVALID for
 * malformed names. For a stream key to play, returns the URLs to play: throws as `StreamKeys.open` does, NOT_PERMITTED
 * for a key to publish, and REQUEST_INVALID for a request with any field.
 */
export async function waysOf(o: WaysOptions, bearer: string, request: WaysRequest, asker: PlacedClient): Promise<Ways> {
  // A token has three parts separated by dots; a key has no dot.
  const isKey = bearer !== '' && !bearer.includes('.');
  return isKey ? waysByKey(o, bearer, request, asker) : waysByToken(o, bearer, request, asker);
}

async function waysByKey(o: WaysOptions, text: string, request: WaysRequest, asker: PlacedClient): Promise<Ways> {
  const key = await o.keys.open(text);
  if (key.use !== 'play') throw new MeridianError('NOT_PERMITTED', 'this key is for publishing');
  if (Object.keys(request).length > 0)
    throw new MeridianError('REQUEST_INVALID', 'a stream key fixes what it plays: the request must have no fields');
  const place = await placeOf(o, key, asker, millicoresFor(key.picture));
  const hls = await hlsUrlOf(o, key, { streamKey: text, expiresWallMs: key.expiresWallMs }, asker);
  return { room: key.room, expiresWallMs: key.expiresWallMs, ...playUrls(text, place, { hls, picture: key.picture }) };
}

async function waysByToken(o: WaysOptions, token: string, request: WaysRequest, asker: PlacedClient): Promise<Ways> {
  const { access, apiKey, origin } = await o.tokens.verify(token, { allowExpired: false });
  const { room, rights } = access;
  const client = request.client ?? 'encoder';
  const ownIdentity = client === 'encoder' ? companionIdentity(access.identity, 'encoder') : access.identity;
  const identity = request.identity ?? ownIdentity;
  if (identity !== ownIdentity && !rights.admin)
    throw new MeridianError('NOT_PERMITTED', 'only administrators may choose another identity');
  const ownName = access.name === '' ? identity : access.name;
  const name = request.name === undefined ? ownName : cleanDisplayName(request.name);
  if (name !== ownName && !rights.admin && !rights.canUpdateOwnMetadata)
    throw new MeridianError('NOT_PERMITTED', 'the token does not let its holder choose a name');
  const picture = request.picture ?? '';
  if (!isIdentity(identity) || !isDisplayName(name) || !isProgrammePicture(picture))
    throw new MeridianError('REQUEST_INVALID', 'identity, name or picture is invalid');
  const expiresWallMs = rights.admin ? o.wallMs() + ADMIN_KEY_MS : access.expiresWallMs;
  const publisherName = client === 'encoder' && request.name === undefined ? companionName(name) : name;
  return sealedWays(
    o,
    {
      apiKey,
      room,
      fence: access.fence,
      origin,
      expiresWallMs,
      client,
      picture,
      publisher: { identity, name: publisherName },
      player: { identity: access.identity, name },
      canPublish: mayEncode(rights),
      canPlay: rights.canSubscribe,
    },
    asker,
  );
}

/** The token must allow picture and sound, because an encoder sends both and its key cannot restrict them. */
const mayEncode = ({ canPublish, publishSources }: Rights): boolean =>
  canPublish && encoderSources.every((source) => publishSources?.includes(source) ?? true);
const encoderSources = ['camera', 'microphone'] as const;

export interface WantedWays extends PlacedRoom {
  readonly origin: MintOrigin;
  readonly expiresWallMs: number;
  readonly client: Client;
  readonly publisher: { readonly identity: string; readonly name: string };
  readonly player: { readonly identity: string; readonly name: string };
  /** Picture as in `WaysRequest`; `''` for the active speaker. */
  readonly picture: string;
  readonly canPublish: boolean;
  readonly canPlay: boolean;
}

/** Seals the keys of ways whose names are checked. Throws as `StreamKeys.seal` and `Placing.nearest` do. */
export async function sealedWays(o: WaysOptions, wanted: WantedWays, asker: PlacedClient): Promise<Ways> {
  const { apiKey, room, fence, origin, expiresWallMs, client, publisher, player, picture } = wanted;
  const key = { apiKey, room, expiresWallMs, protocol: '', picture: '', without: '', fence, origin };
  const protocol = client === 'encoder' ? '' : client;
  const publishKey = o.keys.seal({ ...key, use: 'publish', ...publisher, protocol });
  const without = client === 'encoder' ? '' : publisher.identity;
  const playKey = o.keys.seal({ ...key, use: 'play', ...player, picture, without });
  const place = await placeOf(o, { apiKey, room, fence }, asker, millicoresFor(picture));
  const { rtmpUrl, rtmpsUrl, publicUrl, lacks = [] } = place;
  const programme = { apiKey, room, fence, picture, without };
  const hls = wanted.canPlay ? await hlsUrlOf(o, programme, { streamKey: playKey, expiresWallMs }, asker) : '';
  return {
    room,
    expiresWallMs,
    ...(wanted.canPublish && {
      publish: {
        identity: publisher.identity,
        rtmp: rtmpAddress(rtmpUrl, publishKey),
        ...(rtmpsUrl !== undefined && { rtmps: rtmpAddress(rtmpsUrl, publishKey) }),
        ...(lacks.length === 0 && { h5: webSocket(`${publicUrl}/live/${publishKey}.ts`) }),
        whip: { url: `${publicUrl}/whip`, key: publishKey },
      },
    }),
    ...(wanted.canPlay && playUrls(playKey, place, { hls, picture })),
  };
}

const placeOf = (
  { placing, isFull }: WaysOptions,
  room: PlacedRoom,
  asker: PlacedClient,
  millicores: number,
): Promise<GatewayUrls> => (isFull?.(millicores) ? placing.otherGateway(asker, room) : placing.nearest(asker, room));

const millicoresFor = (picture: string): number =>
  composedLayoutOf(picture) === undefined ? H5_MILLICORES : COMPOSED_MILLICORES;

/** Returns the URL at an edge near the client, or at the gateway that makes the stream. */
async function hlsUrlOf(
  { placing, hlsBase }: WaysOptions,
  programme: PlacedProgramme,
  key: HlsKey,
  asker: PlacedClient,
): Promise<string> {
  const atOrigin = `${placing.origin(programme).publicUrl}/hls/${key.streamKey}`;
  return `${(await hlsBase?.(programme, key, asker)) ?? atOrigin}/index.m3u8`;
}

function playUrls(
  key: string,
  place: GatewayUrls,
  { hls, picture }: { readonly hls: string; readonly picture: string },
): Pick<Ways, 'play'> {
  const { rtmpUrl, rtmpsUrl, publicUrl, lacks = [] } = place;
  const isComposed = composedLayoutOf(picture) !== undefined;
  if (lacks.includes('sound') || (isComposed && lacks.includes('picture'))) return {};
  const flv = `${publicUrl}/live/${key}.flv`;
  const play: PlayUrls = {
    rtmp: rtmpAddress(rtmpUrl, key).url,
    ...(rtmpsUrl !== undefined && { rtmps: rtmpAddress(rtmpsUrl, key).url }),
    flv,
    wsFlv: webSocket(flv),
    ...(!lacks.includes('picture') && { h5: webSocket(`${publicUrl}/live/${key}.ts`) }),
    hls,
  };
  return { play };
}

function rtmpAddress(base: string, key: string): RtmpAddress {
  const server = `${base}/live`;
  return { server, key, url: `${server}/${key}` };
}

const webSocket = (url: string): string => url.replace(/^http/, 'ws');
