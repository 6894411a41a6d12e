// Times are RFC 3339; shares 0 … 1; unknown values are absent.
import { type Static, Type } from 'typebox';
import { Time } from '../http/time.ts';

const text = (description?: string) => Type.String(description === undefined ? {} : { description });
const count = (description?: string) => Type.Integer({ minimum: 0, ...(description !== undefined && { description }) });
const number = (description?: string) => Type.Number(description === undefined ? {} : { description });
const optional = { text: (d?: string) => Type.Optional(text(d)), number: (d?: string) => Type.Optional(number(d)) };

export const StrengthSchema = Type.Union(
  [Type.Literal('strong'), Type.Literal('medium'), Type.Literal('weak'), Type.Literal('unknown')],
  { description: 'Connection by the E-model and freezes; unknown if nothing was measured.' },
);
export const StrengthCounts = Type.Object(
  { strong: count(), medium: count(), weak: count(), unknown: count() },
  { title: 'StrengthCounts', description: 'Number of sessions by strength of their connection.' },
);

// ---------- the world map, live
export const WorldSite = Type.Object(
  {
    site: text('Region and city, for example "eu/Frankfurt".'),
    city: text(),
    region: text(),
    latitude: number(),
    longitude: number(),
    state: text('The worst state among its media nodes: alive, suspect, draining or dead.'),
    nodes: count('Media nodes.'),
    nodesAlive: count(),
    hosts: count(),
    sessions: count(),
    sessionsMax: count('Sessions that its media nodes can hold together.'),
    load: number('Load of its most loaded media node.'),
    strength: StrengthCounts,
  },
  { title: 'WorldSite' },
);
export const WorldLink = Type.Object(
  {
    from: text('One of the two sites: the one that sorts first.'),
    to: text('Site.'),
    rttMs: optional.number('Mean of both directions and of all pairs of hosts.'),
    jitterMs: optional.number(),
    loss: optional.number('Loss in the worse direction of the worst pair of hosts.'),
    isUsed: Type.Boolean({ description: 'Media flows over this link now.' }),
    isReachable: Type.Boolean(),
    via: Type.Array(text(), {
      description: 'Sites through which pairs of hosts are relayed instead of a direct path.',
    }),
    sessions: count('Sessions that receive media over this link, directly or through a relay.'),
  },
  { title: 'WorldLink' },
);
export const WorldPlace = Type.Object(
  {
    place: text('City and country, as the location database names them.'),
    countryCode: text(),
    latitude: number('Latitude in degrees, rounded to a tenth.'),
    longitude: number(),
    strength: StrengthCounts,
  },
  { title: 'WorldPlace' },
);
const worldParts = {
  seq: count('Rises by one with each change.'),
  at: Time,
  centre: Type.Object({
    isReachable: Type.Boolean(),
    sinceMs: count('Time since it last became, or stopped being, reachable.'),
  }),
  totals: Type.Object({
    sessions: count(),
    rooms: count(),
    nodes: count('Media nodes.'),
    nodesAlive: count(),
    strength: StrengthCounts,
  }),
  sites: Type.Array(WorldSite),
  links: Type.Array(WorldLink),
  places: Type.Array(WorldPlace),
};
export const World = Type.Object(worldParts, {
  title: 'World',
  description: 'Sites, the links between them, and people.',
});
export const WorldChange = Type.Object(
  {
    ...worldParts,
    removedSites: Type.Array(text('Site.')),
    removedLinks: Type.Array(text('"FROM TO".')),
    removedPlaces: Type.Array(text('Place.')),
  },
  {
    title: 'WorldChange',
    description:
      'What has changed since `seq` - 1: new or changed sites, links and places as a whole, and those that are gone.',
  },
);

