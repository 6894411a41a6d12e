// Asks the media nodes of a room about sessions without a signaling node.
import { type Participant, rpc } from '@meridian/protocol';
import type { Logger } from '@meridian/runtime';
import type { SessionPresence } from '../core/index.ts';
import { bounds } from '../limits.ts';
import type { NodeLinks } from '../links/nodes.ts';

/** Asks each node once, all in parallel. Sessions of nodes that do not answer are missing in the result. */
export async function askPresence(
  o: { nodes: Pick<NodeLinks, 'call'>; log: Logger; room: { roomKey: string; ownerId: string; epoch: number } },
  participants: readonly Pick<Participant, 'sessionId' | 'nodeId'>[],
): Promise<ReadonlyMap<string, SessionPresence>> {
  const presence = new Map<string, SessionPresence>();
  // The session that stands for a crowd is at no node.
  for (const { sessionId, nodeId } of participants) if (nodeId === '') presence.set(sessionId, 'absent');
  const ask = async (nodeId: string): Promise<void> => {
    try {
      const { sessions } = await o.nodes.call(nodeId, rpc.roomSnapshot, { room: o.room }, bounds.leaseDeadlineMs);
      const media = new Map(
        sessions.map(({ session, media }) => [session?.participant?.sessionId ?? '', media === true]),
      );
      for (const participant of participants) {
        if (participant.nodeId !== nodeId) continue;
        const flows = media.get(participant.sessionId);
        presence.set(participant.sessionId, flows === undefined ? 'absent' : flows ? 'media' : 'silent');
      }
    } catch (error) {
      o.log.warn(
        { nodeId, roomKey: o.room.roomKey, err: error },
        'a node did not answer whether absent sessions have media',
      );
    }
  };
  const nodeIds = participants.map(({ nodeId }) => nodeId).filter((nodeId) => nodeId !== '');
  await Promise.all([...new Set(nodeIds)].map(ask));
  return presence;
}
