// Policy of a room: admission and roles, which its owner enforces whatever tokens say (docs/rooms.md). The room's media
// nodes and the api keep a copy; the copy with the higher version counts.
import type { Rights } from './access.ts';
import { type BreakOut, breakOutFromWire, breakOutToWire } from './break-outs.ts';
import {
  type AnyCodec,
  coded,
  type FieldsOf,
  flag,
  listOf,
  type MessageOf,
  messageOf,
  number,
  text,
  textOf,
  wallMs,
} from './fields.ts';
import { limits } from './limits.ts';
import { isSamePerson } from './persons.ts';
import { type RoomRole, roomRoleOf } from './room-roles.ts';
import { sourceFromWire, sourceToWire, type TrackSource } from './rtp.ts';
import type { wire } from './wire.ts';

/** Role of an identity, and single rights that override both role and token. */
export interface Member {
  readonly identity: string;
  readonly role: RoomRole | '';
  readonly canPublish?: boolean;
  /** Sources from which it may publish; empty allows all. */
  readonly publishSources?: readonly TrackSource[];
  readonly canSubscribe?: boolean;
  readonly canPublishData?: boolean;
}

export interface Ban {
  readonly identity: string;
  readonly untilWallMs: number;
}

/** Identity that was removed from the room: in this life of the room it waits until a host lets it in. */
export interface Removal {
  readonly identity: string;
  readonly roomSid: string;
}

/** `''`: tracks as published; `composed`: all in one picture with mixed sound; `page`: a web page in a browser. */
export const recordingModes = ['', 'composed', 'page'] as const;
export type RecordingMode = (typeof recordingModes)[number];
export const recordingLayouts = ['grid', 'speaker', 'screen'] as const;
export type RecordingLayout = (typeof recordingLayouts)[number];
/** `''`: all take part; `show`: clients that are not on the stage only watch, outside the roster. */
export type RoomKind = '' | 'show';

/** Recording of a room. The room's owner writes it, by acts and by news of its recorders. */
export interface RoomRecording {
  readonly recordingId: string;
  /** Participant whose tracks are recorded; '' records the whole room. */
  readonly identity: string;
  readonly state: 'waiting' | 'running';
  readonly sinceWallMs: number;
  /** Participant that began it; '' is the service. */
  readonly byIdentity: string;
  /** Life of the room that it belongs to; '' is the next life. */
  readonly roomSid: string;
  /** 0 to 9; 9 comes first. */
  readonly priority: number;
  /** Time at which a waiting recording is expected to get a recorder; 0 when unknown. */
  readonly expectedWallMs: number;
  readonly mode: RecordingMode;
  /** For mode `composed`. */
  readonly layout: RecordingLayout;
  /** For mode `page`, otherwise ''. */
  readonly pageUrl: string;
  /** Name that the client gave when it began the recording, by which it recognises it; ''. */
  readonly askedId: string;
  /** Error code of the latest try of a waiting recording; ''. */
  readonly failure: string;
  /** True for a `composed` recording whose recorder keeps tracks, which are composed after the end. */
  readonly later: boolean;
}

/** Marks a field of a policy that clients see, as part of `RoomInfo`. */
const shown = <Of extends AnyCodec>(codec: Of) => ({ ...codec, isShown: true as const });
/** Marks a field that hosts, companies and meetings set: it is in `ActSetRoom` too. */
const settable = <Of extends AnyCodec>(codec: Of) => ({ ...codec, isSettable: true as const });