// ---------- the fleet
export const ConsoleNode = Type.Object(
  {
    nodeId: text(),
    kind: text(),
    hostId: text(),
    site: text(),
    region: text(),
    city: text(),
    state: text('alive, suspect, draining or dead.'),
    isLinked: Type.Boolean(),
    silentMs: count(),
    version: text('Version of its software.'),
    cpu: number('Share of its cores in use.'),
    txBps: number(),
    rxBps: number(),
    sessions: count(),
    sessionsMax: count('Sessions that it can hold; 0: no limit is known.'),
    rssBytes: number(),
    disk: Type.Optional(
      Type.Object(
        {
          bytes: number('Size of the volume, without the blocks reserved for the administrator.'),
          freeBytes: number(),
        },
        { description: 'Volume that holds its state, or a recorder’s spool.' },
      ),
    ),
    recordSlots: Type.Optional(
      Type.Object(
        { all: count(), used: count() },
        { description: 'For a recorder: participants that it can record at once, and records now.' },
      ),
    ),
    configDrift: Type.Optional(
      Type.Array(
        Type.Object({
          key: text('Path of the key: "turn.lifetimeMs".'),
          ownValue: text('Value on this node as JSON, cut at 200 characters; null: not set.'),
          usualValue: text(),
        }),
        {
          description:
            'Values in which it differs from at least two thirds of the nodes of its kind, if there are three or more.',
        },
      ),
    ),
    clockOffsetMs: optional.number('Its wall clock minus that of the centre.'),
    loopLagMs: number('99th percentile of the event loop’s delay.'),
    isCordoned: Type.Boolean(),
    cordonReason: optional.text(),
    isDraining: Type.Boolean(),
    drainReason: optional.text(),
    sessionsToMove: Type.Optional(count('During a drain: sessions that have not moved yet.')),
    isLeaving: Type.Boolean({ description: 'Its process is about to end.' }),
    distrust: optional.text('Reason why its measurements are not trusted.'),
    certificateEndsAt: Type.Optional(Time),
  },
  { title: 'ConsoleNode' },
);

// ---------- rooms and people
export const ConsoleRoom = Type.Object(
  {
    tenant: text(),
    room: text(),
    sid: text(),
    sessions: count(),
    nodes: count('Media nodes.'),
    strength: StrengthCounts,
  },
  { title: 'ConsoleRoom', description: 'A room with at least one session in the last 30 s.' },
);
export const JoinsOfHour = Type.Object(
  {
    hour: { ...Time, description: 'Start of the hour.' },
    key: text(
      'Region, tenant or error code, as requested. Tenant "": the token could not be read. Code "": the join succeeded.',
    ),
    succeeded: count(),
    failed: count('Joins that failed by the cloud’s fault.'),
    later: count('Joins that were asked to try again later or at another node: overload, or a node that stops.'),
    ofClient: count(
      'Joins that a rule refused: an expired token, a full or locked room, a lobby, a limit of the tenant.',
    ),
  },
  { title: 'JoinsOfHour', description: 'Answers to joins of clients. A client that tries again is counted again.' },
);
export const ConsolePerson = Type.Object(
  {
    sessionId: text(),
    tenant: text(),
    room: text(),
    sid: text(),
    identity: text(),
    name: text(),
    protocol: text(),
    nodeId: text('Its media node now, or its last one.'),
    fromNodeIds: Type.Array(text(), { description: 'Other media nodes that have tracks it receives.' }),
    place: text(),
    countryCode: text(),
    joinedAt: Time,
    leftAt: Type.Optional(Time),
    strength: StrengthSchema,
    rttMs: optional.number(),
    loss: optional.number('Loss in the worse direction.'),
    freezeShare: optional.number('Share of the last 10 s in which the picture was frozen.'),
  },
  { title: 'ConsolePerson' },
);
export const TrackHop = Type.Object(
  { trackId: text(), nodeId: text(), fromNodeId: text() },
  { title: 'TrackHop', description: 'A media node that pulls a track from another media node.' },
);
export const PathSeen = Type.Object(
  {
    fromHostId: text(),
    toHostId: text(),
    fromSite: text(),
    toSite: text(),
    isReachable: Type.Boolean(),
    via: text('Host that relays; "": the path is direct.'),
    viaSite: text(),
    pathMs: optional.number('One-way delay of this path.'),
    rttMs: optional.number('Round trip of the direct path.'),
    jitterMs: optional.number(),
    loss: optional.number(),
    why: text('Explanation in English.'),
  },
  { title: 'PathSeen', description: 'How datagrams travel from one host to another now, and why.' },
);

