// The owner of a room at this instance, called in process. Its errors become rejections, as over a link.
import type { RoomPort } from '../ports.ts';
import { actFromWire } from '../wire/act-wire.ts';
import type { OwnedRoom } from './owned-room.ts';

export function localPort(owned: OwnedRoom, selfId: string): RoomPort {
  return {
    ownerId: owned.room.ownerId,
    epoch: owned.room.epoch,
    join: async (o) => owned.join(selfId, o),
    announce: async (o) => void owned.join(selfId, { ...o, takeover: true, manualSubscribe: true }),
    leave: async (sessionId, reason) => owned.leave(selfId, sessionId, reason),
    publish: async (sessionId, track) => owned.publish(selfId, sessionId, track),
    unpublish: async (sessionId, trackId, reason) => owned.unpublish(selfId, sessionId, trackId, reason),
    mute: async (sessionId, trackId, muted) => owned.mute(selfId, sessionId, trackId, muted),
    update: async (participant) => owned.update(selfId, participant),
    act: async (sessionId, act) => owned.act(selfId, sessionId, actFromWire(act)),
    moved: async (sessionId, fromNodeId, toNodeId) => owned.moved(selfId, { sessionId, fromNodeId, toNodeId }),
    grants: async (pullerNodeId, trackIds, carrierNodeId) => owned.grants(pullerNodeId, trackIds, carrierNodeId),
    snapshot: async () => owned.snapshot(),
    quality: (sessionId, quality) => owned.quality(selfId, sessionId, quality),
    needs: (needs) => owned.needs(selfId, needs),
    knock: async (knocking) => owned.lobby.knock(selfId, knocking),
    unknock: (waitId) => owned.lobby.unknock(selfId, waitId),
    hand: async (o) => owned.stage.hand(selfId, o),
    post: async (sender, post) => owned.posts.post(selfId, sender, post),
    vote: async (identity, vote) => owned.posts.vote(selfId, identity, vote),
    reactions: (counts) => owned.posts.react(counts),
    offerPosts: (kept) => owned.posts.mergeCopy(kept),
    renditionRefused: (sessionId, need, code) => owned.renditionRefused(selfId, sessionId, need, code),
  };
}
