// Every numeric bound of the protocol with its reason. Overflow behaviour: refuse with the code in brackets.

// parts of derived bounds
const dataBytesMax = 65_535;
const destinationsMax = 256;
const topicLengthMax = 128;
const nameLengthMax = 128;
const participantsPerRoomMax = 1000; // first version: rosters are sent whole
const sessionIdLengthMax = 35; // 'PA_' and 32 characters (ids.ts)
const topicBytesMax = 4 * topicLengthMax; // UTF-8 of code points
const identityBytesMax = 4 * nameLengthMax; // UTF-8 of code points
const headsBytesMax = 256; // tags and lengths of a few fields, an id, a method, a time

export const limits = {
  protocolVersion: 1,
  // frames
  // A largest data message with all its destinations; a Join with full RTP capabilities is ~6 kB (FRAME_TOO_LARGE,
  // socket closed 1009).
  clientFrameBytesMax: dataBytesMax + destinationsMax * (sessionIdLengthMax + 2) + topicBytesMax + headsBytesMax,
  controlFrameBytesMax: 1024 * 1024, // a plan of 1,000 nodes is ~300 kB
  // Payload of a data message (DATA_TOO_LARGE), and a whole message on a client's data channel, whose sender gets it as
  // `a=max-message-size`. Go SDKs read data channels into buffers of this size.
  dataBytesMax,
  dataChannelsMax: 4, // per endpoint
  dataChannelLabelMax: 64,
  // Message on a data channel to a client: a largest data message, to which its topic and twice its sender's session id
  // and identity are added.
  channelMessageBytesMax: dataBytesMax + topicBytesMax + 2 * (sessionIdLengthMax + identityBytesMax) + headsBytesMax,
  // Lossy payload of our own clients: one datagram (DATA_TOO_LARGE). LiveKit's SDKs have no such bound, so their lossy
  // messages may be as large as reliable ones.
  lossyDataBytesMax: 1300,
  topicLengthMax, // fits a call between participants, which has its method and number in the topic (rpc-wire.ts)
  nameLengthMax, // characters (code points) of an identity, a room's name, or a name that people see
  rpcMethodBytesMax: 64,
  // Payload of a call or result in a single message: LiveKit's limit for SDKs that take no parts.
  rpcMessageBytesMax: 15 * 1024,
  // Payload of a call or result of our own SDK in parts: four seconds at dataBytesPerSecond
  rpcPayloadBytesMax: 1024 * 1024,
  // A LiveKit SDK gets each part in one packet, which fits the buffer of a Go SDK.
  rpcPartBytesMax: 48 * 1024,
  roomTitleLengthMax: 200, // characters (code points): the first line of a calendar entry (REQUEST_INVALID)
  metadataBytesMax: 4096,
  attributesMax: 64, // of a participant; every roster carries them (REQUEST_INVALID, in a token TOKEN_INVALID)
  attributesBytesMax: 4096, // keys and values together: as much as metadata (errors as attributesMax)
  // every participant gets it with every change of the room, and a media node keeps it (REQUEST_INVALID)
  roomMetadataBytesMax: 16 * 1024,
  // without tracks, as a media node keeps it: mostly metadata and attributes (REQUEST_INVALID)
  participantBytesMax: 12 * 1024,
  tokenBytesMax: 8 * 1024,
  // address and header fields of a request: the largest token, 4 kB of other parameters, 8 kB of fields (431)
  headerBytesMax: 20 * 1024,
  // By so much the clock of a token's maker may be off, before or behind ours: a token's `nbf`, `iat` and `exp` count
  // with it at every place, as at LiveKit's server (go-jose's DefaultLeeway). Virtual machines without NTP are seconds
  // off. (TOKEN_NOT_YET_VALID, TOKEN_EXPIRED)
  clockLeewayMs: 60_000,
  tokenRetryMsMax: 60_000, // proposed wait before a token that is not valid yet is shown again
  revocableIdMax: 128, // of an API key, a token's `jti`, and its `via` (TOKEN_INVALID)
  tokenSourcesMax: 8, // ids in the claim `sources` of a file link: item, maker, API key and token (TOKEN_INVALID)
  apiKeysPerRequestMax: 100, // per request of a node to the api (REQUEST_INVALID); a tenth of the largest frame
  // signaling
  authDeadlineMs: 5000, // socket open to valid Join (AUTH_TIMEOUT)
  pingIntervalMs: 2500, // ws ping; with two misses allowed a dead network is known after ≤ 7.5 s
  pingMissesMax: 2,
  resumeGraceMs: 2000, // abnormal socket loss to "left": 7.5 s + 2 s stays under the 10 s promised
  clientBufferedBytesMax: 1024 * 1024, // unsent bytes per client (BACKPRESSURE, socket closed)
  clientRequestsPerSecond: 50, // token bucket, burst 100 (RATE_LIMITED)
  clientRequestBurst: 100,
  // Data messages and chat of a sender (RATE_LIMITED), by payload and topic: a file at 2 Mbit/s, or 49 requests a
  // second of 5 kB; the burst is half of what may queue for a receiver. The delivered bytes count each receiver: 100
  // participants get 49 cursors a second of 800 bytes, and a largest message to a full room fits the burst. The rate
  // fits two channels with 60 frames a second each, and is separate from other requests.
  dataMessagesPerSecond: 200,
  dataMessagesBurst: 400,
  dataBytesPerSecond: 256 * 1024,
  dataBurstBytes: 512 * 1024,
  dataDeliveredBytesPerSecond: 4 * 1024 * 1024,
  dataDeliveredBurstBytes: participantsPerRoomMax * (dataBytesMax + topicBytesMax),
  // Sites that a client times at once: the centre names this many (why five:
  // scheduler/src/locating/core/ingress/echo-sites.ts); signaling nodes and the SDK ignore further ones.
  echoSitesMax: 5,
  // session
  tracksPerParticipantMax: 16,
  // identities that a participant names; every signaling node of the room keeps them (REQUEST_INVALID)
  allowedSubscribersMax: 100,
  subscriptionsPerParticipantMax: 512,
  participantsPerRoomMax,
  // A roster and 512 offers with their grants (~0.96 kB each, 0.49 MB) are one answer of the owner, which must fit
  // controlFrameBytesMax. A participant with microphone and camera takes ~0.4 kB, so a thousand fit (ROOM_FULL; an
  // update beyond it: REQUEST_INVALID)
  rosterBytesMax: 500_000,
  encodingsMax: 4,
  codecsPerCapabilitiesMax: 64,
  headerExtensionsMax: 32,
  // RTP parameters of a track, which every subscriber gets (REQUEST_INVALID); a simulcast camera of Chromium takes ~1.2
  // kB. Sixteen such tracks fit any answer.
  rtpParametersBytesMax: 4096,
  sdesTextLengthMax: 255, // mid, cname, msid: an SDES item's length is one byte (RFC 3550, 6.5)
  ridLengthMax: 16, // RFC 8852 names no bound; browsers and mediasoup use two characters
  scalabilityModeLengthMax: 16, // 'L3T3_KEY_SHIFT' is the longest of the WebRTC registry
  mimeTypeLengthMax: 64,
  headerExtensionUriLengthMax: 255,
  codecParametersMax: 32,
  codecParameterTextLengthMax: 256,
  rtcpFeedbackMax: 16,
  rtcpFeedbackTextLengthMax: 32,
  destinationsMax,
  // policy of a room
  policyMembersMax: 1000, // as many as participants in a room (REQUEST_INVALID); 60 bytes each
  policyBansMax: 500, // one more ban drops the oldest with an end
  policyRemovedMax: 500, // one more removal drops the oldest
  spotlightMax: 9,
  recordingsPerRoomMax: 8, // running or waiting; every client of the room sees them (QUOTA_EXCEEDED)
  recordingPriorityMax: 9, // (REQUEST_INVALID)
  slowModeMsMax: 3_600_000, // (REQUEST_INVALID)
  postWordsMax: 500, // of a room; each at most postWordLengthMax (REQUEST_INVALID)
  postWordLengthMax: 64,
  postLengthMax: 500, // characters (code points) of one post: three lines of a phone (REQUEST_INVALID)
  postDataBytesMax: 4096, // JSON of a gift (REQUEST_INVALID)
  postsKeptMax: 200, // per room, for later participants; recordings have the older ones
  questionsMax: 500, // open at a time (QUOTA_EXCEEDED)
  pollsMax: 20, // of a room (QUOTA_EXCEEDED)
  pollOptionsMax: 12,
  pollTextLengthMax: 200, // characters (REQUEST_INVALID)
  pollOptionLengthMax: 100,
  reactionsPerSecond: 20, // per client; further ones are not counted, as no finger is faster
  reactionNamesMax: 16, // per room; further names are left out
  // Posts in a client's Joined, and questions of a board: a fifth of the bytes that may queue for a client
  postsBytesMax: 96 * 1024,
  questionsShownMax: 100, // of a board; further questions are kept and can be voted for
  // Votes of a room, for all its questions and for all its polls: two per viewer of the largest show. A further vote is
  // refused (QUOTA_EXCEEDED) until a question or poll is removed, but an existing vote may be changed.
  questionVotesMax: 100_000,
  pollVotesMax: 200_000,
  breakOutsMax: 50, // of a room (REQUEST_INVALID)
  breakOutNameLengthMax: 64, // characters (REQUEST_INVALID)
  breakOutIdentitiesMax: 1000, // in all break-outs of a room: as many as its participants (REQUEST_INVALID)
  // all break-outs of a room as JSON, which all participants get with every change of the room (REQUEST_INVALID)
  breakOutsBytesMax: 48 * 1024,
  pageUrlLengthMax: 2048, // of a recorded page (REQUEST_INVALID)
  stageMax: 50, // of a show: participants that may publish (ROOM_FULL, in an act QUOTA_EXCEEDED)
  handsMax: 1000, // raised in the crowd of a show (QUOTA_EXCEEDED)
  crowdPageMax: 100, // people in one answer
  waitersMax: 1000, // before one room (ROOM_FULL)
  waitersShownMax: 100, // waiters that hosts see
  // REST (BODY_TOO_LARGE)
  restBodyBytesMax: 256 * 1024, // fits a thousand users with their names
  restPublicBodyBytesMax: 16 * 1024, // without a token: names, codes and passwords take a few kB
  // nodes
  reportIntervalMs: 1000,
  // between dials to the centre: after its restart all nodes are back while it still waits for them (1.5 s)
  centreBackoffMs: { first: 200, max: 1000 },
  // of nodes: a stalled centre is left within 2 s, when another may lead
  centreLink: { pingIntervalMs: 500, pongTimeoutMs: 1500 },
  suspectAfterMs: 3000, // silence by the centre's own monotonic clock
  deadAfterMs: 5000, // without confirmation by other machines; the other cases: scheduler/src/fleet/core/liveness.ts
  // time that a join waits for its turn at the centre; signaling nodes wait longer for the answer
  admissionWaitMsMax: 1500,
  decisionConfirmMs: 10_000, // an unconfirmed charge lapses
  roomLeaseMs: 10_000,
  roomLeaseRenewMs: 3000,
  // how far an epoch named by others may be above the known epoch (EPOCH_STALE, REQUEST_INVALID); no room has so many
  // owners
  epochJumpMax: 2 ** 20,
  // per term of a centre: its epochs are above those of all earlier terms, even when their store is lost
  // (roomEpochFloor)
  roomEpochsPerTerm: 2 ** 14,
  roomEmptyReleaseMs: 5000,
  warmLifeMs: 60_000, // transports made before a Join: people read a lobby (ADR 0045)
  orphanSessionMs: 30_000, // a session without its signaling node is kept this long for adoption
  sessionRenewMs: 10_000, // a signaling node names its sessions to their media nodes this often
  // a session that its signaling node does not name is kept this long, or longer while media flows
  sessionLeaseMs: 30_000,
  // longest life of a session that no signaling node names, while media flows
  sessionUnclaimedMsMax: 600_000,
  pullLingerMs: 5000, // after the last local subscriber
  grantLifetimeMs: 60_000,
  grantClockSkewMs: 5000,
  certificateLifetimeMs: 24 * 3600_000,
  lapsedRenewalMs: 90 * 24 * 3600_000, // an expired certificate can be renewed by its old key for a season
  enrolmentTokenMs: 15 * 60_000,
  // an invitation waits for the person who sets up the host
  invitationMs: { usual: 24 * 3600_000, max: 7 * 24 * 3600_000 },
  mediaNodesPerHostMax: 64, // one per serving core; a host's ports are planned for as many
  hostIdLengthMax: 48, // of an invited host: the ids of its nodes contain it and have at most 64 characters
  nodesMax: 4096, // of a message that names each, and of the links of a node other than the centre
  // of a fleet: 10,000 hosts with a media node and a probe each, and a third more; its centre has a link with each
  fleetNodesMax: 32_768,
  // Configuration that a node reports to the centre (further values are left out, a longer value is cut): twice that of
  // the largest schema, in 17 kB at most.
  configValuesMax: 64,
  configKeyCharactersMax: 64,
  configValueCharactersMax: 200,
  fenceRegionsMax: 16, // of a tenant or token (TOKEN_INVALID); a right to nearly all regions needs no fence
  // shut out by an administrator; each plan lists them all (RATE_LIMITED: lift those older than lapsedRenewalMs)
  nodesDeniedMax: 4096,
  roomsPerNodeMax: 4096,
  sessionsPerNodeMax: 4096,
  decisionStoriesMax: 64, // in one answer of the centre, which recomputes each: some milliseconds for all
  decisionsKeptMax: 20_000, // about 1 kB each, without the shared node views; the oldest is dropped
  shortlistMax: 8,
  speakersMax: 5,
} as const;
