// What a room's owner enforces, whatever tokens say: admission and roles (docs/rooms.md). The owner has
// it, the room's media nodes and the api keep it; of two the higher version counts.
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
import { type RoomRole, roomRoleOf } from './room-roles.ts';
import { sourceFromWire, sourceToWire, type TrackSource } from './rtp.ts';
import type { wire } from './wire.ts';

/** One identity's role, and single rights that beat both role and token. */
export interface Member {
  readonly identity: string;
  readonly role: RoomRole | '';
  readonly canPublish?: boolean;
  /** When it may publish: tracks of these alone; empty: of all. */
  readonly publishSources?: readonly TrackSource[];
  readonly canSubscribe?: boolean;
  readonly canPublishData?: boolean;
}

export interface Ban {
  readonly identity: string;
  /** 0: for ever. */
  readonly untilWallMs: number;
}

/** `''`: tracks as they are published; `composed`: one picture and sound of all; `page`: a web page in a browser. */
export const recordingModes = ['', 'composed', 'page'] as const;
export type RecordingMode = (typeof recordingModes)[number];
export const recordingLayouts = ['grid', 'speaker', 'screen'] as const;
export type RecordingLayout = (typeof recordingLayouts)[number];
/** `''`: all take part; `show`: those without a part on its stage watch, and are not in the roster. */
export type RoomKind = '' | 'show';

/** One recording of a room. The room's owner writes it, by acts and by what its recorders do. */
export interface RoomRecording {
  readonly recordingId: string;
  /** The participant whose tracks are recorded; '': all of the room. */
  readonly identity: string;
  readonly state: 'waiting' | 'running';
  /** When that state began. */
  readonly sinceWallMs: number;
  /** The participant that began it; '': the service. */
  readonly byIdentity: string;
  /** The life of the room that it is of; '': of the next one. */
  readonly roomSid: string;
  /** 0 to 9, 9 first. */
  readonly priority: number;
  /** While it waits: when a recorder is expected to begin; 0: not known. */
  readonly expectedWallMs: number;
  readonly mode: RecordingMode;
  /** Of a composed one. */
  readonly layout: RecordingLayout;
  /** Of a page, else ''. */
  readonly pageUrl: string;
  /** What the client that began it called it; ''. It knows it by this name too. */
  readonly askedId: string;
  /** While it waits: the code of what the latest try came to; ''. */
  readonly failure: string;
}

/** A field of a policy that clients see too, as part of `RoomInfo`. */
const shown = <Of extends AnyCodec>(codec: Of) => ({ ...codec, isShown: true as const });
/** A field that hosts, companies and meetings set: it is in `ActSetRoom` too. */
const settable = <Of extends AnyCodec>(codec: Of) => ({ ...codec, isSettable: true as const });

