// The crowd of a show: who of a room belongs to it, whom it lets in, and what its clients are sent of the roster.
import { type ErrorCode, isBannedBy, type Participant, type RoomPolicy, type RosterEvent } from '@meridian/protocol';
import { isLeading } from './lobby.ts';

/** What of the policy a signaling node enforces for its crowd. */
export interface CrowdRules {
  /** Of the policy. */
  readonly version: number;
  /** False: the owner knows no policy. */
  readonly isKnown: boolean;
  readonly isShow: boolean;
  readonly locked: boolean;
  readonly lobby: boolean;
  readonly needsHost: boolean;
  readonly opensWallMs: number;
  readonly bans: RoomPolicy['bans'];
}

/** A client that is refused for longer gets no time to come back. */
const retryAfterMsMax = 3_600_000;

/** An owner that knows no policy at all takes the room for what it was: it keeps its crowd. */
export function crowdRulesOf(policy: RoomPolicy, isKnown: boolean): CrowdRules {
  const { version, kind, locked, lobby, needsHost, opensWallMs, bans } = policy;
  return {
    version,
    isKnown,
    isShow: kind === 'show' || (!isKnown && version === 0),
    locked,
    lobby,
    needsHost,
    opensWallMs,
    bans,
  };
}

/**
 * The rules that hold after an owner's word: the same object where it counts alone, which makes it the next `known`. An
 * owner that does not know the policy yet adds to what held before it, and takes nothing back.
 */
export function rulesAfter(known: CrowdRules | undefined, said: CrowdRules): CrowdRules {
  if (known === undefined || said.isKnown || said.version >= known.version) return said;
  return {
    version: known.version,
    isKnown: false,
    isShow: known.isShow,
    locked: known.locked || said.locked,
    lobby: known.lobby || said.lobby,
    needsHost: known.needsHost || said.needsHost,
    opensWallMs: Math.max(known.opensWallMs, said.opensWallMs),
    bans: known.bans.concat(said.bans),
  };
}

/**
 * Why one of the crowd may not come in: KICKED, ROOM_LOCKED, NOT_ADMITTED before the show opens, without a host where
 * it needs one, or where a host lets each in; undefined: it may. `isLetIn`: the owner has said so.
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

/**
 * Whether a newcomer that does not ask for it belongs to the crowd: a person without a part on the stage of a show,
 * with the rights that the policy gives.
 */
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

/** Participants on the stage of a show that may publish. */
export const stageOf = (participants: readonly Participant[]): number =>
  participants.filter(({ hidden, canPublish }) => !hidden && canPublish).length;

/**
 * What the crowd is sent of the room's events. Hidden participants, renditions and qualities are the stage's own
 * matter; speakers alone may wait (`isUrgent` false), the latest in place of those that wait still.
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
