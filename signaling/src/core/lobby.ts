// Clients that wait in front of a room, and their order: docs/rooms.md, "Waiting".
import { isGuest, type Participant, type RoomPolicy, wasRemovedBy } from '@meridian/protocol';
import { rankOf } from './policy.ts';

/**
 * `no_host`: until a host comes, the room opens or the policy is known; `lobby`: until a host lets it in; `removed`:
 * as `lobby`, for a person that was removed.
 */
export type WaitReason = 'lobby' | 'no_host' | 'removed';

export interface Knocking {
  readonly waitId: string;
  readonly identity: string;
  readonly name: string;
  /** The client's token has the admin right. */
  readonly admin: boolean;
  /** The client's token makes it wait for a host, whatever the room's policy is. */
  readonly lobby: boolean;
  /** The client's token keeps it out until the owner knows the policy. */
  readonly needsPolicy: boolean;
  /** `addressKey` of the client's address; '': unknown, or an address that many share. */
  readonly network: string;
  readonly sinceWallMs: number;
}

/** Returns whether a participant is host or cohost, by policy or token. */
export const isLeading = (participant: Pick<Participant, 'role' | 'admin'>): boolean => rankOf(participant) !== 'none';

/** Returns whether a client outside the room would be host or cohost under the policy. */
export function leadsUnder(
  policy: Pick<RoomPolicy, 'members'>,
  knocking: Pick<Knocking, 'identity' | 'admin'>,
): boolean {
  const role = policy.members.find(({ identity }) => identity === knocking.identity)?.role ?? '';
  return isLeading({ role, admin: knocking.admin });
}

/**
 * Returns why a client may not come in yet; undefined: it may. `hosts`: participants that could let it in; `roomSid`:
 * present life of the room.
 */
export function waitReasonOf(o: {
  readonly policy: Pick<RoomPolicy, 'lobby' | 'opensWallMs' | 'needsHost' | 'members' | 'removed' | 'kind'>;
  readonly roomSid: string;
  readonly isPolicyKnown: boolean;
  readonly knocking: Pick<Knocking, 'identity' | 'admin' | 'lobby' | 'needsPolicy'>;
  /** The client has been let in, or is in the room. */
  readonly isAdmitted: boolean;
  readonly hosts: number;
  readonly nowWallMs: number;
}): WaitReason | undefined {
  const { policy, knocking, hosts, roomSid } = o;
  if (wasRemovedBy(policy, knocking.identity, roomSid)) return 'removed';
  if (o.isAdmitted || leadsUnder(policy, knocking)) return undefined;
  if (knocking.needsPolicy && !o.isPolicyKnown) return 'no_host';
  if (policy.opensWallMs > o.nowWallMs || (policy.needsHost && hosts === 0)) return 'no_host';
  const mayBeRemoved = isGuest(knocking.identity) && hasRemovedPerson(policy, roomSid);
  return policy.lobby || knocking.lobby || mayBeRemoved ? 'lobby' : undefined;
}

/**
 * Returns whether newly come guests of a link must be let in: any removed person becomes such a guest by another
 * browser. A show is open to all, so there only the known identity is kept out.
 */
const hasRemovedPerson = ({ kind, removed }: Pick<RoomPolicy, 'kind' | 'removed'>, roomSid: string): boolean =>
  kind !== 'show' && removed.some((one) => one.roomSid === roomSid);

/** Inserts a client into a queue, longest waiting first; equal times keep the order of insertion. */
export function insertByWait<T extends { readonly sinceWallMs: number }>(queue: readonly T[], client: T): T[] {
  const at = queue.findLastIndex(({ sinceWallMs }) => sinceWallMs <= client.sinceWallMs) + 1;
  return [...queue.slice(0, at), client, ...queue.slice(at)];
}
