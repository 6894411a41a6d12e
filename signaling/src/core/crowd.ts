// Rules of a show's crowd: who belongs to it, who may come in, and which roster events its clients receive.
import {
  type ErrorCode,
  isBannedBy,
  isSamePerson,
  type Participant,
  type RoomPolicy,
  type RosterEvent,
} from '@meridian/protocol';
import { isLeading } from './lobby.ts';

/** Part of the policy that a signaling node enforces for its crowd. */
export interface CrowdRules {
  readonly version: number;
  /** False while the owner knows no policy. */
  readonly isKnown: boolean;
  readonly isShow: boolean;
  readonly locked: boolean;
  readonly lobby: boolean;
  readonly needsHost: boolean;
  readonly opensWallMs: number;
  readonly bans: RoomPolicy['bans'];
  /** Identities that were removed in the present life of the room. */
  readonly removed: readonly string[];
}

/** Longest wait that a refusal names; a client that would wait longer gets no time at which to return. */
const retryAfterMsMax = 3_600_000;

/**
 * Returns the crowd's rules under a policy, in the life `roomSid` of the room. While the owner knows no policy, the
 * room keeps its crowd.
 */
export function crowdRulesOf(
  policy: RoomPolicy,
  { isKnown, roomSid }: { readonly isKnown: boolean; readonly roomSid: string },
): CrowdRules {
  const { version, kind, locked, lobby, needsHost, opensWallMs, bans, removed } = policy;
  return {
    version,
    isKnown,
    isShow: kind === 'show' || (!isKnown && version === 0),
    locked,
    lobby,
    needsHost,
    opensWallMs,
    bans,
    removed: removed.filter((one) => one.roomSid === roomSid).map(({ identity }) => identity),
  };
}

/**
 * Returns the rules after an owner has sent its own. The owner's rules replace earlier ones, as the same object, unless
 * the owner lacks the policy and they are older: then they only add restrictions.
 */
export function rulesAfter(previous: CrowdRules | undefined, received: CrowdRules): CrowdRules {
  if (previous === undefined || received.isKnown || received.version >= previous.version) return received;
  return {
    version: previous.version,
    isKnown: false,
    isShow: previous.isShow,
    locked: previous.locked || received.locked,
    lobby: previous.lobby || received.lobby,
    needsHost: previous.needsHost || received.needsHost,
    opensWallMs: Math.max(previous.opensWallMs, received.opensWallMs),
    bans: previous.bans.concat(received.bans),
    removed: previous.removed.concat(received.removed),
  };
}

/**
 * Returns why a viewer may not come in: KICKED, ROOM_LOCKED, or NOT_ADMITTED (before the opening, without a needed
 * host, or until a host admits it); undefined: it may. `isLetIn`: admitted by the owner.
 */
export function crowdRefusalOf(
  rules: CrowdRules,
  o: { readonly identity: string; readonly isLetIn: boolean; readonly hosts: number; readonly nowWallMs: number },
): { readonly code: ErrorCode; readonly retryAfterMs: number } | undefined {
  if (isBannedBy(rules, o.identity, o.nowWallMs)) return { code: 'KICKED', retryAfterMs: 0 };
  if (o.isLetIn) return undefined;
  if (rules.locked) return { code: 'ROOM_LOCKED', retryAfterMs: 0 };
  const opensInMs = rules.opensWallMs - o.nowWallMs;
  if (opensInMs > 0)
    return { code: 'NOT_ADMITTED', retryAfterMs: opensInMs > retryAfterMsMax ? 0 : Math.ceil(opensInMs) };
  return rules.lobby || (rules.needsHost && o.hosts === 0) ? { code: 'NOT_ADMITTED', retryAfterMs: 0 } : undefined;
}

/** Returns whether a viewer was removed, and so must wait until a host lets it in. */
export const wasRemovedFromCrowd = ({ removed }: CrowdRules, identity: string): boolean =>
  removed.some((one) => isSamePerson(one, identity));

/** Returns whether a newcomer joins the crowd without asking: a person whose rights give it no part on the stage. */
export const isOfCrowd = (
  policy: Pick<RoomPolicy, 'kind'>,
  newcomer: Pick<Participant, 'hidden' | 'kind' | 'canPublish' | 'role' | 'admin' | 'protocol'>,
): boolean =>
  policy.kind === 'show' &&
  !newcomer.hidden &&
  newcomer.kind === 'standard' &&
  newcomer.protocol === 'webrtc' &&
  !newcomer.canPublish &&
  !isLeading(newcomer);

/** Returns how many participants on the stage of a show may publish. */
export const stageSizeOf = (participants: readonly Participant[]): number =>
  participants.filter(({ hidden, canPublish }) => !hidden && canPublish).length;

/**
 * Returns the room's events that the crowd receives. Hidden participants, renditions and qualities concern the stage
 * only. A change of speakers alone may wait (`isUrgent` false), and a later one replaces it.
 */
export function eventsForCrowd(
  waiting: readonly RosterEvent[],
  events: readonly RosterEvent[],
): { readonly events: readonly RosterEvent[]; readonly isUrgent: boolean } {
  const shown = events.filter(({ change }) => change.type !== 'unknown' && change.type !== 'qualityChanged');
  const isUrgent = shown.some(({ change }) => change.type !== 'speakersChanged');
  const all = waiting.concat(shown);
  const lastSpeakers = all.findLast(({ change }) => change.type === 'speakersChanged');
  return {
    events: all.filter((event) => event.change.type !== 'speakersChanged' || event === lastSpeakers),
    isUrgent,
  };
}
