// Answers requests of the api over its link: stream keys, live state, pushes and pulls (docs/gateway.md, By REST).
import type { KeySource } from '@meridian/node-shell';
import {
  type ControlLink,
  cleanDisplayName,
  isDisplayName,
  isIdentity,
  isProgrammePicture,
  isRoomName,
  MeridianError,
  partsOfRoomKey,
  type RoomKey,
  roomKeyOf,
  rpc,
  serve,
  type wire,
} from '@meridian/protocol';
import type { OrderedStatus, OrderedStreams } from '../cdn/ordered-streams.ts';
import type { LiveRooms, PublisherView } from '../live/live-rooms.ts';
import { type Client, sealedWays, type Ways, type WaysOptions } from '../ways.ts';

const CLIENTS: readonly Client[] = ['encoder', 'miniprogram', 'h5'];

export interface ApiRequestsOptions {
  readonly ways: WaysOptions;
  readonly apiKeys: Pick<KeySource, 'get'>;
  readonly live: Pick<LiveRooms, 'of'>;
  readonly ordered: OrderedStreams;
}

export function serveApi(link: ControlLink, o: ApiRequestsOptions): void {
  serve(link, rpc.streamAddresses, async (wanted) => {
    const { id, apiKey, room, fence, identity, picture, expiresWallMs, clientIp } = wanted;
    const name = cleanDisplayName(wanted.name);
    const client = CLIENTS.find((one) => one === wanted.client);
    const areNames = isRoomName(room) && isIdentity(identity) && isDisplayName(name);
    if (client === undefined || id === '' || !areNames || !isProgrammePicture(picture))
      throw new MeridianError('REQUEST_INVALID', 'client, id, room, identity, name or picture is invalid');
    await o.apiKeys.get(apiKey);
    const origin = { tokenId: id, via: '', issuedWallMs: o.ways.wallMs() };
    const person = { identity, name };
    const { canPublish, canPlay } = wanted;
    const key = { apiKey, room, fence, origin, expiresWallMs, client, picture, canPublish, canPlay };
    const ways = await sealedWays(o.ways, { ...key, publisher: person, player: person }, { clientIp, from: '' });
    return waysToWire(ways);
  });
  serve(link, rpc.liveRoom, ({ roomKey }) => {
    const { publishers, outputs } = o.live.of(checkedKey(roomKey));
    return { publishers: publishers.map(publisherToWire), outputs: [...outputs] };
  });
  serve(link, rpc.roomStream, async (wanted) => {
    const { id, kind, apiKey, room, fence, url, picture, identity, name, endsWallMs, keep } = wanted;
    if ((kind !== 'push' && kind !== 'pull') || id === '')
      throw new MeridianError('REQUEST_INVALID', 'kind or id is invalid');
    const order = { id, kind, apiKey, room, fence, url, picture, identity, name, endsWallMs, keep } as const;
    return streamToWire(await o.ordered.order(order));
  });
  serve(link, rpc.roomStreamEnd, ({ id }) => {
    o.ordered.end(id);
    return {};
  });
  serve(link, rpc.roomStreams, () => ({ streams: o.ordered.list().map(streamToWire) }));
}

function checkedKey(text: string): RoomKey {
  const { tenant = '', room = '' } = partsOfRoomKey(text) ?? {};
  const key = roomKeyOf(tenant, room);
  if (key === undefined) throw new MeridianError('REQUEST_INVALID', 'the room key is invalid');
  return key;
}

const waysToWire = ({ publish, play }: Ways): wire.StreamAddresses.$Properties => ({
  ...(publish && {
    publish: {
      identity: publish.identity,
      rtmp: publish.rtmp,
      ...(publish.h5 !== undefined && { h5: publish.h5 }),
      ...(publish.rtmps && { rtmps: publish.rtmps }),
      whipUrl: publish.whip.url,
      whipKey: publish.whip.key,
    },
  }),
  ...(play && { play }),
});

const streamToWire = ({ lastError, ...status }: OrderedStatus): wire.RoomStreamState.$Properties => ({
  ...status,
  ...lastError,
});

const publisherToWire = ({ video, audio, warnings, ...publisher }: PublisherView): wire.LivePublisher.$Properties => ({
  ...publisher,
  ...(video && { video }),
  ...(audio && { audio }),
  warnings: [...warnings],
});
