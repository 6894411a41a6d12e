// Bounds of this service alone, with their reasons; those of the wire are in protocol.
import { limits } from '@meridian/protocol';
import { connectQueryLengthMax } from './core/index.ts';

const CLIENTS_MAX = 20_000;

export const bounds = {
  /**
   * Requests of a LiveKit client at once: a connection has some twenty candidates, each a message, and sixteen tracks
   * that are published together have three messages each.
   */
  liveKitRequestsBurst: 200,
  /** Tokens of LiveKit clients are renewed so long before they end: the life of those that LiveKit renews. */
  liveKitTokenRenewedMs: 10 * 60_000,
  /** Of a renewed one. */
  liveKitTokenMs: 20 * 60_000,
  /** While an API key cannot be asked for. */
  liveKitTokenRetryMs: 30_000,
  /** Of one LiveKit client, at the pace of its session: all tracks of a room twice, at 50 a second. */
  liveKitFramesWaitingMax: 2 * limits.subscriptionsPerParticipantMax,
  /**
   * Reliable data that a LiveKit client sends faster than `limits.dataBytesPerSecond` waits: a file of 8 MB. Of all
   * that waits at this node, either way. Beyond: a stream is ended, another message dropped (reliable-packets.ts).
   */
  liveKitSessionWaitingBytesMax: 8 * 1024 * 1024,
  liveKitWaitingBytesMax: 64 * 1024 * 1024,
  /** Streams of one client whose rest is ignored; of more the oldest is forgotten: its receivers ignore its rest. */
  liveKitStreamsGivenUpMax: 64,
  /** Reliable packets that wait for the link to a LiveKit client's media node; beyond, BACKPRESSURE. */
  liveKitHeldBytesMax: limits.clientBufferedBytesMax,
  /**
   * A join may wait this long for the centre before the cached placement is used: its turn, and a charge in another
   * region (800).
   */
  placeDeadlineMs: limits.admissionWaitMsMax + 1000,
  /**
   * The same at the instance of the own region; then the leader is asked. One that is gone is noticed by its link long
   * before.
   */
  regionPlaceDeadlineMs: limits.admissionWaitMsMax + 1000,
  /** A location waits for nothing. */
  regionLocateDeadlineMs: 1200,
  leaseDeadlineMs: 2000,
  /** Why a decision came out as it did: the leader may ask the instance of another region, for 2 s at most. */
  explainDeadlineMs: 3000,
  regionExplainDeadlineMs: 1200,
  /** Of one session: a user opens the panel, closes it and opens it again; a decision does not change. */
  explainsPerSecond: 0.2,
  explainsBurst: 5,
  /**
   * Sessions whose askings are remembered: more than the signaling node's bucket lets ask within the 25 s in which a
   * session's bucket fills. The oldest goes.
   */
  explainSessionsMax: 10_000,
  /**
   * Of all sessions of a signaling node: each costs the centre about as much as a placement does, so they are far
   * fewer. The centre holds every signaling node to the same.
   */
  allExplainsPerSecond: 50,
  allExplainsBurst: 200,
  /** Requests to the owner or to a media node; a pull across an ocean with a key to make is below one second. */
  requestDeadlineMs: 5000,
  /** How long a request waits for a link that is being dialled. */
  dialWaitMs: 2000,
  /**
   * A media node whose link stays away this long is lost to us, and its clients are informed. At once when the centre
   * calls the node dead too, or its process has gone.
   */
  nodeLostAfterMs: 3000,
  /** A link without a use is kept this long. */
  linkIdleMs: 30_000,
  /** How long a signaling node looks for the owner of a room before a request fails: a lease lapses within 10 s. */
  resolveForMs: 12_000,
  resolveEveryMs: 250,
  /**
   * Sessions that a signaling node names to an owner at once: requests of the room wait meanwhile, and a thousand one
   * by one over an ocean take minutes.
   */
  announcedAtOnce: 32,
  /**
   * Sessions whose signaling node died wait this long to be resumed; then the room hears that they left, unless their
   * media flow.
   */
  signalingNodeLostAfterMs: 10_000,
  /** How often their media node is asked again: a lost client's transports end 15 s after its last word. */
  absentAskEveryMs: 5000,
  /** A media node that cannot be asked for so long speaks for no session: its process, or the path to it, is gone. */
  nodeUnansweredMsMax: 30_000,
  /**
   * A rendition that no client needs is made so much longer: a client that comes back, also through another signaling
   * node (`signalingNodeLostAfterMs`), finds it still there.
   */
  renditionLingerMs: 15_000,
  /** Renditions that one signaling node needs in one room; the rest is left out. As many as one session takes. */
  renditionNeedsMax: limits.subscriptionsPerParticipantMax,
  /** A gateway that has taken an order joins and publishes within this; then another is asked. */
  transcoderWaitMs: 10_000,
  /** Askings for a transcoder are 1 s, 2 s … apart, and no more than this. */
  transcoderPauseMsMax: 30_000,
  /**
   * The centre is asked so often for the recorder of a recording: it keeps a place in its queue for 10 s, knows a dead
   * recorder after 3 s, and the next one is to begin within 5 s.
   */
  recordEveryMs: 2000,
  /** The centre asks up to three recorders. */
  recordDeadlineMs: 8000,
  /** A recorder that has taken an order joins within this; then another is asked, */
  recorderWaitMs: 10_000,
  /** and not this one for so long. */
  recorderAvoidedMs: 60_000,
  /** So many are avoided for one recording: the centre takes no more. The oldest goes. */
  recordersAvoidedMax: 16,
  /** Two recorders of one recording overlap for so long, so that a planned move leaves no hole. */
  recordersOverlapMs: 5000,
  /** A time of beginning that moves by less is not announced again: each change is stored at the api. */
  recordingExpectedMovesMs: 5000,
  /** The centre asks up to three gateways. */
  transcodeDeadlineMs: 8000,
  /** Placements remembered for the time without the centre; the oldest goes. */
  leasesCachedMax: 10_000,
  /** Rooms that the centre has turned away, remembered until they may ask again; the oldest goes. */
  turnedAwayMax: 10_000,
  roomsOwnedMax: 4096, // as many as the centre renews at once
  /** Requests of one client that wait for their turn; more are refused with RATE_LIMITED. */
  laneMax: 128,
  /** Refusals for being too fast that are answered; a client that does not slow down is cut off. */
  refusalsPerSecond: 50,
  refusalsBurst: 1000,
  /** Times that an automatic subscription is tried again after a retryable failure. */
  subscribeAttemptsMax: 5,
  subscribeRetryMs: 500,
  /**
   * Of one Join (more are refused) or one report (the rest does not count): as many as the SDK remembers, five sites
   * just timed and some of before.
   */
  echoTimesMax: 8,
  /** A room opens without the api's policy after this: a client waits for it. */
  policyAskMs: 500,
  /** An unanswered question is asked again after this: people may wait in front of the room. */
  policyAskEveryMs: 2000,
  policyStoreDeadlineMs: 5000,
  /** Exchanges of a node at once. */
  policyCallsMax: 4,
  /** A policy that the api has not stored is sent again after 1 s, 2 s … and no more than this. */
  policyRetryMs: 1000,
  policyRetryMsMax: 30_000,
  /** How long an empty room is kept whose policy no api has stored. */
  policyUnstoredMsMax: 600_000,
  /** How long after its room a policy is kept for an api that does not answer, on disk too: a weekend without it. */
  policyPendingMsMax: 72 * 3_600_000,
  /** Policies of rooms that are over and that no api has stored. Beyond, the oldest is lost. */
  policiesPendingMax: 10_000,
  /** Guarded rooms are asked for so often: a lobby or a ban of a moment ago is not known while the api is away. */
  guardsAskEveryMs: 10_000,
  /** Parts of the list of guarded rooms: 16 MB (room-guards.ts of the api), and again where another api goes on. */
  guardRequestsMax: 256,
  /** An empty room whose policy was changed stays so long: a lock or a ban outlives a moment when the room is empty. */
  policyLingerMs: 60_000,
  /** Commands of the api that are remembered, each with its result; it repeats one within seconds. The oldest goes. */
  commandsMax: 10_000,
  /** Bytes of one list of rooms: below what a frame of a link takes (`controlFrameBytesMax`). */
  roomsListedBytesMax: 900_000,
  /**
   * Clients that wait in front of rooms, at one signaling node: each holds a socket and asks its owner now and then.
   */
  waitersMax: 5000,
  /** A waiting client asks the owner again after this: what was lost on the way is said again. */
  knockEveryMs: 15_000,
  /** A waiting client that has not asked for so long is gone with its signaling node. */
  waiterSilentMsMax: 45_000,
  /** How often a join that was refused for want of an admission waits once more: the owner may have changed. */
  knocksAgainMax: 3,
  /** Identities that an owner remembers as let in; the oldest goes and would have to wait again. */
  admittedMax: 2000,
  /**
   * The crowds of all shows at one signaling node: a quarter of its sockets stays for participants. Beyond, OVERLOADED.
   */
  crowdPerNodeMax: (CLIENTS_MAX / 4) * 3,
  /** The session that stands for a crowd stays so long after the last of it: people reload their pages. */
  crowdLingerMs: 5000,
  /** How often a node says the size of its crowd, and at least that it has one: the owner may have changed. */
  crowdCountEveryMs: 1000,
  crowdSaidEveryMs: 10_000,
  /** The crowd hears twice a second who speaks: each word goes to every client. */
  crowdSpeakersEveryMs: 500,
  /** Signaling nodes are asked for people of their crowds; one that does not answer is left out. */
  crowdPageMs: 2000,
  /** A token for a break-out room is for a join, of which the slowest takes seconds; the client asks for another. */
  breakOutTokenMs: 600_000,
  /** Hosts are shown the waiting clients four times a second at most. */
  lobbyShownEveryMs: 250,
  /**
   * Without the centre: how long the other instances are asked for the owner of a room. A link across an ocean has to
   * open within it.
   */
  ownerAskMs: 1000,
  /** Instances that are asked or informed at once. */
  instancesToldMax: 64,
  /**
   * A connection check (docs/design/connection-check.md): how long its room lives, three times what the SDK takes; how
   * many sessions it holds, one for each way of media and one to spare; and how many may begin of one identity at one
   * signaling node: four checks at once, then two a minute. `identitiesMax`: those remembered, the oldest goes.
   */
  checkLifeMs: 75_000,
  checkSessionsMax: 4,
  checkSessionsBurst: 12,
  checkSessionsPerSecond: 0.1,
  checkIdentitiesMax: 10_000,
  /** Close frame sent, answer awaited: then the socket is cut. */
  closeWaitMs: 1000,
  /** Bytes waiting at which lossy data is dropped instead. */
  lossyBufferedBytesMax: 64 * 1024,
  /**
   * Bytes waiting beyond which reliable data is dropped too: what is left below `clientBufferedBytesMax` holds the
   * largest roster, so data ends no connection.
   */
  dataBufferedBytesMax: 512 * 1024,
  /**
   * Requests for the entry of one address (IPv6: one /64), then 429: an office of a hundred behind one address begins
   * at once.
   */
  entriesPerSecond: 10,
  entriesBurst: 100,
  /** Addresses whose rate is remembered; the one that asked longest ago goes, with a full bucket when it comes back. */
  entryAddressesMax: 10_000,
  /** Where a client is does not change within this time, and how long the order of signaling nodes may be old. */
  locateCachedMs: 5000,
  locatesCachedMax: 4096,
  /** Questions to the centre at once, out of 1024 that its link takes; more clients get this node's own order. */
  locatesInFlightMax: 128,
  /** The centre has too many requests: when a client may come back. */
  overloadRetryMs: 1000,
  /** With the request line: the query of a LiveKit client has its token. */
  headerBytesMax: connectQueryLengthMax + 8 * 1024,
  headersMax: 64,
  /**
   * A message of a LiveKit client; a larger one ends its socket with 1009. An offer with sixteen videos of a browser is
   * 77 kB, an answer to one with `limits.subscriptionsPerParticipantMax` tracks ~0.6 MB. As much as may wait for it in
   * the other direction.
   */
  liveKitMessageBytesMax: limits.clientBufferedBytesMax,
  /** Echo sockets: every message after the token, either way; a nonce, a receipt, and some to spare. */
  echoBytes: 48,
  echoReceiptBytes: 25,
  echoTokenBytesMax: limits.tokenBytesMax,
  /** More round trips of one socket say nothing new: the SDK makes five. */
  echoRoundsMax: 8,
  /** Open to token, and in all: eight round trips around the world take 3 s. */
  echoTokenMs: 3000,
  echoMs: 10_000,
  /**
   * At once, and new ones, of one address (IPv6: one /64): a refused client has a neighbour whose times serve as well.
   * And of all addresses.
   */
  echoSocketsPerAddressMax: 16,
  echoSocketsMax: 512,
  echoesPerSecond: 5,
  echoesBurst: 60,
  echoAddressesMax: 10_000,
  /** Reports of echo times that count of one session: a join, and nine requests of the centre. */
  echoReportsMax: 10,
  /** How often a client may be asked to time sites; how many at once: `echoSitesMax` of protocol. */
  echoAskMs: 30_000,
  /**
   * Round trips to the media node are reported to the centre: never more often, when they have changed by so much, and
   * at least so often.
   */
  nodeRttEveryMs: 10_000,
  nodeRttChangeMs: 2,
  nodeRttChangeShare: 0.1,
  nodeRttAtLeastEveryMs: 60_000,
  nodeRttMsMax: 10_000,
  /**
   * A move of a session (docs/design/moves.md). The client makes two transports over perhaps 300 ms of round trip, and
   * waits 4.5 s at most for first frames.
   */
  moveReadyMs: 10_000,
  /** The old node lets go after 7 s at the latest. */
  moveLetGoMs: 9000,
  /**
   * All of it, as the owner waits for the signaling node: link and attach 7 s, ready, settle 5 s, inform the owner, let
   * go.
   */
  moveMs: 40_000,
  /**
   * Of one room at once; the next has to wait (RATE_LIMITED). Each is twice the media of its session for a second or
   * so.
   */
  movesPerRoomMax: 64,
  /**
   * What a socket may say: every frame, of whatever kind, costs a token, every KiB another; beyond, the socket is cut.
   * Before a valid token: three of the largest Join (an SDK's has about 6 KiB). After it: 50 requests a second with the
   * largest data message (850 tokens), and in a burst more than are refused politely (1,100).
   */
  newSocketFrames: { perSecond: 20, burst: 200 },
  joinedSocketFrames: { perSecond: 1000, burst: 3000 },
  /**
   * New sockets of one address (IPv6: one /64), then 429: an office of a hundred joins, and comes back when a node
   * dies.
   */
  handshakesPerSecond: 10,
  handshakesBurst: 200,
  handshakeAddressesMax: 10_000,
  /**
   * What a cut socket costs its address, in new ones: after one, half are left to the others; no client waits above 20
   * s.
   */
  floodHandshakes: 100,
  /** Clients over WebSockets and over links, together; one more is refused: HTTP 503, OVERLOADED. */
  clientsMax: CLIENTS_MAX,
  /** Sessions that one gateway or recorder opens over its link at once; one more is refused with OVERLOADED. */
  openedSessionsPerLinkMax: 2000,
  /**
   * Connections of the clients' listener. Beside clients: those that have proved nothing (three crowds of a thousand
   * that join at once), and those of trusted proxies that are no client yet. One more takes the place of the oldest.
   * `reserved`: open files that no connection gets (at most a quarter of the process's limit): links to nodes and
   * instances, the centre, logs.
   */
  connections: { clientsMax: CLIENTS_MAX, newcomersMax: 3072, proxiedMax: 1024, reserved: 1024 },
  /**
   * Unproven connections of one address (IPv6: one /64); a newcomer takes the place of the oldest: a browser opens six,
   * an office of a hundred one each.
   */
  unprovenPerAddressMax: 128,
  /**
   * From the begin of a connection to a whole request or upgrade, and of a later request: a phone on a bad line needs
   * three round trips. After the upgrade: `limits.authDeadlineMs`, `echoTokenMs`.
   */
  proofMs: 10_000,
  /** HTTP requests of one connection, and how long it may rest between two; a page asks once. */
  requestsPerConnectionMax: 100,
  keepAliveMs: 5000,
  /**
   * What no api has stored yet of the rooms' lives: an hour of 500 joins, leaves and tracks a minute. A batch is far
   * below `limits.controlFrameBytesMax`, also with a roster of `limits.rosterBytesMax`.
   */
  journal: { entriesMax: 50_000, bytesMax: 64 * 1024 * 1024, batchEntriesMax: 500, batchBytesMax: 400_000 },
  /** To the api at once. */
  journalCallsMax: 4,
  journalDeadlineMs: 5000,
  journalRetryMsMax: 10_000,
  /** How long an ordered stop waits until all is stored. */
  journalStopMs: 2000,
  policyStopMs: 2000,
  /**
   * Exchanges at once of a node that stops: with an api of 250 ms a call, `roomsOwnedMax` in `policyStopMs`. Fewer than
   * the requests that may wait on one link (1024).
   */
  policyStopCallsMax: 800,
  /**
   * How sessions went: the latest of each, of as many as there are clients; reported so often, soon after the end of
   * one, and again when no api has answered. A message is far below `limits.controlFrameBytesMax`.
   */
  stayQualitiesMax: 20_000,
  stayQualitiesAtOnce: 200,
  stayQualityEveryMs: 120_000,
  stayQualitySoonMs: 1000,
  stayQualityRetryMs: 10_000,
  /** Media nodes that one names: its own, and those of the other publishers. */
  stayRouteMax: 8,
  /**
   * How sessions are: a record of each in 10 s, made in so many steps, so that neither this node nor the api has all of
   * them at once.
   */
  qualityRoundMs: 10_000,
  qualityRoundSteps: 20,
  /** First records in one step: as many as a step of 1,000 sessions makes. The others wait for the next. */
  qualityFirstsMax: 50,
  /** A client reports every 2 s; one that was not heard so long is measured by its media node. */
  qualityClientSilentMs: 6000,
  /** So many of one media node; those beyond have no figures then. */
  qualityAskedMax: 1000,
  qualityAskMs: 4000,
  /** Ten minutes of 1,000 sessions that no api has taken, of ~0.4 kB each; beyond it the oldest go. */
  qualityRecordsMax: 60_000,
  qualityEventsMax: 20_000,
  /** Of as many sessions as there are clients, and as many that have left meanwhile. */
  qualityFactsMax: 2 * CLIENTS_MAX,
  /** Of each kind, in a message of ~0.4 MB at most (`limits.controlFrameBytesMax`). */
  qualityAtOnce: 500,
  /** A map is wanted that is seconds old; the end of a session is sent sooner. */
  qualityEveryMs: 2000,
  qualitySoonMs: 500,
  qualityRetryMs: 5000,
  /** Tenants and codes of one portion of counted joins, of ~0.1 kB each. Those beyond are counted without a tenant. */
  joinCountsMax: 500,
  /** Reports are by the hour, alarms by the minute. */
  joinPortionMs: 60_000,
  /** An hour without an api; what comes then has the time of its beginning. */
  joinPortionsMax: 60,
  /** Of one session in one round: what its client says beyond it is dropped, and its mutes and tracks. */
  qualityEventsPerRoundMax: 40,
  /** Tracks of which the layer is remembered; more than a client can show. */
  qualityLayersMax: 256,
  /** Of one room, in an answer to the api (~0.1 kB each): 500 tracks at ten nodes. */
  roomPathsMax: 5000,
  /** The service informs all its clients at the end, then waits this long for the frames to leave. */
  goodbyeMs: 300,
} as const;
