// Serves an instance of the api over its link: commands to a room, a view of it, and the list of a tenant's rooms.
import {
  boardToWire,
  isRoomName,
  isWatcher,
  lastPosts,
  limits,
  MeridianError,
  participantToWire,
  partsOfRoomKey,
  policyToWire,
  postToWire,
  roomInfoToWire,
  rosterViewToWire,
  rpc,
  serve,
  viewersOf,
  viewersToWire,
  wire,
} from '@meridian/protocol';
import type { Link } from '@meridian/runtime';
import { bounds } from '../limits.ts';
import { actFromWire } from '../wire/act-wire.ts';
import type { OwnedRoom } from './owned-room.ts';
import type { OwnedRooms } from './owned-rooms.ts';

export function serveApi(link: Link, rooms: OwnedRooms): void {
  const roomOf = (roomKey: string): OwnedRoom => {
    if (partsOfRoomKey(roomKey) === undefined) throw new MeridianError('REQUEST_INVALID', 'no such room key');
    const room = rooms.get(roomKey);
    if (room === undefined) throw new MeridianError('ROOM_OWNER_LOST', 'this node does not own the room');
    return room;
  };
  serve(link, rpc.roomCommand, ({ roomKey, commandId, act, more, expectedVersion }) => {
    const room = roomOf(roomKey);
    if (commandId === '' || commandId.length > limits.nameLengthMax)
      throw new MeridianError('REQUEST_INVALID', 'a command needs an id');
    const { affected, participant } = rooms.performOnce(`${roomKey} ${commandId}`, () =>
      room.command([act, ...more].map(actFromWire), expectedVersion ?? undefined),
    );
    return {
      info: roomInfoToWire(room.info),
      policy: room.isPolicyKnown ? policyToWire(room.policy) : null,
      participant: participant === undefined ? null : participantToWire(participant),
      affected,
    };
  });
  serve(link, rpc.roomView, ({ roomKey }) => viewOf(roomOf(roomKey)));
  serve(link, rpc.roomsOwned, ({ tenant, names }) => ({ rooms: summaries(rooms, tenant, names) }));
}

function viewOf(room: OwnedRoom): wire.RoomView.$Properties {
  const view = room.snapshot();
  return {
    // Watching operators are hidden from the company.
    roster: rosterViewToWire({ ...view, participants: view.participants.filter((one) => !isWatcher(one)) }),
    policy: policyToWire(room.policy),
    lobby: room.lobby.shown,
    viewers: viewersToWire(viewersOf(view.participants)),
    posts: { posts: lastPosts(room.posts.posts, limits.postsKeptMax, limits.postsBytesMax).map(postToWire) },
    board: boardToWire(room.posts.board),
    hands: room.stage.hands,
    paths: room.paths,
  };
}

/** Returns a tenant's rooms here, all or by name. An answer too large loses metadata first, then rooms. */
function summaries(rooms: OwnedRooms, tenant: string, names: readonly string[]): wire.RoomSummary.$Properties[] {
  const wanted = names.length === 0 ? undefined : new Set(names.filter(isRoomName));
  const found: wire.RoomSummary.$Properties[] = [];
  let bytes = 0;
  for (const room of rooms.all()) {
    const parts = partsOfRoomKey(room.room.roomKey);
    if (parts?.tenant !== tenant || (wanted !== undefined && !wanted.has(parts.room))) continue;
    const summary = summaryOf(room);
    const size = wire.RoomSummary.encode(summary).len;
    const short = { ...summary, info: { ...summary.info, metadata: '' } };
    const isShort = bytes + size > bounds.roomsListedBytesMax / 2;
    bytes += isShort ? wire.RoomSummary.encode(short).len : size;
    if (bytes > bounds.roomsListedBytesMax) break;
    found.push(isShort ? short : summary);
  }
  return found;
}

function summaryOf(room: OwnedRoom): wire.RoomSummary.$Properties {
  const { participants } = room.snapshot();
  const present = participants.filter(({ hidden }) => !hidden);
  return {
    roomKey: room.room.roomKey,
    epoch: room.room.epoch,
    info: roomInfoToWire(room.info),
    participants: present.length,
    publishers: present.filter(({ tracks }) => tracks.length > 0).length,
    waiting: room.lobby.size,
  };
}
