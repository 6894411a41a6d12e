// Bounds of this service alone, with their reasons; the protocol package has those of the wire.
import { limits } from '@meridian/protocol';

const CLIENTS_MAX = 20_000;

export const bounds = {
  /**
   * Wait of a LiveKit client's upgrade for its join; then the socket opens, and the join goes on. Below the time after
   * which the page's server tries another signaling node (2.5 s).
   */
  liveKitUpgradeMs: 2000,
  /** Age up to which a grant is given again: two thirds of its life are left for the pull to begin. */
  grantReusedMs: limits.grantLifetimeMs / 3,
  /** Grants that are kept to be given again, of 1 kB each; the oldest goes. */
  grantsReusedMax: 2048,
  /** Different capabilities of clients that sessions share: each browser version has a few, of 3 kB. */
  sharedCapabilitiesMax: 256,
  /** Refused upgrades whose reasons `/rtc/validate` repeats, and how long; SDKs ask at once. The oldest goes. */
  refusalsRememberedMs: 10_000,
  refusalsRememberedMax: 10_000,
  /** Burst of a LiveKit client's requests: twenty candidates, and three messages for each of sixteen tracks. */
  liveKitRequestsBurst: 200,
  /** Time before its end at which a LiveKit client's token is renewed: the life of a token that LiveKit renews. */
  liveKitTokenRenewedMs: 10 * 60_000,
  liveKitTokenMs: 20 * 60_000,
  /** Retry interval while no API key is available. */
  liveKitTokenRetryMs: 30_000,
  /** Frames waiting for a LiveKit client, sent at its session's pace: all tracks of a room twice, at 50 a second. */
  liveKitFramesWaitingMax: 2 * limits.subscriptionsPerParticipantMax,
  /**
   * Waiting bytes of a LiveKit client that sends reliable data faster than `limits.dataBytesPerSecond`: a file of 8 MB.
   * Beyond, a stream ends or another message is dropped (reliable-packets.ts).
   */
  liveKitSessionWaitingBytesMax: 8 * 1024 * 1024,
  /**
   * Waiting data of all clients of the node in both directions: a largest message to a full room of slow clients
   * (64 MiB, which share one copy), and as many bytes of files.
   */
  waitingBytesMax: 128 * 1024 * 1024,
  /** Remembered dropped streams of a client; the oldest is forgotten, and its receivers ignore its rest. */
  liveKitStreamsGivenUpMax: 64,
  /**
   * Packet on a LiveKit client's lossy channel: mediasoup's SCTP sends the first 4,380 bytes (initial window of RFC
   * 9260, 7.2.1) of a message that is never retransmitted, and gives up a larger one.
   */
  liveKitLossyPacketBytesMax: 4000,
  /** Reliable packets waiting for the link to a LiveKit client's media node; beyond, BACKPRESSURE. */
  liveKitHeldBytesMax: limits.clientBufferedBytesMax,
  /** Wait of a join for the centre before the cached placement: its turn, and a charge in another region (800 ms). */
  placeDeadlineMs: limits.admissionWaitMsMax + 1000,
  /** Wait at the instance of this region; then the leader is asked. The link to a dead instance ends far earlier. */
  regionPlaceDeadlineMs: limits.admissionWaitMsMax + 1000,
  /** Short, since a location waits for no other request. */
  regionLocateDeadlineMs: 1200,
  leaseDeadlineMs: 2000,
  /** The leader may ask the instance of another region for the explanation, for 2 s at most. */
  explainDeadlineMs: 3000,
  regionExplainDeadlineMs: 1200,
  /** Per session: a user opens the panel, closes it and opens it again; a decision does not change. */
  explainsPerSecond: 0.2,
  explainsBurst: 5,
  /**
   * Sessions with a remembered rate: more than the node's rate admits in the 25 s that refill a bucket. The oldest
   * goes.
   */
  explainSessionsMax: 10_000,
  /** Rate of a signaling node, enforced by the centre too: an explanation costs it about as much as a placement. */
  allExplainsPerSecond: 50,
  allExplainsBurst: 200,
  /** Requests to the owner or a media node; a pull across an ocean with a new key takes less than a second. */
  requestDeadlineMs: 5000,
  /** Wait of newcomers without tracks before a room's clients are informed of them: too short to be noticed. */
  newcomersShownMs: 250,
  newcomersShownAtOnce: 64,
  /** Wait of qualities of connections, which are means over seconds. */
  qualitiesShownMs: 1000,
  /** Wait of a request for a link that is being dialled. */
  dialWaitMs: 2000,
  /** A media node is lost after this long without a link; at once if the centre calls it dead, or its process ended. */
  nodeLostAfterMs: 3000,
  linkIdleMs: 30_000,
  /** Search for the owner of a room before a request fails: a lease lapses within 10 s. */
  resolveForMs: 12_000,
  resolveEveryMs: 250,
  /** Sessions announced at once: requests of the room wait, and a thousand in sequence over an ocean take minutes. */
  announcedAtOnce: 32,
  /** Grace for sessions of a dead signaling node to be resumed; then they leave the room, unless their media flows. */
  signalingNodeLostAfterMs: 10_000,
  /** Interval of questions to their media node: a lost client's transports end 15 s after its last packet. */
  absentAskEveryMs: 5000,
  /** After this silence a media node counts as gone for its sessions: its process, or the path to it, has failed. */
  nodeUnansweredMsMax: 30_000,
  /** Extra life of an unneeded rendition, for clients that return (`signalingNodeLostAfterMs`). */
  renditionLingerMs: 15_000,
  /** Renditions that a signaling node may need in a room; the rest is left out. Equal to the bound of a session. */
  renditionNeedsMax: limits.subscriptionsPerParticipantMax,
  /** A gateway that has taken an order joins and publishes within this; then another gateway is asked. */
  transcoderWaitMs: 10_000,
  /** Upper bound of the pauses between requests for a transcoder: 1 s, 2 s … */
  transcoderPauseMsMax: 30_000,
  /**
   * Interval of requests for a recorder: the centre keeps a place in its queue for 10 s, and detects a death in 3 s.
   */
  recordEveryMs: 2000,
  /** The centre asks up to three recorders. */
  recordDeadlineMs: 8000,
  /** A recorder that has taken an order joins within this; then another recorder is asked. */
  recorderWaitMs: 10_000,
  /** A recorder that did not join is avoided this long. */
  recorderAvoidedMs: 60_000,
  /** Avoided recorders per recording: the centre accepts no more. The oldest goes. */
  recordersAvoidedMax: 16,
  /** Overlap of two recorders, so that a planned move leaves no gap. */
  recordersOverlapMs: 5000,
  /** Smaller changes of the expected beginning are not announced, since the api stores each change. */
  recordingExpectedChangeMs: 5000,
  /** The centre asks up to three gateways. */
  transcodeDeadlineMs: 8000,
  /** Placements remembered for times without the centre; the oldest goes. */
  leasesCachedMax: 10_000,
  /** Rooms that the centre turned away, remembered until they may ask again; the oldest goes. */
  turnedAwayMax: 10_000,
  roomsOwnedMax: 4096, // as many as the centre renews at once
  /** Waiting requests of a client; more are refused with RATE_LIMITED. */
  laneMax: 128,
  /** Answered rate refusals; a client that does not slow down is disconnected. */
  refusalsPerSecond: 50,
  refusalsBurst: 1000,
  /** Retries of an automatic subscription after a retryable failure. */
  subscribeAttemptsMax: 5,
  subscribeRetryMs: 500,
  /** Echo times in a Join (more are refused) or a report (the rest is ignored): as many as the SDK remembers. */
  echoTimesMax: 8,
  /** A room opens without the api's policy after this, because a client waits. */
  policyAskMs: 500,
  /** Interval of repeated questions: people may wait in front of the room. */
  policyAskEveryMs: 2000,
  policyStoreDeadlineMs: 5000,
  policyCallsMax: 4,
  /** First and longest interval between retries of storing a policy: 1 s, 2 s … */
  policyRetryMs: 1000,
  policyRetryMsMax: 30_000,
  /** Longest life of an empty room whose policy no api has stored. */
  policyUnstoredMsMax: 600_000,
  /** Time for which the policy of a closed room is kept for an absent api, on disk too: a weekend. */
  policyPendingMsMax: 72 * 3_600_000,
  /** Unstored policies of closed rooms. Beyond, the oldest is lost. */
  policiesPendingMax: 10_000,
  /** Interval of questions for guarded rooms: while the api is away, a lobby or ban younger than this is unknown. */
  guardsAskEveryMs: 10_000,
  /** Parts of the list of guarded rooms: 16 MB (room-guards.ts of the api), and again when another api continues. */
  guardRequestsMax: 256,
  /** Life of an empty room with a changed policy: a lock or a ban outlives a moment when the room is empty. */
  policyLingerMs: 60_000,
  /** Remembered commands of the api with their results; the api repeats a command within seconds. The oldest goes. */
  commandsMax: 10_000,
  /** Bytes of a list of rooms, below the bound of a link's frame (`controlFrameBytesMax`). */
  roomsListedBytesMax: 900_000,
  /** Clients waiting in front of rooms at a signaling node: each holds a socket and asks its owner now and then. */
  waitersMax: 5000,
  /** Waiting clients that each tenant, link and network may have, however many others wait, while a place is free. */
  waitersOfOneMin: 20,
  /** Interval at which a waiting client asks its owner again, in case a message was lost. */
  knockEveryMs: 15_000,
  /** A waiting client silent for this long is gone with its signaling node. */
  waiterSilentMsMax: 45_000,
  /** Renewed waits of a join that was refused without an admission: the owner may have changed. */
  renewedWaitsMax: 3,
  /** Admitted identities that an owner remembers; the oldest goes and would have to wait again. */
  admittedMax: 2000,
  /** Crowds of all shows at a signaling node: a quarter of its sockets stays for participants. Beyond, OVERLOADED. */
  crowdPerNodeMax: (CLIENTS_MAX / 4) * 3,
  /** Life of a crowd's session after its last viewer: people reload their pages. */
  crowdLingerMs: 5000,
  /** Shortest and longest interval of a node's reports on its crowd's size; the owner may have changed. */
  crowdCountEveryMs: 1000,
  crowdReportEveryMs: 10_000,
  /** Interval of speakers for the crowd: each change goes to every client. */
  crowdSpeakersEveryMs: 500,
  /** Deadline of signaling nodes for pages of their crowds; a late node is left out. */
  crowdPageMs: 2000,
  /** Life of a token for a break-out room: a join takes seconds at most, and a client can ask for another token. */
  breakOutTokenMs: 600_000,
  /** People that left a main room and may hold an unused token, the earliest goes. */
  breakOutTokenHoldersMax: 10_000,
  /**
   * Pending removals of a main room, the oldest goes: its break-outs times a hundred people. Removals sent at once;
   * first and longest pause before one is repeated.
   */
  breakOutRemovalsMax: 100 * limits.breakOutsMax,
  breakOutRemovalsAtOnce: limits.breakOutsMax,
  breakOutRemovalPauseMs: 1000,
  breakOutRemovalPauseMsMax: 30_000,
  /** Hosts receive the waiting clients at most four times a second. */
  lobbyShownEveryMs: 250,
  /** Deadline of other instances for a room's owner, without the centre; a link over an ocean opens within it. */
  ownerAskMs: 1000,
  /** Instances that are asked or informed at once. */
  instancesAskedMax: 64,
  /**
   * Connection check (docs/design/connection-check.md). Life of its room: three times what the SDK takes. Sessions: one
   * for each way of media and one to spare. Rate per identity at a signaling node: four checks at once, then two a
   * minute. `identitiesMax`: remembered identities, the oldest goes.
   */
  checkLifeMs: 75_000,
  checkSessionsMax: 4,
  checkSessionsBurst: 12,
  checkSessionsPerSecond: 0.1,
  checkIdentitiesMax: 10_000,
  /** Wait for the answer to a close frame; then the socket is terminated. */
  closeWaitMs: 1000,
  /** Waiting bytes beyond which lossy data is dropped: one of the largest messages, and a second one behind it. */
  lossyBufferedBytesMax: 2 * limits.clientFrameBytesMax,
  /** Waiting bytes beyond which reliable data waits outside the socket: the largest roster still fits above them. */
  dataBufferedBytesMax: 512 * 1024,
  /** Reliable data that waits for a client of ours; beyond, BACKPRESSURE: as much as for a LiveKit client. */
  dataHeldBytesMax: 8 * 1024 * 1024,
  /** Entry requests of an address (IPv6: a /64), then 429: an office of a hundred behind an address begins at once. */
  entriesPerSecond: 10,
  entriesBurst: 100,
  /** Addresses with a remembered rate; the one that asked longest ago goes and returns with a full bucket. */
  entryAddressesMax: 10_000,
  /** A client's place does not change within this time, and the order of signaling nodes may be as old. */
  locateCachedMs: 5000,
  locatesCachedMax: 4096,
  /** Parallel questions to the centre, whose link takes 1024; more clients get this node's own order. */
  locatesInFlightMax: 128,
  /** Retry time for clients of a centre with too many requests. */
  overloadRetryMs: 1000,
  headersMax: 64,
  /**
   * Message of a LiveKit client; a larger one ends its socket with 1009. An offer with sixteen videos of a browser is
   * 77 kB, an answer with `limits.subscriptionsPerParticipantMax` tracks ~0.6 MB. Equal to the bytes that may wait in
   * the other direction.
   */
  liveKitMessageBytesMax: limits.clientBufferedBytesMax,
  /** Echo messages after the token, either way: a nonce, a receipt, and some to spare. */
  echoBytes: 48,
  echoReceiptBytes: 25,
  echoTokenBytesMax: limits.tokenBytesMax,
  /** More round trips of a socket add nothing: the SDK makes five. */
  echoRoundsMax: 8,
  /** Time until the token, and in all: eight round trips around the world take 3 s. */
  echoTokenMs: 3000,
  echoMs: 10_000,
  /** Echo sockets, open and new, per address (IPv6: a /64) and in all; a refusal does no harm, as others measure. */
  echoSocketsPerAddressMax: 16,
  echoSocketsMax: 512,
  echoesPerSecond: 5,
  echoesBurst: 60,
  echoAddressesMax: 10_000,
  /** Counted reports of echo times per session: a join, and nine requests of the centre. */
  echoReportsMax: 10,
  /** Interval of requests to a client to measure signaling nodes; `limits.echoSitesMax` bounds each request. */
  echoRequestEveryMs: 30_000,
  /** Reports of round trips to the media node: shortest interval, changes worth a report, longest interval. */
  nodeRttEveryMs: 10_000,
  nodeRttChangeMs: 2,
  nodeRttChangeShare: 0.1,
  nodeRttAtLeastEveryMs: 60_000,
  nodeRttMsMax: 10_000,
  /** Client's part of a move: two transports over perhaps 300 ms of round trip, and 4.5 s for first frames. */
  moveReadyMs: 10_000,
  /** The old node lets go after 7 s at the latest. */
  moveLetGoMs: 9000,
  /** Whole move, for which the owner waits: link and attach 7 s, ready, settle 5 s, inform the owner, let go. */
  moveMs: 40_000,
  /** Moves of a room at once, then RATE_LIMITED. Each doubles its session's media for about a second. */
  movesPerRoomMax: 64,
  /**
   * Frames of a socket: each costs a token, and another per KiB; beyond, the socket is terminated. Before a valid
   * token: three of the largest Join (an SDK's has about 6 KiB). Afterwards: twice the requests and data of a second
   * (~560 tokens), and as a burst 160 largest data messages (67 each): those above the rate are refused with a time.
   */
  newSocketFrames: { perSecond: 20, burst: 200 },
  joinedSocketFrames: { perSecond: 1000, burst: 11_000 },
  /** New sockets of an address (IPv6: a /64), then 429: an office of a hundred joins, and returns when a node dies. */
  handshakesPerSecond: 10,
  handshakesBurst: 200,
  handshakeAddressesMax: 10_000,
  /** Cost of a cut socket for its address, in new sockets: half stay for others, and the wait is at most 20 s. */
  floodHandshakes: 100,
  /**
   * Clients of one person at this node, with tokens of a user or a link: some rooms in some windows, and sockets that
   * are lost but not noticed yet. More are refused with QUOTA_EXCEEDED.
   */
  clientsPerPersonMax: 20,
  /**
   * Clients of one link from one network (an IPv4 address, an IPv6 /64) at this node, since a guest makes another
   * identity at will: the largest meeting, of a school behind one address. More are refused with QUOTA_EXCEEDED.
   */
  clientsPerNetworkMax: 1000,
  /** Clients over WebSockets and links together; more are refused: HTTP 503, OVERLOADED. */
  clientsMax: CLIENTS_MAX,
  /** Sessions of a gateway or recorder over its link; more are refused with OVERLOADED. */
  openedSessionsPerLinkMax: 2000,
  /**
   * Connections of the clients' listener: clients, unproven newcomers (three crowds of a thousand that join at once),
   * and those of trusted proxies before they belong to a client. A further connection replaces the oldest. `reserved`:
   * open files kept back (at most a quarter of the process's limit) for links to nodes and instances, the centre, logs.
   */
  connections: { clientsMax: CLIENTS_MAX, newcomersMax: 3072, proxiedMax: 1024, reserved: 1024 },
  /** Unproven connections of an address (IPv6: a /64), the oldest replaced: a browser opens six, an office 100. */
  unprovenPerAddressMax: 128,
  /** Time to a request or upgrade: three round trips on a bad line. Then `limits.authDeadlineMs`, `echoTokenMs`. */
  proofMs: 10_000,
  /** HTTP requests of a connection, and its longest pause between two; a page asks once. */
  requestsPerConnectionMax: 100,
  keepAliveMs: 5000,
  /** Unstored journal: an hour of 500 entries a minute. A batch fits in a frame even with the largest roster. */
  journal: { entriesMax: 50_000, bytesMax: 64 * 1024 * 1024, batchEntriesMax: 500, batchBytesMax: 400_000 },
  journalCallsMax: 4,
  journalDeadlineMs: 5000,
  journalRetryMsMax: 10_000,
  /** Time that an ordered stop waits for everything to be stored. */
  journalStopMs: 2000,
  policyStopMs: 2000,
  /**
   * Parallel exchanges of a stopping node: at 250 ms each, `roomsOwnedMax` fit in `policyStopMs`; a link takes 1024.
   */
  policyStopCallsMax: 800,
  /**
   * Stay qualities of as many sessions as clients; intervals of reports, after a session's end, and of retries. A
   * message is far below `limits.controlFrameBytesMax`.
   */
  stayQualitiesMax: 20_000,
  stayQualitiesAtOnce: 200,
  stayQualityEveryMs: 120_000,
  stayQualitySoonMs: 1000,
  stayQualityRetryMs: 10_000,
  /** Media nodes in a stay's route: its own, and those of other publishers. */
  stayRouteMax: 8,
  /** Quality records: one per session in 10 s, in steps, so that neither this node nor the api gets all at once. */
  qualityRoundMs: 10_000,
  qualityRoundSteps: 20,
  /** First records in a step: as many as a step of 1,000 sessions makes. The others wait for the next step. */
  qualityFirstsMax: 50,
  /** A client reports every 2 s; its media node measures a client that is silent for this long. */
  qualityClientSilentMs: 6000,
  /** Sessions measured by a media node at once; those beyond get no figures. */
  qualityAskedMax: 1000,
  qualityAskMs: 4000,
  /** Unsent records: ten minutes of 1,000 sessions, of ~0.4 kB each; beyond it the oldest are dropped. */
  qualityRecordsMax: 60_000,
  qualityEventsMax: 20_000,
  /** Room for as many sessions as there are clients, and as many that have left meanwhile. */
  qualityFactsMax: 2 * CLIENTS_MAX,
  /** Records of each kind in a message of at most ~0.4 MB (`limits.controlFrameBytesMax`). */
  qualityAtOnce: 500,
  /** The map of operators may be seconds old; the end of a session is sent sooner. */
  qualityEveryMs: 2000,
  qualitySoonMs: 500,
  qualityRetryMs: 5000,
  /** Tenants and codes of a portion of counted joins, of ~0.1 kB each. Those beyond are counted without a tenant. */
  joinCountsMax: 500,
  /** A portion covers a minute, since alarms count joins by the minute (reports do by the hour). */
  joinPortionMs: 60_000,
  /** An hour without an api; later joins get the time at which the last portion began. */
  joinPortionsMax: 60,
  /** Events of a session in a round; further events of its client, its mutes and tracks are dropped. */
  qualityEventsPerRoundMax: 40,
  /** Tracks with a remembered layer; more than a client can show. */
  qualityLayersMax: 256,
  /** Paths of a room in an answer to the api (~0.1 kB each): 500 tracks at ten nodes. */
  roomPathsMax: 5000,
  /** Wait for last frames to leave when the service stops. */
  closeFlushMs: 300,
} as const;
