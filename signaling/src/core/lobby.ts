// The clients that wait in front of a room, and their order: docs/rooms.md, "Waiting".
import type { Participant, RoomPolicy } from '@meridian/protocol';
import { rankOf } from './policy.ts';

/**
 * `no_host`: until a host has come, or the room opens, or its owner knows what it allows; `lobby`: until a host lets it
 * in.
 */
export type WaitReason = 'lobby' | 'no_host';

/** A client that wants in. */
export interface Knocking {
  readonly waitId: string;
  readonly identity: string;
  readonly name: string;
  /** By its token. */
  readonly admin: boolean;
  /** Its token says that it waits for a host, whatever the room says. */
  readonly lobby: boolean;
  /** Its token says that it does not come in before the owner knows what the room allows. */
  readonly needsPolicy: boolean;
  readonly sinceWallMs: number;
}

/** Hosts and cohosts, by policy or token. */
export const isLeading = (knocking: Pick<Participant, 'role' | 'admin'>): boolean => rankOf(knocking) !== 'none';

/** The same for a client that is not in the room. */
export function leadsUnder(
  policy: Pick<RoomPolicy, 'members'>,
  knocking: Pick<Knocking, 'identity' | 'admin'>,
): boolean {
  const role = policy.members.find(({ identity }) => identity === knocking.identity)?.role ?? '';
  return isLeading({ role, admin: knocking.admin });
}

/** Why a client may not come in yet; undefined: it may. `hosts`: how many in the room could let it in. */
export function waitReasonOf(o: {
  readonly policy: Pick<RoomPolicy, 'lobby' | 'opensWallMs' | 'needsHost' | 'members'>;
  readonly isPolicyKnown: boolean;
  readonly knocking: Pick<Knocking, 'identity' | 'admin' | 'lobby' | 'needsPolicy'>;
  /** It has been let in, or is in the room. */
  readonly isAdmitted: boolean;
  readonly hosts: number;
  readonly nowWallMs: number;
}): WaitReason | undefined {
  const { policy, knocking, hosts } = o;
  if (o.isAdmitted || leadsUnder(policy, knocking)) return undefined;
  if (knocking.needsPolicy && !o.isPolicyKnown) return 'no_host';
  if (policy.opensWallMs > o.nowWallMs || (policy.needsHost && hosts === 0)) return 'no_host';
  return policy.lobby || knocking.lobby ? 'lobby' : undefined;
}

/** `line` with one more, longest waiting first; of the same time the one that comes last is last. */
export function lineWith<T extends { readonly sinceWallMs: number }>(line: readonly T[], one: T): T[] {
  const at = line.findLastIndex(({ sinceWallMs }) => sinceWallMs <= one.sinceWallMs) + 1;
  return [...line.slice(0, at), one, ...line.slice(at)];
}
