// Times are RFC 3339; shares 0 … 1; unknown values are absent.
import { type Static, Type } from 'typebox';
import { Time } from '../http/time.ts';

const text = (description?: string) => Type.String(description === undefined ? {} : { description });
const count = (description?: string) => Type.Integer({ minimum: 0, ...(description !== undefined && { description }) });
const number = (description?: string) => Type.Number(description === undefined ? {} : { description });
const optional = { text: (d?: string) => Type.Optional(text(d)), number: (d?: string) => Type.Optional(number(d)) };

export const StrengthSchema = Type.Union(
  [Type.Literal('strong'), Type.Literal('medium'), Type.Literal('weak'), Type.Literal('unknown')],
  { description: 'By the E-model and freezes; unknown: nothing was measured.' },
);
export const StrengthCounts = Type.Object(
  { strong: count(), medium: count(), weak: count(), unknown: count() },
  { title: 'StrengthCounts', description: 'Sessions by how good their connection is.' },
);

// ---------- the world map, live
export const WorldSite = Type.Object(
  {
    site: text('Region and city, for example "eu/Frankfurt".'),
    city: text(),
    region: text(),
    latitude: number(),
    longitude: number(),
    state: text('The worst of its media nodes: alive, suspect, draining or dead.'),
    nodes: count('Media nodes.'),
    nodesAlive: count(),
    hosts: count(),
    sessions: count(),
    sessionsMax: count('What its media nodes can have together.'),
    load: number('Of its fullest media node.'),
    strength: StrengthCounts,
  },
  { title: 'WorldSite' },
);
export const WorldLink = Type.Object(
  {
    from: text('Site; of two the smaller one.'),
    to: text('Site.'),
    rttMs: optional.number('Mean of both directions and of all pairs of hosts.'),
    jitterMs: optional.number(),
    loss: optional.number('Of the worse direction of the worst pair.'),
    isUsed: Type.Boolean({ description: 'Media goes this way now.' }),
    isReachable: Type.Boolean(),
    via: Type.Array(text(), { description: 'Sites over which pairs of hosts go instead of directly.' }),
    sessions: count('That receive something over it, directly or as a relay.'),
  },
  { title: 'WorldLink' },
);
export const WorldPlace = Type.Object(
  {
    place: text('City and country, as location databases say.'),
    countryCode: text(),
    latitude: number('To a tenth of a degree.'),
    longitude: number(),
    strength: StrengthCounts,
  },
  { title: 'WorldPlace' },
);
const worldParts = {
  seq: count('One more with each change.'),
  at: Time,
  centre: Type.Object({ isReachable: Type.Boolean(), sinceMs: count('For how long it has been so.') }),
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
export const World = Type.Object(worldParts, { title: 'World', description: 'Sites, the links between them, people.' });
export const WorldChange = Type.Object(
  {
    ...worldParts,
    goneSites: Type.Array(text('Site.')),
    goneLinks: Type.Array(text('"FROM TO".')),
    gonePlaces: Type.Array(text('Place.')),
  },
  { title: 'WorldChange', description: 'What is new since `seq` - 1: whole sites, links, places, and which are gone.' },
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
    version: text('Of its software.'),
    cpu: number('Of its cores.'),
    txBps: number(),
    rxBps: number(),
    sessions: count(),
    sessionsMax: count('0: no limit is known.'),
    rssBytes: number(),
    disk: Type.Optional(
      Type.Object(
        { bytes: number('Without what is kept for the administrator.'), freeBytes: number() },
        { description: 'The volume of its state, of a recorder that of its spool.' },
      ),
    ),
    recordSlots: Type.Optional(
      Type.Object(
        { all: count(), used: count() },
        { description: 'Of a recorder: participants that it records at once.' },
      ),
    ),
    configDrift: Type.Optional(
      Type.Array(
        Type.Object({
          key: text('With the names of what it stands in: "turn.lifetimeMs".'),
          here: text('JSON, cut at 200 characters; null: not set.'),
          usually: text(),
        }),
        { description: 'Its configuration where at least two thirds of three or more nodes of its kind have another.' },
      ),
    ),
    clockOffsetMs: optional.number('Its wall clock less that of the centre.'),
    loopLagMs: number('99th percentile.'),
    isCordoned: Type.Boolean(),
    cordonReason: optional.text(),
    isDraining: Type.Boolean(),
    drainReason: optional.text(),
    sessionsToMove: Type.Optional(count('Of a drain.')),
    isLeaving: Type.Boolean({ description: 'Its process is to end.' }),
    distrust: optional.text('Why its figures are not believed.'),
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
    hour: { ...Time, description: 'When it begins.' },
    key: text('Region, tenant or code, as asked for. Tenant "": the token could not be read. Code "": it succeeded.'),
    succeeded: count(),
    failed: count('By the cloud’s fault.'),
    later: count('That were to come again later, or at another node: overload, a node that is stopped.'),
    ofClient: count('Refused by a rule: an expired token, a full or locked room, a lobby, a limit of the tenant.'),
  },
  { title: 'JoinsOfHour', description: 'Answers to joins of clients. One that comes again is one more.' },
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
    nodeId: text('Its media node now, or at last.'),
    fromNodeIds: Type.Array(text(), { description: 'Other media nodes from which it receives.' }),
    place: text(),
    countryCode: text(),
    joinedAt: Time,
    leftAt: Type.Optional(Time),
    strength: StrengthSchema,
    rttMs: optional.number(),
    loss: optional.number('Of the worse direction.'),
    freezeShare: optional.number('Of the last 10 s.'),
  },
  { title: 'ConsolePerson' },
);
export const TrackHop = Type.Object(
  { trackId: text(), nodeId: text(), fromNodeId: text() },
  { title: 'TrackHop', description: 'A media node that has a track from another.' },
);
export const PathSeen = Type.Object(
  {
    fromHostId: text(),
    toHostId: text(),
    fromSite: text(),
    toSite: text(),
    isReachable: Type.Boolean(),
    via: text('Host; "": direct.'),
    viaSite: text(),
    pathMs: optional.number('One way.'),
    rttMs: optional.number('Directly.'),
    jitterMs: optional.number(),
    loss: optional.number(),
    why: text('English, as the centre says.'),
  },
  { title: 'PathSeen', description: 'How datagrams go from one host to another now, and why.' },
);