// ---------- one session in time: the call inspector
export const TimelineEvent = Type.Object(
  {
    at: Time,
    kind: text(
      'joined, left, moved (to another media node), switched (to another signaling node), away, resumed, rejoined, muted, unmuted, published, unpublished, carrier, device, network or page.',
    ),
    source: optional.text('Source of the track or device: microphone, camera, screen …'),
    from: optional.text(),
    to: optional.text(),
    reason: optional.text(),
    decisionId: optional.text(),
  },
  { title: 'TimelineEvent' },
);
export const QualityPoint = Type.Object(
  {
    at: Time,
    strength: StrengthSchema,
    nodeId: text(),
    source: text('Which side measured: client or sfu; "": neither.'),
    rttMs: optional.number(),
    outboundLoss: optional.number(),
    inboundLoss: optional.number(),
    jitterMs: optional.number(),
    freezeMs: optional.number('Time that the picture was frozen within the period.'),
    concealed: optional.number('Share of the received sound that was concealed (synthesised for lost packets).'),
    sentBps: optional.number(),
    receivedBps: optional.number(),
    sentHeight: optional.number('Height of the largest picture sent.'),
    receivedHeight: optional.number(),
    receivedFps: optional.number(),
    layer: optional.number('Highest spatial layer received.'),
  },
  { title: 'QualityPoint', description: 'Means over the `stepS` seconds that end at `at`.' },
);
const candidate = {
  hostId: text(),
  nodeId: text(),
  site: text(),
  rttMs: number(),
  isTimed: Type.Boolean({ description: 'True if this client measured the round trip; otherwise it is estimated.' }),
  load: number(),
  holdsRoom: Type.Boolean(),
  toMembersMs: optional.number('Mean one-way delay to the other participants.'),
  total: optional.number('Sum of the weighted scores.'),
  parts: Type.Array(Type.Object({ name: text(), score: number(), weight: number(), reason: text() })),
  refusedBy: optional.text('Filter that refused this candidate.'),
  refusalReason: optional.text(),
};
export const DecisionCandidate = Type.Object(candidate, { title: 'DecisionCandidate' });
export const DecisionStory = Type.Object(
  {
    decisionId: text(),
    createdAt: Time,
    mode: text('normal, panic, degraded or overloaded.'),
    degraded: optional.text('Reason why the mode is not normal.'),
    moveFromNodeId: optional.text(),
    moveReason: optional.text(),
    place: text('Place that was assumed for the client.'),
    placeSource: text(),
    radiusKm: number(),
    candidates: count(),
    refused: count(),
    why: text(
      'nearest, nearest_refused, near_equal (drawn among near-equals), opener, single (the whole room on one host), or the score that decided.',
    ),
    chosen: Type.Optional(DecisionCandidate),
    nearest: Type.Optional(DecisionCandidate),
    code: optional.text('Error code of a refusal.'),
    lines: Type.Array(text(), { description: 'The whole explanation in English.' }),
  },
  {
    title: 'DecisionStory',
    description: 'Why a session was placed where it was, and what the nearest node would have been.',
  },
);
export const SessionTimeline = Type.Object(
  {
    person: ConsolePerson,
    roomTitle: text('Title of the room’s meeting; "" without one.'),
    signalingId: text(),
    sdk: text(),
    device: text(),
    transport: text(),
    network: text(),
    stepS: Type.Integer({
      description: 'Seconds that a point covers: 10 in the first day, then 60 for a month, then 3600.',
    }),
    points: Type.Array(QualityPoint),
    events: Type.Array(TimelineEvent),
    decisions: Type.Array(DecisionStory, {
      description: 'Placement decisions for its join and moves, oldest first, as far as they are known.',
    }),
    paths: Type.Array(PathSeen, {
      description: 'Only for operators, while the session is live: paths from the other media nodes to its own.',
    }),
  },
  { title: 'SessionTimeline' },
);

export type World = Static<typeof World>;
export type WorldChange = Static<typeof WorldChange>;
export type WorldSite = Static<typeof WorldSite>;
export type WorldLink = Static<typeof WorldLink>;
export type WorldPlace = Static<typeof WorldPlace>;
export type StrengthCounts = Static<typeof StrengthCounts>;
export type ConsoleNode = Static<typeof ConsoleNode>;
export type ConsoleRoom = Static<typeof ConsoleRoom>;
export type ConsolePerson = Static<typeof ConsolePerson>;
export type PathSeen = Static<typeof PathSeen>;
export type TimelineEvent = Static<typeof TimelineEvent>;
export type QualityPoint = Static<typeof QualityPoint>;
export type DecisionStory = Static<typeof DecisionStory>;
export type SessionTimeline = Static<typeof SessionTimeline>;
