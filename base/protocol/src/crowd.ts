// The crowd of a show: clients that watch without a place in the roster (docs/rooms.md). At the room's owner one hidden
// session of each signaling node stands for all of its crowd; what it says is in its attributes, so that followers,
// snapshots and the next owner have it as they have every participant.
import type { Attributes } from './attributes.ts';
import type { Participant } from './roster.ts';
import type { wire } from './wire.ts';

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

/** One of the crowd, as hosts see it. */
export interface CrowdPerson {
  readonly identity: string;
  readonly name: string;
  readonly joinedWallMs: number;
}

/** What is asked for of a crowd. */
export interface CrowdPageAsked {
  /** '': from the first. */
  readonly afterIdentity: string;
  /** 1 to `limits.crowdPageMax`. */
  readonly limit: number;
  readonly prefix: string;
}

/** Those whose names begin with `prefix`, in any case, by identity, behind `afterIdentity`; one of each identity. */
export function crowdPage(
  people: Iterable<CrowdPerson>,
  { afterIdentity, limit, prefix }: CrowdPageAsked,
): CrowdPerson[] {
  const begin = prefix.toLowerCase();
  const found = new Map<string, CrowdPerson>();
  for (const { identity, name, joinedWallMs } of people)
    if (identity > afterIdentity && name.toLowerCase().startsWith(begin) && !found.has(identity))
      found.set(identity, { identity, name, joinedWallMs });
  return [...found.values()].sort((a, b) => (a.identity < b.identity ? -1 : 1)).slice(0, limit);
}

export const crowdPersonFromWire = (person: wire.CrowdPerson.$Properties): CrowdPerson => ({
  identity: person.identity ?? '',
  name: person.name ?? '',
  joinedWallMs: person.joinedWallMs ?? 0,
});
