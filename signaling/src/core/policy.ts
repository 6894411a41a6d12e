// Applies a room's policy to its participants and decides who may change which part of it: the table of docs/rooms.md.
import {
  type Attributes,
  type Ban,
  type BreakOut,
  type ErrorCode,
  emptyPolicy,
  isSamePerson,
  limits,
  type Member,
  memberOnStage,
  type Participant,
  type Post,
  type QuestionState,
  type RecordingLayout,
  type RecordingMode,
  type Rights,
  type RoomPolicy,
  type RoomRecording,
  type RoomSettings,
  rightsUnder,
  sourceToWire,
  type TrackSource,
  trackSources,
  withBan,
  withLayout,
  withMember,
  withoutBan,
  withoutRecording,
  withRemoval,
} from '@meridian/protocol';

/** Act of a participant in a room (`message RoomAct`), as parsed by wire/act-wire.ts. */
export type Act =
  | {
      readonly type: 'remove';
      readonly identity: string;
      readonly reason: string;
      readonly bannedFor: BanLength /** May join again at once. */;
      readonly mayReturn: boolean;
    }
  | { readonly type: 'unban'; readonly identity: string }
  | { readonly type: 'mute'; readonly of: MuteTarget; readonly what: MuteWhat }
  | { readonly type: 'askUnmute'; readonly identity: string; readonly source: TrackSource }
  | { readonly type: 'setRoom'; readonly changes: RoomSettings }
  | { readonly type: 'member'; readonly member: Member; readonly reset: boolean }
  | { readonly type: 'metadata'; readonly metadata: string; readonly expectedVersion: number | undefined }
  | {
      readonly type: 'update';
      readonly identity: string;
      readonly name: string | undefined;
      readonly metadata: string | undefined;
      /** Changed attributes; an empty value deletes its key. */
      readonly attributes: Attributes;
    }
  | { readonly type: 'admit'; readonly waitIds: readonly string[]; readonly all: boolean; readonly refused: boolean }
  | { readonly type: 'hand'; readonly of: HandTarget; readonly raised: boolean }
  | {
      readonly type: 'data';
      readonly payload: Uint8Array;
      readonly topic: string;
      readonly lossy: boolean;
      /** Receivers; an empty list means all. */
      readonly identities: readonly string[];
    }
  | {
      readonly type: 'book';
      readonly changes: RoomSettings;
      readonly members: readonly Member[];
      readonly removed: readonly string[];
      /** `members` is complete: no other member has a role. */
      readonly allMembers: boolean;
    }
  /**
   * `recordingId`: the id that the service chose ('': the owner chooses one), or a participant's own name for the
   * recording. Only the service records pages.
   */
  | {
      readonly type: 'startRecording';
      readonly recordingId: string;
      readonly identity: string;
      readonly priority: number;
      readonly mode: RecordingMode;
      readonly layout: RecordingLayout;
      readonly pageUrl: string;
    }
  /** `recordingId` '': all composed recordings. */
  | { readonly type: 'recordingLayout'; readonly recordingId: string; readonly layout: RecordingLayout }
  /** `recordingId` '': all. */
  | { readonly type: 'stopRecording'; readonly recordingId: string }
  /** Moves a participant of a show onto the stage or off it. */
  | { readonly type: 'stage'; readonly identity: string; readonly on: boolean }
  /** Posts a gift or an announcement of the service; with `postId` '' the owner chooses the id. */
  | { readonly type: 'post'; readonly post: Post }
  | { readonly type: 'removePost'; readonly postId: string }
  /** `pollId` '': a new poll. For a known poll, sets `closed` and, if above 0, `endsWallMs`. */
  | {
      readonly type: 'poll';
      readonly pollId: string;
      readonly text: string;
      readonly options: readonly string[];
      readonly many: boolean;
      readonly closed: boolean;
      readonly remove: boolean;
      readonly endsWallMs: number;
    }
  | { readonly type: 'question'; readonly postId: string; readonly state: QuestionState }
  /** `set` undefined: the break-outs stay. `message`: announced in the room and its break-outs; '': none. */
  | { readonly type: 'breakOuts'; readonly set: readonly BreakOut[] | undefined; readonly message: string }
  | {
      readonly type: 'subscribe';
      readonly identity: string;
      readonly trackIds: readonly string[];
      readonly subscribed: boolean;
    }
  | { readonly type: 'end'; readonly reason: string };
