import { call, isInFence, MeridianError, note, post, routerConstant, rpc } from '@meridian/protocol';
import type { Link, Logger } from '@meridian/runtime';
import { consumerStateTo, dataTo, pipeEndFrom, pipeEndTo, pulledFrom, subscriptionTo } from './control-wire.ts';
import { type DemandLevel, highestOf, lowestOf, silenceRules } from './core/index.ts';
import type { LinkTable } from './links.ts';
import type { Neighbours, Outbox } from './media/shapes.ts';

/** Deadline of a neighbour's answer, for which a join waits. After it the subscriber gets NODE_UNREACHABLE. */
const pullDeadlineMs = 3000;
const linkDeadlineMs = 2000;

export function createOutbox(o: { nodeId: string; signalingNodes: LinkTable; nodes: LinkTable }): Outbox {
  const sendToSignaling = (id: string, send: (link: Link) => boolean): boolean => {
    const link = o.signalingNodes.get(id);
    return link !== undefined && send(link);
  };
  const sendToNode = (id: string, send: (link: Link) => boolean): boolean => {
    const link = o.nodes.get(id);
    return link !== undefined && send(link);
  };
  return {
    consumerChanged: (id, at, state) =>
      void sendToSignaling(id, (link) => post(link, note.consumerChanged, { ...at, state: consumerStateTo(state) })),
    consumerClosed: (id, at, removed) =>
      void sendToSignaling(id, (link) => post(link, note.consumerClosed, { ...at, removed })),
    consumerMoved: (id, at, { oldConsumerId, subscription, fromNodeId = '', toNodeId = '' }) =>
      void sendToSignaling(id, (link) =>
        post(link, note.consumerMoved, {
          ...at,
          fromNodeId,
          toNodeId,
          moved: {
            trackId: subscription.trackId,
            trackEpoch: subscription.trackEpoch,
            oldConsumerId,
            subscription: subscriptionTo(subscription),
          },
        }),
      ),
    transportState: (id, at, change) =>
      void sendToSignaling(id, (link) => post(link, note.transportState, { ...at, change })),
    sessionEnded: (id, at, code) => void sendToSignaling(id, (link) => post(link, note.sessionEnded, { ...at, code })),
    trackEnded: (id, at, ended) => void sendToSignaling(id, (link) => post(link, note.trackEnded, { ...at, ...ended })),
    trackDemand: (id, at, { trackId, level, catchUp = 0 }) =>
      void sendToSignaling(id, (link) =>
        post(link, note.trackDemand, { ...at, demand: { trackId, catchUp, ...layersOf(level) } }),
      ),
    speakerLevels: (id, roomKey, speakers) =>
      void sendToSignaling(id, (link) => post(link, note.speakerLevels, { roomKey, speakers, nodeId: o.nodeId })),
    retainedRoomRequest: (id, roomKey) =>
      void sendToSignaling(id, (link) => post(link, note.retainedRoomRequest, { roomKey })),
    carrierChanged: (id, change) =>
      void sendToSignaling(id, (link) => post(link, note.carrierChanged, { ...change, nodeId: o.nodeId })),
    roomLost: (id, lost) => void sendToSignaling(id, (link) => post(link, note.roomLost, lost)),
    dataToSignaling: (id, data) => sendToSignaling(id, (link) => post(link, note.roomData, dataTo(data))),
    channelMessage: (id, message) => sendToSignaling(id, (link) => post(link, note.channelMessage, message)),
    dataToNode: (id, data, fence) =>
      sendToNode(id, (link) => !isInFence(fence, link.remote.region) || post(link, note.roomData, dataTo(data))),
    demand: (id, { roomKey, trackId, trackEpoch, level, catchUp = 0 }) =>
      void sendToNode(id, (link) =>
        post(link, note.demand, {
          roomKey,
          trackId,
          catchUp,
          trackEpoch,
          paused: level.spatialLayers === 0,
          ...layersOf(level),
        }),
      ),
    carriedState: (id, state) => void sendToNode(id, (link) => post(link, note.carriedState, state)),
  };
}

const layersOf = ({ spatialLayers, temporalLayer }: DemandLevel) => ({
  spatialLayers,
  maxSpatialLayer: highestOf(spatialLayers),
  minSpatialLayer: Math.max(0, lowestOf(spatialLayers)),
  ...(temporalLayer >= 0 && { maxTemporalLayer: temporalLayer }),
});

export function createNeighbours(o: {
  nodes: LinkTable;
  log: Logger;
  reach(nodeId: string, url: string | undefined): void;
}): Neighbours {
  const deadline = { deadlineMs: pullDeadlineMs };
  const linkTo = async (nodeId: string, fence: string): Promise<Link> => {
    const link = await o.nodes.wait(nodeId, linkDeadlineMs);
    if (!isInFence(fence, link.remote.region)) throw new MeridianError('FENCED_OUT');
    return link;
  };
  return {
    reach: o.reach,
    async pull(nodeId, { roomKey, fence, trackId, grant }) {
      const link = await linkTo(nodeId, fence);
      return pulledFrom(await call(link, rpc.pull, { roomKey, trackId, grant: grant ?? null }, deadline));
    },
    unpull(nodeId, { roomKey, trackId, trackEpoch }) {
      const link = o.nodes.get(nodeId);
      if (link === undefined) return; // without a link, the carrier drops this node's pipe and stops the track
      call(link, rpc.unpull, { roomKey, trackId, trackEpoch }).catch((error: unknown) => {
        o.log.debug({ nodeId, roomKey, trackId, err: error }, 'unpull was not answered');
      });
    },
    async pipeSentBytes(nodeId, fence) {
      const link = o.nodes.get(nodeId);
      if (link === undefined) throw new MeridianError('NODE_UNREACHABLE');
      return (await call(link, rpc.pipeSent, { fence }, { deadlineMs: silenceRules.answerDeadlineMs })).sentBytes;
    },
    async pipeOpen(nodeId, fence, end) {
      const link = await linkTo(nodeId, fence);
      const open = { ...pipeEndTo(end), routerVersion: routerConstant.version, fence };
      return pipeEndFrom(await call(link, rpc.pipeOpen, open, deadline));
    },
  };
}