/** Policy of a room: a new field is a line here and a number in `RoomPolicy` of proto/control.proto. */
const policyFields = {
  /** Rises by one with every change; 0 when never set. */
  version: number,
  /** Newcomers wait until a host admits them. */
  lobby: settable(shown(flag)),
  locked: settable(shown(flag)),
  /** Most participants at a time; 0 is the service's limit. */
  capacity: settable(number),
  /** Time for which an empty room is kept; 0 is `limits.roomEmptyReleaseMs`. */
  emptyTimeoutMs: settable(number),
  members: listOf<Member, wire.Member.$Properties>(memberFromWire, memberToWire, limits.policyMembersMax),
  bans: listOf<Ban, wire.Ban.$Properties>(
    ({ identity, untilWallMs }) => ({ identity: identity ?? '', untilWallMs: untilWallMs ?? 0 }),
    (ban) => ({ ...ban }),
    limits.policyBansMax,
  ),
  /** Removals of the present life, and perhaps of earlier lives, which no longer count. */
  removed: listOf<Removal, wire.Removal.$Properties>(
    ({ identity, roomSid }) => ({ identity: identity ?? '', roomSid: roomSid ?? '' }),
    (removal) => ({ ...removal }),
    limits.policyRemovedMax,
  ),
  /** Identities that every participant sees large, the first largest. */
  spotlight: settable(
    shown(
      listOf<string, string>(
        (identity) => identity,
        (identity) => identity,
        limits.spotlightMax,
      ),
    ),
  ),
  /** Booked end, 0 for none. Participants stay unless `hardEnd`. */
  endsWallMs: settable(shown(wallMs)),
  hardEnd: settable(flag),
  /** Time before which only hosts and cohosts enter and others wait; 0 is always open. */
  opensWallMs: settable(wallMs),
  /** Participants wait until a host or cohost is in the room. */
  needsHost: settable(flag),
  /** Title that clients display, that of a booked meeting; '' for none. */
  title: settable(shown(textOf(limits.roomTitleLengthMax))),
  /** Metadata of the room when it opens. */
  metadata: settable(text),
  autoRecord: settable(shown(flag)),
  /** Life of the room that was last recorded automatically: a stop holds for the rest of that life. */
  autoRecordedSid: text,
  /** Running and waiting recordings; `recordings.ts` of the owner gets recorders for them. */
  recordings: shown(
    listOf<RoomRecording, wire.RoomRecording.$Properties>(
      recordingFromWire,
      (recording) => ({ ...recording }),
      limits.recordingsPerRoomMax,
    ),
  ),
  kind: settable(
    shown(
      coded<RoomKind, string>(
        (kind) => (kind === 'show' ? 'show' : ''),
        (kind) => kind,
      ),
    ),
  ),
  /** Least time between two posts of an identity, except hosts and cohosts. */
  slowModeMs: settable(shown(number)),
  postsMuted: settable(shown(flag)),
  /** Words for which a post is refused; clients do not see them. */
  postWords: settable(
    listOf<string, string>(
      (word) => word,
      (word) => word,
      limits.postWordsMax,
    ),
  ),
  breakOuts: shown(listOf<BreakOut, wire.BreakOut.$Properties>(breakOutFromWire, breakOutToWire, limits.breakOutsMax)),
} satisfies FieldsOf<wire.RoomPolicy.$Properties>;
const policyMessage = messageOf<typeof policyFields, wire.RoomPolicy.$Properties>(policyFields);

export interface RoomPolicy extends MessageOf<typeof policyFields> {}
export const policyFromWire: (policy: wire.RoomPolicy.$Properties | null | undefined) => RoomPolicy =
  policyMessage.fromWire;
export const policyToWire: (policy: RoomPolicy) => wire.RoomPolicy.$Properties = policyMessage.toWire;
export const emptyPolicy: RoomPolicy = policyFromWire({});

type KeyWith<Flag> = {
  [Key in keyof typeof policyFields]: (typeof policyFields)[Key] extends Flag ? Key : never;
}[keyof typeof policyFields];
type ShownKey = KeyWith<{ readonly isShown: true }>;
export type ShownPolicy = Pick<RoomPolicy, ShownKey>;
export const shownPolicyFields = Object.fromEntries(
  Object.entries(policyFields).filter(([, codec]) => 'isShown' in codec),
) as Pick<typeof policyFields, ShownKey>;
/** Returns the visible part of a policy, without addresses of recorded pages, which contain the recorder's access. */
export function shownOfPolicy(policy: ShownPolicy): ShownPolicy {
  const shown = Object.keys(shownPolicyFields).map((key) => [key, policy[key as ShownKey]]);
  const hasPages = policy.recordings.some(({ pageUrl }) => pageUrl !== '');
  const recordings = hasPages ? policy.recordings.map((one) => ({ ...one, pageUrl: '' })) : policy.recordings;
  return { ...(Object.fromEntries(shown) as ShownPolicy), recordings };
}

export type RoomSettings = Partial<Pick<RoomPolicy, KeyWith<{ readonly isSettable: true }>>>;

export function settingsFromWire(set: wire.ActSetRoom.$Properties): RoomSettings {
  const { openingMetadata, setSpotlight, spotlight, setPostWords, postWords, ...otherFields } = set;
  const fields: Readonly<Record<string, unknown>> = {
    ...otherFields,
    metadata: openingMetadata,
    postWords: setPostWords ? (postWords ?? []) : undefined,
    spotlight: setSpotlight ? (spotlight ?? []) : undefined,
  };
  const settings = Object.entries(policyFields).flatMap(([key, codec]) =>
    'isSettable' in codec && fields[key] != null ? [[key, codec.read(fields[key] as never)] as const] : [],
  );
  return Object.fromEntries(settings) as RoomSettings;
}