/** The policy of a room: a new field is a line here and a number in `RoomPolicy` of proto/control.proto. */
const policyFields = {
  /** One higher with every change; 0: never set. */
  version: number,
  /** Newcomers wait until a host admits them. */
  lobby: settable(shown(flag)),
  /** Only hosts and cohosts may still come in. */
  locked: settable(shown(flag)),
  /** Most participants at a time; 0: as many as the service takes. */
  capacity: settable(number),
  /** How long an empty room is kept; 0: `limits.roomEmptyReleaseMs`. */
  emptyTimeoutMs: settable(number),
  members: listOf<Member, wire.Member.$Properties>(memberFromWire, memberToWire, limits.policyMembersMax),
  bans: listOf<Ban, wire.Ban.$Properties>(
    ({ identity, untilWallMs }) => ({ identity: identity ?? '', untilWallMs: untilWallMs ?? 0 }),
    (ban) => ({ ...ban }),
    limits.policyBansMax,
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
  /** The booked end; 0: none. Participants stay unless `hardEnd`. */
  endsWallMs: settable(shown(wallMs)),
  /** The room is ended at `endsWallMs`. */
  hardEnd: settable(flag),
  /** Before, only hosts and cohosts come in; others wait. 0: always open. */
  opensWallMs: settable(wallMs),
  /** Others wait until a host or cohost is in the room. */
  needsHost: settable(flag),
  /** Shown to clients: of a booked meeting its title; '': none. */
  title: settable(shown(textOf(limits.roomTitleLengthMax))),
  /** Of the room when it opens. */
  metadata: settable(text),
  /** All of the room is recorded, from its first participant on. */
  autoRecord: settable(shown(flag)),
  /** The life of the room whose automatic recording was begun last: a stop holds for that life. */
  autoRecordedSid: text,
  /** What is recorded, or is to be: `recordings.ts` of the owner has recorders for it. */
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
  /** Least time between two posts of one identity, hosts and cohosts excepted. */
  slowModeMs: settable(shown(number)),
  /** Only hosts and cohosts post. */
  postsMuted: settable(shown(flag)),
  /** A post with one of them is refused. Clients do not hear them. */
  postWords: settable(
    listOf<string, string>(
      (word) => word,
      (word) => word,
      limits.postWordsMax,
    ),
  ),
  /** Rooms for groups of its participants. */
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
/** What clients see of a policy: a part of `RoomInfo` too. */
export type ShownPolicy = Pick<RoomPolicy, ShownKey>;
export const shownPolicyFields = Object.fromEntries(
  Object.entries(policyFields).filter(([, codec]) => 'isShown' in codec),
) as Pick<typeof policyFields, ShownKey>;
/** Addresses of recorded pages hold what lets a recorder in: no participant sees them. */
export function shownOfPolicy(policy: ShownPolicy): ShownPolicy {
  const shown = Object.keys(shownPolicyFields).map((key) => [key, policy[key as ShownKey]]);
  const hasPages = policy.recordings.some(({ pageUrl }) => pageUrl !== '');
  const recordings = hasPages ? policy.recordings.map((one) => ({ ...one, pageUrl: '' })) : policy.recordings;
  return { ...(Object.fromEntries(shown) as ShownPolicy), recordings };
}

/** What an act sets of a policy; absent fields stay as they are. */
export type RoomSettings = Partial<Pick<RoomPolicy, KeyWith<{ readonly isSettable: true }>>>;

/** The settings of an act. Whether they are within their limits is for the owner to check. */
export function settingsFromWire(set: wire.ActSetRoom.$Properties): RoomSettings {
  const { openingMetadata, setSpotlight, spotlight, setPostWords, postWords, ...others } = set;
  const said: Readonly<Record<string, unknown>> = {
    ...others,
    metadata: openingMetadata,
    postWords: setPostWords ? (postWords ?? []) : undefined,
    spotlight: setSpotlight ? (spotlight ?? []) : undefined,
  };
  const settings = Object.entries(policyFields).flatMap(([key, codec]) =>
    'isSettable' in codec && said[key] != null ? [[key, codec.read(said[key] as never)] as const] : [],
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

/** Each once: more than there are say nothing more. */
const sourcesFromWire = ({ sources }: wire.PublishSources.$Properties): TrackSource[] => [
  ...new Set((sources ?? []).map(sourceFromWire)),
];

/**
 * The rights of a token with this identity under a policy, and its role in the room. Hosts and cohosts publish from any
 * source; of others the token says from which, unless the policy does.
 */
export function rightsUnder(
  policy: Pick<RoomPolicy, 'members'>,
  identity: string,
  token: Rights,
): { readonly role: RoomRole | ''; readonly rights: Rights } {
  const member = policy.members.find((one) => one.identity === identity);
  if (member === undefined) return { role: '', rights: withoutSources(token) };
  const { role } = member;
  const leads = role === 'host' || role === 'cohost';
  return {
    role,
    rights: withoutSources({
      ...token,
      admin: role === '' ? token.admin : leads,
      canPublish: member.canPublish ?? (role === '' ? token.canPublish : role !== 'attendee'),
      publishSources: member.publishSources ? limitOf(member.publishSources) : leads ? undefined : token.publishSources,
      canSubscribe: member.canSubscribe ?? (leads || token.canSubscribe),
      canPublishData: member.canPublishData ?? (leads || token.canPublishData),
    }),
  };
}

const limitOf = (sources: readonly TrackSource[]): readonly TrackSource[] | undefined =>
  sources.length === 0 ? undefined : sources;
/** Two tokens of a session may have no source in common: then it publishes nothing. */
const withoutSources = (rights: Rights): Rights =>
  rights.publishSources?.length === 0 ? { ...rights, canPublish: false, publishSources: undefined } : rights;

/** Whether the policy keeps an identity out at this time. */
export const isBannedBy = (policy: Pick<RoomPolicy, 'bans'>, identity: string, nowWallMs: number): boolean =>
  policy.bans.some((ban) => ban.identity === identity && isBan(ban, nowWallMs));
const isBan = ({ untilWallMs }: Ban, nowWallMs: number): boolean => untilWallMs === 0 || untilWallMs > nowWallMs;

/**
 * Whether a policy keeps clients out, or has them wait: such a room stays so while the api is away (docs/rooms.md).
 * Members alone do not: without the policy their tokens count.
 */
export const isGuarding = ({ lobby, locked, needsHost, opensWallMs, bans }: RoomPolicy, nowWallMs: number): boolean =>
  lobby || locked || needsHost || opensWallMs > nowWallMs || bans.some((ban) => isBan(ban, nowWallMs));
