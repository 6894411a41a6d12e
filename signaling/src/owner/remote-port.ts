// Port to the owner of a room at another instance: every call is a request or message over the link.
import {
  note,
  participantToWire,
  qualityToWire,
  type Rpc,
  rosterViewFromWire,
  rpc,
  trackToWire,
  type wire,
} from '@meridian/protocol';
import type { PeerLinks } from '../links/peers.ts';
import type { Lease, RoomPort } from '../ports.ts';
import { offerFromWire, refusedFromWire } from '../wire/control-wire.ts';
import { newsToWire } from '../wire/post-wire.ts';

export function remotePort(peers: PeerLinks, lease: Pick<Lease, 'roomKey' | 'ownerId' | 'epoch'>): RoomPort {
  const { roomKey, ownerId, epoch } = lease;
  const room = { roomKey, ownerId, epoch };
  /** Makes a request without content in its answer. */
  const order = async <Q, QP, A>(kind: Rpc<Q, QP, A, wire.Empty.$Properties>, message: NoInfer<QP>): Promise<void> => {
    await peers.call(ownerId, kind, message);
  };
  return {
    ownerId,
    epoch,
    async join({ participant, takeover, manualSubscribe, adoption, fence }) {
      const joining = { participant: participantToWire(participant), takeover, manualSubscribe, adoption, fence };
      const answer = await peers.call(ownerId, rpc.ownerJoin, { room, ...joining });
      return {
        view: rosterViewFromWire(answer.roster ?? {}),
        offers: answer.subscriptions.map(offerFromWire),
        fence: answer.fence,
        outside: answer.outside,
        toCrowd: answer.toCrowd,
      };
    },
    async announce({ participant, adoption, fence }) {
      const join = { room, participant: participantToWire(participant), takeover: true, manualSubscribe: true };
      await peers.call(ownerId, rpc.ownerJoin, { ...join, adoption, fence, noRoster: true });
    },
    leave: async (sessionId, reason) => order(rpc.ownerLeave, { room, sessionId, reason }),
    publish: async (sessionId, track) => order(rpc.ownerPublish, { room, sessionId, track: trackToWire(track) }),
    unpublish: async (sessionId, trackId, reason) => order(rpc.ownerUnpublish, { room, sessionId, trackId, reason }),
    mute: async (sessionId, trackId, muted) => order(rpc.ownerMute, { room, sessionId, trackId, muted }),
    update: async (participant) =>
      order(rpc.ownerUpdate, { room, participant: participantToWire({ ...participant, tracks: [] }) }),
    act: async (sessionId, act) => peers.call(ownerId, rpc.ownerAct, { room, bySessionId: sessionId, act }),
    moved: async (sessionId, fromNodeId, toNodeId) => order(rpc.ownerMoved, { room, sessionId, fromNodeId, toNodeId }),
    async grants(pullerNodeId, trackIds, carrierNodeId) {
      const answer = await peers.call(ownerId, rpc.ownerGrants, {
        room,
        pullerNodeId,
        trackIds: [...trackIds],
        carrierNodeId,
      });
      return { offers: answer.subscriptions.map(offerFromWire), failed: refusedFromWire(answer.failed) };
    },
    async snapshot() {
      return rosterViewFromWire(await peers.call(ownerId, rpc.ownerSnapshot, { room }));
    },
    quality(sessionId, quality) {
      // A lost report of a quality does no harm, since the next one follows soon.
      peers.post(ownerId, note.ownerQuality, { room, sessionId, quality: qualityToWire(quality) });
    },
    needs(needs) {
      // Needs lost with a link are sent again (LocalRoom).
      peers.post(ownerId, note.ownerNeeds, { room, needs: [...needs] });
    },
    async knock(knocking) {
      const { waits, waiting } = await peers.call(ownerId, rpc.ownerKnock, { room, ...knocking });
      return waits ? (waiting ?? {}) : undefined;
    },
    unknock(waitId) {
      // Without this message the owner still forgets a client that stops knocking.
      peers.post(ownerId, note.ownerUnknock, { room, waitId });
    },
    hand: async ({ identity, name, raised }) => order(rpc.ownerHand, { room, identity, name, raised }),
    post: async (sender, post) => peers.call(ownerId, rpc.ownerPost, Object.assign({ room, post }, sender)),
    vote: async (identity, vote) => order(rpc.ownerVote, { room, identity, vote }),
    reactions(counts) {
      // Reactions lost with a link do not matter.
      peers.post(ownerId, note.ownerReactions, { room, counts: { ...counts } });
    },
    offerPosts(kept) {
      // Lost copies do no harm: the room's other signaling nodes have them too.
      for (const message of newsToWire(kept))
        peers.post(ownerId, note.ownerPostsKept, Object.assign({ room }, message));
    },
    renditionRefused(sessionId, need, code) {
      peers.post(ownerId, note.ownerRenditionRefused, { room, sessionId, refused: { ...need, code } });
    },
  };
}