export function recordingFromWire(recording: wire.RoomRecording.$Properties): RoomRecording {
  return {
    recordingId: recording.recordingId ?? '',
    identity: recording.identity ?? '',
    state: recording.state === 'running' ? 'running' : 'waiting',
    sinceWallMs: recording.sinceWallMs ?? 0,
    byIdentity: recording.byIdentity ?? '',
    roomSid: recording.roomSid ?? '',
    priority: recording.priority ?? 0,
    expectedWallMs: recording.expectedWallMs ?? 0,
    mode: recordingModes.find((mode) => mode === recording.mode) ?? '',
    layout: recordingLayouts.find((layout) => layout === recording.layout) ?? 'grid',
    pageUrl: recording.pageUrl ?? '',
    askedId: recording.askedId ?? '',
    failure: recording.failure ?? '',
    later: recording.later ?? false,
  };
}

export function memberFromWire(member: wire.Member.$Properties): Member {
  const { canPublish, canSubscribe, canPublishData, publishSources } = member;
  return {
    identity: member.identity ?? '',
    role: roomRoleOf(member.role),
    ...(canPublish != null && { canPublish }),
    ...(publishSources != null && { publishSources: sourcesFromWire(publishSources) }),
    ...(canSubscribe != null && { canSubscribe }),
    ...(canPublishData != null && { canPublishData }),
  };
}

export function memberToWire({ publishSources, ...member }: Member): wire.Member.$Properties {
  const sources = publishSources && { publishSources: { sources: publishSources.map(sourceToWire) } };
  return { ...member, ...sources };
}

/** Reads each source once, which bounds the list. */
const sourcesFromWire = ({ sources }: wire.PublishSources.$Properties): TrackSource[] => [
  ...new Set((sources ?? []).map(sourceFromWire)),
];

/**
 * Returns the rights of a token with this identity under a policy, and its role in the room. Hosts and cohosts publish
 * from any source; for others the policy limits the sources, or else the token.
 */
export function rightsUnder(
  policy: Pick<RoomPolicy, 'members'>,
  identity: string,
  token: Rights,
): { readonly role: RoomRole | ''; readonly rights: Rights } {
  const member = policy.members.find((one) => one.identity === identity);
  if (member === undefined) return { role: '', rights: withoutSources(token) };
  const { role } = member;
  const isHostRole = role === 'host' || role === 'cohost';
  return {
    role,
    rights: withoutSources({
      ...token,
      admin: role === '' ? token.admin : isHostRole,
      canPublish: member.canPublish ?? (role === '' ? token.canPublish : role !== 'attendee'),
      publishSources: member.publishSources
        ? limitOf(member.publishSources)
        : isHostRole
          ? undefined
          : token.publishSources,
      canSubscribe: member.canSubscribe ?? (isHostRole || token.canSubscribe),
      canPublishData: member.canPublishData ?? (isHostRole || token.canPublishData),
    }),
  };
}

const limitOf = (sources: readonly TrackSource[]): readonly TrackSource[] | undefined =>
  sources.length === 0 ? undefined : sources;
/** A session whose limits have no source in common publishes nothing. */
const withoutSources = (rights: Rights): Rights =>
  rights.publishSources?.length === 0 ? { ...rights, canPublish: false, publishSources: undefined } : rights;

export const isBannedBy = (policy: Pick<RoomPolicy, 'bans'>, identity: string, nowWallMs: number): boolean =>
  policy.bans.some((ban) => isSamePerson(ban.identity, identity) && isBan(ban, nowWallMs));
const isBan = ({ untilWallMs }: Ban, nowWallMs: number): boolean => untilWallMs === 0 || untilWallMs > nowWallMs;

/** Returns whether a host removed this person in the life `roomSid` of the room and has not let it in again. */
export const wasRemovedBy = (policy: Pick<RoomPolicy, 'removed'>, identity: string, roomSid: string): boolean =>
  policy.removed.some((one) => one.roomSid === roomSid && isSamePerson(one.identity, identity));

/**
 * Returns whether a policy refuses clients or lets them wait: such a room stays guarded while the api is away
 * (docs/rooms.md). Members alone do not guard a room: without the policy their tokens count.
 */
export const isGuarding = ({ lobby, locked, needsHost, opensWallMs, bans }: RoomPolicy, nowWallMs: number): boolean =>
  lobby || locked || needsHost || opensWallMs > nowWallMs || bans.some((ban) => isBan(ban, nowWallMs));
