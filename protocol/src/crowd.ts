// The crowd of a show: clients that watch without a place in the roster (docs/rooms.md). At the room's owner one hidden
// session of each signaling node stands for all of its crowd; what it says is in its attributes, so that followers,
// snapshots and the next owner have it as they have every participant.
import type { Attributes } from './attributes.ts';
import type { Participant } from './roster.ts';

/** Of the hidden session by which this signaling node stands for its crowd. No token has it: identities have no "/". */
export const crowdIdentity = (signalingId: string): string => `crowd/${signalingId}`;

/** Whether this session stands for the crowd of its signaling node. */
export const isCrowdSession = ({
  identity,
  hidden,
  signalingId,
}: Pick<Participant, 'identity' | 'hidden' | 'signalingId'>): boolean =>
  hidden && identity === crowdIdentity(signalingId);

/** `protocol` of a session at a media node by which one of the crowd receives. No roster has it. */
export const crowdProtocol = 'crowd';
export const isCrowdMedia = ({ hidden, protocol }: Pick<Participant, 'hidden' | 'protocol'>): boolean =>
  hidden && protocol === crowdProtocol;

const nodesKey = 'crowd.nodes';
/** Beyond, sessions of the crowd are at nodes of which the owner does not know: attributes have a bound. */
export const crowdNodesMax = 48;

/** The media nodes at which the crowd of a signaling node receives, as its session says them. */
export const crowdNodesToAttributes = (nodeIds: Iterable<string>): Attributes => ({
  [nodesKey]: [...nodeIds].sort().slice(0, crowdNodesMax).join(' '),
});
export const crowdNodesOf = ({ attributes }: Pick<Participant, 'attributes'>): string[] =>
  (attributes[nodesKey] ?? '').split(' ').filter((nodeId) => nodeId !== '');