export type ActType = Act['type'];
/** Milliseconds; 0: no ban. */
export type BanLength = number | 'forever';
export type MuteTarget = { readonly identity: string } | 'everybody';
export type MuteWhat = { readonly trackId: string } | { readonly source: TrackSource } | 'all';
export type HandTarget = { readonly identity: string } | 'own' | 'everybody';
export type Rank = 'host' | 'cohost' | 'none';

/** Author of an act: a participant, or a company by REST, which has the rights of a host. */
export type Actor = { readonly identity: string; readonly rank: Rank } | 'service';

/** Lowest rank for each act; `refusalOf` has further rules. */
export const lowestRankFor: { readonly [type in ActType]: Rank | 'service' } = {
  remove: 'cohost',
  unban: 'cohost',
  mute: 'cohost',
  askUnmute: 'cohost',
  setRoom: 'cohost',
  member: 'cohost',
  metadata: 'cohost',
  update: 'cohost',
  admit: 'cohost',
  hand: 'none', // for their own hand
  data: 'service',
  book: 'service',
  startRecording: 'host',
  recordingLayout: 'host',
  stopRecording: 'host',
  stage: 'cohost', // off it: any participant for itself
  post: 'service',
  removePost: 'cohost',
  poll: 'cohost',
  question: 'cohost',
  breakOuts: 'cohost',
  subscribe: 'service',
  end: 'host',
};

const rankHeight: { readonly [rank in Rank]: number } = { none: 0, cohost: 1, host: 2 };

export function rankOf({ role, admin }: Pick<Participant, 'role' | 'admin'>): Rank {
  if (role === 'host' || role === 'cohost') return role;
  return role === '' && admin ? 'host' : 'none';
}

/**
 * Returns why the actor may not do the act: NOT_PERMITTED, or REQUEST_INVALID if meaningless; undefined: it may.
 * `rankOfIdentity`: rank of the act's target, in the room or not.
 */
export function refusalOf(act: Act, actor: Actor, rankOfIdentity: (identity: string) => Rank): ErrorCode | undefined {
  if (act.type === 'hand' && act.of !== 'own' && act.raised) return 'NOT_PERMITTED';
  if (actor === 'service') return act.type === 'hand' && act.of === 'own' ? 'REQUEST_INVALID' : undefined;
  // A participant may always leave the stage.
  if (act.type === 'stage' && !act.on && act.identity === actor.identity) return undefined;
  const lowestRank = lowestRankFor[act.type];
  if (lowestRank === 'service' || rankHeight[actor.rank] < rankHeight[lowestRank]) return 'NOT_PERMITTED';
  if (act.type === 'hand' && act.of !== 'own' && actor.rank === 'none') return 'NOT_PERMITTED';
  // A participant leaves by another request.
  if (act.type === 'remove' && act.identity === actor.identity) return 'REQUEST_INVALID';
  // A recorder's browser opens any page with any token, so only the paying company may start it.
  if (act.type === 'startRecording' && act.mode === 'page') return 'NOT_PERMITTED';
  if (actor.rank === 'host') return undefined;
  if (act.type === 'member' && act.member.role === 'host') return 'NOT_PERMITTED';
  const target = targetOf(act);
  return target !== undefined && rankOfIdentity(target) === 'host' ? 'NOT_PERMITTED' : undefined;
}

/** Returns the identity that the act targets, if any. */
function targetOf(act: Act): string | undefined {
  switch (act.type) {
    case 'remove':
    case 'askUnmute':
    case 'update':
    case 'stage':
      return act.identity;
    case 'member':
      return act.member.identity;
    case 'mute':
    case 'hand':
      return typeof act.of === 'string' ? undefined : act.of.identity;
    default:
      return undefined;
  }
}

/**
 * Returns the policy after an act, one version up; the same object if unchanged. REQUEST_INVALID: too many members. A
 * removal bans for its time; `withRemoved` keeps the person out after that.
 */