// ---------- one session in time: the call inspector
export const TimelineEvent = Type.Object(
  {
    at: Time,
    kind: text(
      'joined, left, moved (to another media node), switched (to another signaling node), away, resumed, rejoined, muted, unmuted, published, unpublished, carrier, device, network or page.',
    ),
    source: optional.text('Of the track or device: microphone, camera, screen …'),
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
    source: text('client or sfu: which of them measured; "": neither.'),
    rttMs: optional.number(),
    outboundLoss: optional.number(),
    inboundLoss: optional.number(),
    jitterMs: optional.number(),
    freezeMs: optional.number('Of the period.'),
    concealed: optional.number('Of the received sound, the part that was made up.'),
    sentBps: optional.number(),
    receivedBps: optional.number(),
    sentHeight: optional.number('Of the largest picture.'),
    receivedHeight: optional.number(),
    receivedFps: optional.number(),
    layer: optional.number('Highest spatial layer received.'),
  },
  { title: 'QualityPoint', description: 'Means over `stepS` seconds that end at `at`.' },
);
const candidate = {
  hostId: text(),
  nodeId: text(),
  site: text(),
  rttMs: number(),
  isTimed: Type.Boolean({ description: 'Measured by this client; otherwise estimated.' }),
  load: number(),
  holdsRoom: Type.Boolean(),
  toMembersMs: optional.number('Mean one-way delay to the others.'),
  total: optional.number('Points.'),
  parts: Type.Array(Type.Object({ name: text(), score: number(), weight: number(), reason: text() })),
  refusedBy: optional.text('The filter that refused it.'),
  refusedWhy: optional.text(),
};
export const DecisionCandidate = Type.Object(candidate, { title: 'DecisionCandidate' });
export const DecisionStory = Type.Object(
  {
    decisionId: text(),
    madeAt: Time,
    mode: text('normal, panic, degraded or overloaded.'),
    degraded: optional.text('Why the mode is not normal.'),
    moveFromNodeId: optional.text(),
    moveReason: optional.text(),
    place: text('Where the client was taken to be.'),
    placeSource: text(),
    radiusKm: number(),
    candidates: count(),
    refused: count(),
    why: text(
      'nearest, nearest_refused, near_equal (drawn among near-equals), opener, single (the room is to be one host), or the score that made the difference.',
    ),
    chosen: Type.Optional(DecisionCandidate),
    nearest: Type.Optional(DecisionCandidate),
    code: optional.text('Of a refusal.'),
    lines: Type.Array(text(), { description: 'All of it in English, as the centre says.' }),
  },
  {
    title: 'DecisionStory',
    description: 'Why a session was placed where it was, and what the nearest would have been.',
  },
);
export const SessionTimeline = Type.Object(
  {
    person: ConsolePerson,
    signalingId: text(),
    sdk: text(),
    device: text(),
    transport: text(),
    network: text(),
    stepS: Type.Integer({ description: 'Of `points`: 10 for a day, then 60 for a month, then 3600.' }),
    points: Type.Array(QualityPoint),
    events: Type.Array(TimelineEvent),
    decisions: Type.Array(DecisionStory, {
      description: 'Of its join and moves, oldest first, as far as they are known.',
    }),
    paths: Type.Array(PathSeen, { description: 'Operators, while it is live: from the other media nodes to its own.' }),
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
