// Every numeric bound of the protocol with its reason. Overflow behaviour: refuse with the code named.
export const limits = {
  protocolVersion: 1,
  // frames
  // a Join with full RTP capabilities is ~6 kB; a 16 kB data message fits (FRAME_TOO_LARGE, socket closed 1009)
  clientFrameBytesMax: 64 * 1024,
  controlFrameBytesMax: 1024 * 1024, // a plan of 1,000 nodes is ~300 kB
  // What SCTP implementations carry without trouble; a 15 kB part of a LiveKit stream fits (DATA_TOO_LARGE).
  dataBytesMax: 16 * 1024,
  dataChannelsMax: 4, // of one endpoint
  dataChannelLabelMax: 64,
  // One message of a data channel: a largest data message, and 256 receivers named in it with 60 characters each. A
  // media node drops a larger one of a client, and does not send a larger one.
  channelMessageBytesMax: 32 * 1024,
  lossyDataBytesMax: 1300, // one datagram (DATA_TOO_LARGE)
  topicLengthMax: 128, // a call between participants has its method and number there (rpc-wire.ts)
  nameLengthMax: 128,
  roomTitleLengthMax: 200, // characters (code points): the first line of a calendar entry (REQUEST_INVALID)
  metadataBytesMax: 4096,
  attributesMax: 64, // of a participant; every roster carries them (REQUEST_INVALID, in a token TOKEN_INVALID)
  attributesBytesMax: 4096, // their keys and values together: as much as metadata (as attributesMax)
  // every participant in the room hears it with every change, and a media node keeps it (REQUEST_INVALID)
  roomMetadataBytesMax: 16 * 1024,
  // without tracks, as a media node keeps it: metadata and attributes are the most of it (REQUEST_INVALID)
  participantBytesMax: 12 * 1024,
  tokenBytesMax: 8 * 1024,
  revocableIdMax: 128, // of an API key, a token's `jti`, and its `via` (TOKEN_INVALID)
  apiKeysPerRequestMax: 100, // that a node asks the api for at once (REQUEST_INVALID); a tenth of the largest frame
  // signaling
  authDeadlineMs: 5000, // socket open to valid Join (AUTH_TIMEOUT)
  pingIntervalMs: 2500, // ws ping; with two misses allowed a dead network is known after ≤ 7.5 s
  pingMissesMax: 2,
  resumeGraceMs: 2000, // abnormal socket loss to "left": 7.5 s + 2 s stays under the 10 s promised
  clientBufferedBytesMax: 1024 * 1024, // unsent bytes per client (BACKPRESSURE, socket closed)
  clientRequestsPerSecond: 50, // token bucket, burst 100 (RATE_LIMITED)
  clientRequestBurst: 100,
  // Data messages and chat of one sender (RATE_LIMITED). Payload and topic as sent: a file at 2 Mbit/s, or 49 requests
  // a second of 5 kB; the burst is half of what may wait for a receiver. And times their receivers: 100 participants
  // hear 49 cursors a second of 800 bytes, and one largest message to a full room fits the burst.
  // Two channels, each with every frame of 60 a second, and room for more; apart from other requests (RATE_LIMITED)
  dataMessagesPerSecond: 200,
  dataMessagesBurst: 400,
  dataBytesPerSecond: 256 * 1024,
  dataBurstBytes: 512 * 1024,
  dataDeliveredBytesPerSecond: 4 * 1024 * 1024,
  dataDeliveredBurstBytes: 17 * 1024 * 1024,
  // Sites that a client times at once: the centre names so many (why five:
  // scheduler/src/locating/core/ingress/echo-sites.ts), a signaling node passes on and the SDK takes no more; the rest
  // is left out.
  echoSitesMax: 5,
  // session
  tracksPerParticipantMax: 16,
  allowedSubscribersMax: 100, // that a participant names; every signaling node of the room keeps them (REQUEST_INVALID)
  subscriptionsPerParticipantMax: 512,
  participantsPerRoomMax: 1000, // first version: rosters are sent whole
  // A roster and 512 offers with their grants (~0.96 kB each, 0.49 MB) make one answer of the owner, which has to fit
  // controlFrameBytesMax. A participant with a microphone and a camera counts ~0.4 kB, so a thousand fit (ROOM_FULL; an
  // update beyond it: REQUEST_INVALID)
  rosterBytesMax: 500_000,
  encodingsMax: 4,
  codecsPerCapabilitiesMax: 64,
  headerExtensionsMax: 32,
  // RTP parameters and capabilities: what is kept of them is repeated to every subscriber (REQUEST_INVALID)
  // of one track; a simulcast camera of Chromium is ~1.2 kB. Sixteen such tracks fit any answer
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
  destinationsMax: 256,
  // policy of a room
  policyMembersMax: 1000, // as many as a room has participants (REQUEST_INVALID); 60 bytes each
  policyBansMax: 500, // a ban more drops the oldest that ends
  spotlightMax: 9,
  recordingsPerRoomMax: 8, // running or waiting; every client of the room sees them (QUOTA_EXCEEDED)
  recordingPriorityMax: 9, // (REQUEST_INVALID)
  slowModeMsMax: 3_600_000, // (REQUEST_INVALID)
  postWordsMax: 500, // of a room; each at most postWordLengthMax (REQUEST_INVALID)
  postWordLengthMax: 64,
  postLengthMax: 500, // characters (code points) of one post: three lines of a phone (REQUEST_INVALID)
  postDataBytesMax: 4096, // JSON of a gift (REQUEST_INVALID)
  postsKeptMax: 200, // of a room, for those that come later; older ones are in recordings
  questionsMax: 500, // open at a time (QUOTA_EXCEEDED)
  pollsMax: 20, // of a room (QUOTA_EXCEEDED)
  pollOptionsMax: 12,
  pollTextLengthMax: 200, // characters (REQUEST_INVALID)
  pollOptionLengthMax: 100,
  reactionsPerSecond: 20, // of one client; more are not counted: no finger is faster
  reactionNamesMax: 16, // of a room; counts of others are left out
  // Posts that a client gets with its Joined, and questions of a board: a fifth of what may wait for it in all
  postsBytesMax: 96 * 1024,
  questionsShownMax: 100, // of a board; the rest is kept, and can be voted for
  // Votes of a room, for all its questions, and for all its polls: two of each viewer of the largest show. One more is
  // refused (QUOTA_EXCEEDED) until a question or poll is removed; of those that have voted each may change its vote
  questionVotesMax: 100_000,
  pollVotesMax: 200_000,
  breakOutsMax: 50, // of a room (REQUEST_INVALID)
  breakOutNameLengthMax: 64, // characters (REQUEST_INVALID)
  breakOutIdentitiesMax: 1000, // in all break-outs of a room: as many as it has participants (REQUEST_INVALID)
  // of all break-outs of a room, as JSON: all participants hear it with every change of the room (REQUEST_INVALID)
  breakOutsBytesMax: 48 * 1024,
  pageUrlLengthMax: 2048, // of a recorded page (REQUEST_INVALID)
  stageMax: 50, // of a show: participants that may publish (ROOM_FULL, in an act QUOTA_EXCEEDED)
  handsMax: 1000, // raised in the crowd of a show (QUOTA_EXCEEDED)
  crowdPageMax: 100, // people of a crowd in one answer
  waitersMax: 1000, // in front of one room (ROOM_FULL)
  waitersShownMax: 100, // of them, to hosts
  kickBanMs: 60_000, // a kicked token does not come back within this time
  // REST (BODY_TOO_LARGE)
  restBodyBytesMax: 256 * 1024, // a thousand users with their names
  restPublicBodyBytesMax: 16 * 1024, // of what needs no token: names, codes and passwords are a few kB
  // nodes
  reportIntervalMs: 1000,
  // between dials to the centre: after its restart all are back while it still waits for them (1.5 s)
  centreBackoffMs: { first: 200, max: 1000 },
  // of nodes: a centre that stalls is left within 2 s, which is when another may lead
  centreLink: { pingIntervalMs: 500, pongTimeoutMs: 1500 },
  suspectAfterMs: 3000, // silence by the centre's own monotonic clock
  deadAfterMs: 5000, // only without the word of other machines; all else: scheduler/src/fleet/core/liveness.ts
  // a join waits for its turn at the centre; signaling nodes wait longer than that for the answer
  admissionWaitMsMax: 1500,
  decisionConfirmMs: 10_000, // a charge that no node confirms lapses
  roomLeaseMs: 10_000,
  roomLeaseRenewMs: 3000,
  // how far above what is known an epoch may be that others name (EPOCH_STALE, REQUEST_INVALID); no room has so many
  // owners
  epochJumpMax: 2 ** 20,
  // of a centre: what a term grants is above all that earlier ones did, also when their store is lost (roomEpochFloor)
  roomEpochsPerTerm: 2 ** 14,
  roomEmptyReleaseMs: 5000,
  orphanSessionMs: 30_000, // a session whose signaling node is gone is kept this long for adoption
  sessionRenewMs: 10_000, // a signaling node names its sessions to their media nodes this often
  // a session that its signaling node does not name is kept this long, and longer while media flows
  sessionLeaseMs: 30_000,
  // no signaling node speaks for it, and media flows: a running call needs none above it, for so long
  sessionUnclaimedMsMax: 600_000,
  pullLingerMs: 5000, // after the last local subscriber
  grantLifetimeMs: 60_000,
  grantClockSkewMs: 5000,
  certificateLifetimeMs: 24 * 3600_000,
  lapsedRenewalMs: 90 * 24 * 3600_000, // a certificate that ran out is renewed so long by its old key: a season off
  enrolmentTokenMs: 15 * 60_000,
  // an invitation waits for the person that sets the host up
  invitationMs: { usual: 24 * 3600_000, max: 7 * 24 * 3600_000 },
  mediaNodesPerHostMax: 64, // one per core that serves; a host's ports are planned for as many
  hostIdLengthMax: 48, // of an invited host: the ids of its nodes, which are at most 64 long, contain it
  nodesMax: 4096,
  // of the configuration that a node shows the centre (what is beyond is left out, a longer value cut): twice what the
  // largest schema shares, in 17 kB at most
  configValuesMax: 64,
  configKeyCharactersMax: 64,
  configValueCharactersMax: 200,
  fenceRegionsMax: 16, // of a tenant or token (TOKEN_INVALID); a right to nearly all regions needs no fence
  // shut out by an administrator; each plan names them all (RATE_LIMITED: lift those older than lapsedRenewalMs)
  nodesDeniedMax: 4096,
  roomsPerNodeMax: 4096,
  sessionsPerNodeMax: 4096,
  decisionStoriesMax: 64, // in one answer of the centre; each is gone through again, all of them in some milliseconds
  decisionsKeptMax: 20_000, // about 1 kB each, the shared node views apart; the oldest goes
  shortlistMax: 8,
  speakersMax: 5,
} as const;