export function policyAfter(policy: RoomPolicy, act: Act, nowWallMs: number): RoomPolicy | ErrorCode {
  switch (act.type) {
    case 'remove':
      return act.bannedFor === 0
        ? policy
        : withChanges(policy, { bans: withBan(policy.bans, banOf(act.identity, act.bannedFor, nowWallMs), nowWallMs) });
    case 'unban':
      return withChanges(policy, withoutBan(policy, act.identity));
    case 'setRoom':
      return withChanges(policy, act.changes);
    case 'member': {
      const members = withMember(policy.members, act.member, act.reset);
      return members.length > limits.policyMembersMax ? 'REQUEST_INVALID' : withChanges(policy, { members });
    }
    case 'stage':
      return policyAfter(
        policy,
        { type: 'member', member: memberOnStage(act.identity, act.on), reset: false },
        nowWallMs,
      );
    case 'book': {
      const gone = new Set(act.removed);
      const others = act.allMembers ? [] : policy.members.filter(({ identity }) => !gone.has(identity));
      const members = withLater(others, act.members, 'identity').slice(-limits.policyMembersMax);
      return withChanges(policy, { ...act.changes, members });
    }
    case 'breakOuts':
      return act.set === undefined ? policy : withChanges(policy, { breakOuts: act.set });
    case 'recordingLayout':
      return withRecordings(policy, withLayout(policy.recordings, act.recordingId, act.layout));
    case 'stopRecording':
      return withRecordings(policy, withoutRecording(policy.recordings, act.recordingId));
    default:
      return policy;
  }
}

/**
 * Returns the policy with these bans that keeps the person out, in the life `roomSid` of the room, until a host lets it
 * in. The ban and the removal are one version.
 */
export const withRemoved = (
  policy: RoomPolicy,
  { bans, ...removal }: Pick<RoomPolicy, 'bans'> & RoomPolicy['removed'][number],
): RoomPolicy => withChanges(policy, { bans, removed: withRemoval(policy.removed, removal) });

/** Returns the policy after a host has let these people in; the same object if none of them had been removed. */
export const withReadmitted = (policy: RoomPolicy, identities: readonly string[]): RoomPolicy =>
  withChanges(policy, {
    removed: policy.removed.filter((one) => !identities.some((identity) => isSamePerson(one.identity, identity))),
  });

/** Returns the policy with these recordings, one version higher; the same object if they are equal. */
export function withRecordings(policy: RoomPolicy, recordings: RoomPolicy['recordings']): RoomPolicy {
  // Only the recordings are compared, since this runs with every join and leave and a policy may be 60 kB.
  const isSame = JSON.stringify(recordings) === JSON.stringify(policy.recordings);
  return isSame ? policy : withChanges(policy, { recordings });
}

/**
 * Returns the policy with this life's automatic recording, which begins once; the same object if the room has none, it
 * has begun, or the recordings are at their limit. `allowed`: `TenantLimits.recording`; the recording is composed
 * unless only tracks are allowed.
 */
export function withAutomaticRecording(
  policy: RoomPolicy,
  o: { readonly roomSid: string; readonly nowWallMs: number; readonly allowed: string; newId(): string },
): RoomPolicy {
  const { roomSid, nowWallMs, allowed } = o;
  if (!policy.autoRecord || roomSid === '' || policy.autoRecordedSid === roomSid) return policy;
  const recording: RoomRecording = {
    recordingId: o.newId(),
    identity: '',
    state: 'waiting',
    sinceWallMs: nowWallMs,
    byIdentity: '',
    roomSid,
    priority: 0,
    expectedWallMs: 0,
    mode: allowed === 'tracks' ? '' : 'composed',
    layout: 'grid',
    pageUrl: '',
    askedId: '',
    failure: '',
    later: false,
  };
  const isFull = policy.recordings.length >= limits.recordingsPerRoomMax;
  const recordings = isFull ? policy.recordings : policy.recordings.concat(recording);
  return withChanges(policy, { recordings, autoRecordedSid: roomSid });
}

const banOf = (identity: string, bannedFor: BanLength, nowWallMs: number): Ban => ({
  identity,
  untilWallMs: bannedFor === 'forever' ? 0 : nowWallMs + bannedFor,
});

function withChanges(policy: RoomPolicy, changes: Partial<RoomPolicy>): RoomPolicy {
  const after = { ...policy, ...changes };
  return JSON.stringify(after) === JSON.stringify(policy) ? policy : { ...after, version: policy.version + 1 };
}

