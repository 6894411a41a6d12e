// What a room's owner enforces, whatever tokens say: admission and roles (docs/rooms.md). The owner has
// it, the room's media nodes and the api keep it; of two the higher version counts.
import type { Rights } from './access.ts';
import { limits } from './limits.ts';
import { type RoomRole, roomRoleOf } from './room-roles.ts';
import type { wire } from './wire.ts';

/** One identity's role, and single rights that beat both role and token. */
export interface Member {
  readonly identity: string;
  readonly role: RoomRole | '';
  readonly canPublish?: boolean;
  readonly canSubscribe?: boolean;
  readonly canPublishData?: boolean;
}

export interface Ban {
  readonly identity: string;
  /** 0: for ever. */
  readonly untilWallMs: number;
}

export interface RoomPolicy {
  /** One higher with every change; 0: nothing has been said. */
  readonly version: number;
  /** A newcomer waits until a host admits it. */
  readonly lobby: boolean;
  /** No newcomer comes in, but hosts and cohosts. */
  readonly locked: boolean;
  /** Participants that are let in; 0: as many as the service takes. */
  readonly capacity: number;
  /** How long an empty room is kept; 0: `limits.roomEmptyReleaseMs`. */
  readonly emptyTimeoutMs: number;
  readonly members: readonly Member[];
  readonly bans: readonly Ban[];
  /** Identities that all participants see large, the first largest. */
  readonly spotlight: readonly string[];
  /** The booked end; 0: none. Ends no session unless `hardEnd`. */
  readonly endsWallMs: number;
  readonly hardEnd: boolean;
  /** Before, only hosts and cohosts come in; others wait. 0: always open. */
  readonly opensWallMs: number;
  /** Others wait until a host or cohost is in the room. */
  readonly needsHost: boolean;
  /** Of the room when it opens. */
  readonly metadata: string;
}

export const emptyPolicy: RoomPolicy = policyFromWire({});

export function policyFromWire(policy: wire.RoomPolicy.$Properties | null | undefined): RoomPolicy {
  return {
    version: policy?.version ?? 0,
    lobby: policy?.lobby ?? false,
    locked: policy?.locked ?? false,
    capacity: policy?.capacity ?? 0,
    emptyTimeoutMs: policy?.emptyTimeoutMs ?? 0,
    members: (policy?.members ?? []).slice(0, limits.policyMembersMax).map(memberFromWire),
    bans: (policy?.bans ?? [])
      .slice(0, limits.policyBansMax)
      .map(({ identity, untilWallMs }) => ({ identity: identity ?? '', untilWallMs: untilWallMs ?? 0 })),
    spotlight: (policy?.spotlight ?? []).slice(0, limits.spotlightMax),
    endsWallMs: policy?.endsWallMs ?? 0,
    hardEnd: policy?.hardEnd ?? false,
    opensWallMs: policy?.opensWallMs ?? 0,
    needsHost: policy?.needsHost ?? false,
    metadata: policy?.metadata ?? '',
  };
}

export const policyToWire = (policy: RoomPolicy): wire.RoomPolicy.$Properties => ({
  ...policy,
  members: policy.members.map((member) => ({ ...member })),
  bans: policy.bans.map((ban) => ({ ...ban })),
  spotlight: [...policy.spotlight],
});

export function memberFromWire(member: wire.Member.$Properties): Member {
  const { canPublish, canSubscribe, canPublishData } = member;
  return {
    identity: member.identity ?? '',
    role: roomRoleOf(member.role),
    ...(canPublish != null && { canPublish }),
    ...(canSubscribe != null && { canSubscribe }),
    ...(canPublishData != null && { canPublishData }),
  };
}

/** The rights of a token with this identity under a policy, and its role in the room. */
export function rightsUnder(
  policy: Pick<RoomPolicy, 'members'>,
  identity: string,
  token: Rights,
): { readonly role: RoomRole | ''; readonly rights: Rights } {
  const member = policy.members.find((one) => one.identity === identity);
  if (member === undefined) return { role: '', rights: token };
  const { role } = member;
  const leads = role === 'host' || role === 'cohost';
  return {
    role,
    rights: {
      ...token,
      admin: role === '' ? token.admin : leads,
      canPublish: member.canPublish ?? (role === '' ? token.canPublish : role !== 'attendee'),
      canSubscribe: member.canSubscribe ?? (leads || token.canSubscribe),
      canPublishData: member.canPublishData ?? (leads || token.canPublishData),
    },
  };
}

/** Whether the policy keeps an identity out at this time. */
export const isBannedBy = (policy: Pick<RoomPolicy, 'bans'>, identity: string, nowWallMs: number): boolean =>
  policy.bans.some((ban) => ban.identity === identity && (ban.untilWallMs === 0 || ban.untilWallMs > nowWallMs));
