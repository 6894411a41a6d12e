// The crowd of a show: clients that watch without a place in the roster (docs/rooms.md). At the room's owner, each
// signaling node has a hidden session for all of its crowd; its data are attributes of that session, so that followers,
// snapshots and the next owner have them like those of any participant.
import type { Attributes } from './attributes.ts';
import type { Participant } from './roster.ts';
import type { wire } from './wire.ts';

/** Returns the identity of a signaling node's hidden crowd session, which no token has: identities have no "/". */
export const crowdIdentity = (signalingId: string): string => `crowd/${signalingId}`;

export const isCrowdSession = ({
  identity,
  hidden,
  signalingId,
}: Pick<Participant, 'identity' | 'hidden' | 'signalingId'>): boolean =>
  hidden && identity === crowdIdentity(signalingId);

/** `protocol` of the session by which a member of the crowd receives media. No roster has such a session. */
export const crowdProtocol = 'crowd';
export const isCrowdMedia = ({ hidden, protocol }: Pick<Participant, 'hidden' | 'protocol'>): boolean =>
  hidden && protocol === crowdProtocol;

const nodesKey = 'crowd.nodes';
/** Bound of the attribute; the owner does not know about sessions of the crowd at further nodes. */
export const crowdNodesMax = 48;

export const crowdNodesToAttributes = (nodeIds: Iterable<string>): Attributes => ({
  [nodesKey]: [...nodeIds].sort().slice(0, crowdNodesMax).join(' '),
});
export const crowdNodesOf = ({ attributes }: Pick<Participant, 'attributes'>): string[] =>
  (attributes[nodesKey] ?? '').split(' ').filter((nodeId) => nodeId !== '');

export interface CrowdPerson {
  readonly identity: string;
  readonly name: string;
  readonly joinedWallMs: number;
}

export interface CrowdPageRequest {
  /** Identity after which the page begins; `''` is the start. */
  readonly afterIdentity: string;
  readonly limit: number;
  readonly prefix: string;
}

/** Returns people whose names begin with `prefix`, ignoring case, by identity, after `afterIdentity`; each once. */
export function crowdPage(
  people: Iterable<CrowdPerson>,
  { afterIdentity, limit, prefix }: CrowdPageRequest,
): CrowdPerson[] {
  const lowerPrefix = prefix.toLowerCase();
  const peopleById = new Map<string, CrowdPerson>();
  for (const { identity, name, joinedWallMs } of people)
    if (identity > afterIdentity && name.toLowerCase().startsWith(lowerPrefix) && !peopleById.has(identity))
      peopleById.set(identity, { identity, name, joinedWallMs });
  return [...peopleById.values()].sort((a, b) => (a.identity < b.identity ? -1 : 1)).slice(0, limit);
}

export const crowdPersonFromWire = (person: wire.CrowdPerson.$Properties): CrowdPerson => ({
  identity: person.identity ?? '',
  name: person.name ?? '',
  joinedWallMs: person.joinedWallMs ?? 0,
});