/** Merges a stored policy with the changes of a room that opened without it; the new version is above both. */
export function mergedPolicy(stored: RoomPolicy, local: RoomPolicy): RoomPolicy {
  const localChanges = Object.entries(local).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(emptyPolicy[name as keyof RoomPolicy]),
  );
  return {
    ...stored,
    ...Object.fromEntries(localChanges),
    members: withLater(stored.members, local.members, 'identity').slice(-limits.policyMembersMax),
    bans: withLater(stored.bans, local.bans, 'identity').slice(-limits.policyBansMax),
    removed: withLater(stored.removed, local.removed, 'identity').slice(-limits.policyRemovedMax),
    recordings: withLater(stored.recordings, local.recordings, 'recordingId').slice(-limits.recordingsPerRoomMax),
    version: Math.max(stored.version, local.version) + 1,
  };
}

/** Merges two lists by a key; entries of `later` replace those of `before`. */
function withLater<T, Key extends keyof T>(before: readonly T[], later: readonly T[], by: Key): T[] {
  const named = new Set(later.map((one) => one[by]));
  return [...before.filter((one) => !named.has(one[by])), ...later];
}

/** Returns how long a ban still lasts, in milliseconds; Infinity: forever; 0: no ban. */
export function banLeftMs(policy: Pick<RoomPolicy, 'bans'>, identity: string, nowWallMs: number): number {
  const leftMs = policy.bans
    .filter((one) => isSamePerson(one.identity, identity))
    .map(({ untilWallMs }) => (untilWallMs === 0 ? Number.POSITIVE_INFINITY : untilWallMs - nowWallMs));
  return Math.max(0, ...leftMs);
}

type Flag = 'canPublish' | 'canSubscribe' | 'canPublishData' | 'admin';
type TokenRights = Pick<Rights, Flag | 'publishSources'>;
const bitOf: { readonly [right in Flag]: number } = {
  canPublish: 1,
  canSubscribe: 2,
  canPublishData: 4,
  admin: 8,
};
const presentBit = 16;
const rightNames = Object.keys(bitOf) as Flag[];
/** Bit for a source that a token forbids. A media node that sends no such bits forbids no source. */
const withheldBitOf = (source: TrackSource): number => 32 << sourceToWire(source);
const withheldMask = trackSources.reduce((bits, source) => bits | withheldBitOf(source), 0);

export function tokenRightsOf(rights: TokenRights): number {
  const { publishSources = trackSources } = rights;
  const withheld = trackSources.filter((source) => !publishSources.includes(source));
  const granted = rightNames.filter((name) => rights[name]);
  return [presentBit, ...granted.map((name) => bitOf[name]), ...withheld.map(withheldBitOf)].reduce((a, b) => a | b);
}

/** Returns the rights that a session has after its client shows a later token, which adds none and may take some. */
export function tokenRightsInCommon(participant: Participant, rights: TokenRights): number {
  const [earlier, later] = [participant.tokenRights || tokenRightsOf(participant), tokenRightsOf(rights)];
  return (earlier & later & ~withheldMask) | ((earlier | later) & withheldMask);
}

/** Returns the sources that a token allows its client to publish; undefined: all. */
function sourcesIn(tokenRights: number): readonly TrackSource[] | undefined {
  if ((tokenRights & withheldMask) === 0) return undefined;
  return trackSources.filter((source) => (tokenRights & withheldBitOf(source)) === 0);
}

/** Returns a participant with the role and rights that the policy gives to its token. */
export function participantUnder(policy: Pick<RoomPolicy, 'members'>, participant: Participant): Participant {
  const isNamed = policy.members.some(({ identity }) => identity === participant.identity);
  // Without known token rights and without an entry in the policy, the participant stays as its token says.
  if (participant.tokenRights === 0 && !isNamed) return { ...participant, role: '' };
  const tokenRights = participant.tokenRights || tokenRightsOf(participant);
  const has = (name: Flag): boolean => (tokenRights & bitOf[name]) !== 0;
  const { hidden } = participant;
  const { role, rights } = rightsUnder(policy, participant.identity, {
    canPublish: has('canPublish'),
    publishSources: sourcesIn(tokenRights),
    canSubscribe: has('canSubscribe'),
    canPublishData: has('canPublishData'),
    admin: has('admin'),
    canUpdateOwnMetadata: false, // known to its signaling node
    hidden,
  });
  const { canPublish, publishSources, canSubscribe, canPublishData, admin } = rights;
  return { ...participant, tokenRights, role, canPublish, publishSources, canSubscribe, canPublishData, admin };
}
