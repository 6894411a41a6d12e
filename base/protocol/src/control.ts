// The numbered requests and messages that services exchange over links, and the four functions that use them: call /
// serve (request with an answer), post / onNote (message without one). A Link of runtime fits ControlLink. Numbers are
// never reused; ranges: 1-19 centre, 20-39 signaling -> centre, 40-69 signaling -> media node, 70-83 media node ->
// signaling, 84-109 signaling <-> signaling, 110-129 media node <-> media node, 130-139 probe <-> probe, 140-149
// gateway or recorder <-> signaling, 150-169 api <-> signaling nodes and gateways, 170-171 api -> centre, 172-179
// signaling <-> signaling again, 180-181 centre again, 182-189 api -> recorder, 190-197 api <-> signaling nodes,
// gateways, recorders and centre again, 198-199 logs, 201-219 api <-> library nodes.
import { decodeWith } from './codec.ts';
import { limits } from './limits.ts';
import { wire } from './wire.ts';

interface Codec<T, P> {
  encode(message: P): { finish(): Uint8Array };
  decode(bytes: Uint8Array): T;
}
export interface Rpc<Q, QP, A, AP> {
  readonly number: number;
  readonly request: Codec<Q, QP>;
  readonly answer: Codec<A, AP>;
}
export interface Note<M, MP> {
  readonly number: number;
  readonly message: Codec<M, MP>;
}
const rpcOf = <Q, QP, A, AP>(number: number, request: Codec<Q, QP>, answer: Codec<A, AP>): Rpc<Q, QP, A, AP> => ({
  number,
  request,
  answer,
});
const noteOf = <M, MP>(number: number, message: Codec<M, MP>): Note<M, MP> => ({ number, message });

export const rpc = {
  register: rpcOf(1, wire.Register, wire.Registered), // any node -> centre
  renewCertificate: rpcOf(2, wire.RenewCertificate, wire.CertificateRenewed), // any node -> centre
  fullReport: rpcOf(3, wire.FullReportWanted, wire.FullReport), // centre -> node
  drain: rpcOf(4, wire.Drain, wire.Empty), // centre -> node
  // media node or signaling node -> centre: whose is the room, and which media nodes hold it; takes nothing; epoch 0:
  // no owner known there
  leaseOf: rpcOf(7, wire.RoomLeaseRequest, wire.RoomLease),
  leader: rpcOf(14, wire.Empty, wire.Leader), // any node -> centre: which centre leads
  followRegions: rpcOf(16, wire.FollowRegions, wire.Following), // region instance -> leader
  charge: rpcOf(17, wire.ChargeRequest, wire.ChargeReply), // region instance <-> leader
  decision: rpcOf(18, wire.DecisionQuery, wire.DecisionAnswer), // leader -> region instance
  // 19: refusals by an instance of a region; gone
  locate: rpcOf(20, wire.LocateRequest, wire.LocateReply),
  place: rpcOf(21, wire.PlaceRequest, wire.PlaceReply),
  releaseDecision: rpcOf(22, wire.ReleaseDecision, wire.Empty),
  roomLease: rpcOf(23, wire.RoomLeaseRequest, wire.RoomLease),
  renewLeases: rpcOf(24, wire.RenewLeases, wire.LeasesRenewed),
  moveSession: rpcOf(25, wire.MoveSession, wire.Empty), // centre -> owner of the room
  // signaling node -> centre, leader -> region instance
  explainDecision: rpcOf(26, wire.ExplainDecision, wire.DecisionExplained),
  transcode: rpcOf(27, wire.Transcode, wire.Empty), // owner of the room -> centre, centre -> gateway
  record: rpcOf(181, wire.RecordOrder, wire.RecordAnswer), // owner of the room -> centre, centre -> recorder
  attachSession: rpcOf(40, wire.AttachSession, wire.SessionAttached),
  adoptSession: rpcOf(41, wire.AdoptSession, wire.SessionAdopted),
  detachSession: rpcOf(42, wire.DetachSession, wire.Empty),
  produce: rpcOf(43, wire.Produce, wire.Produced),
  closeTrack: rpcOf(44, wire.CloseTrack, wire.Empty),
  pauseTrack: rpcOf(45, wire.PauseTrack, wire.Empty),
  subscribeTracks: rpcOf(46, wire.SubscribeTracks, wire.TracksSubscribed),
  unsubscribeTrack: rpcOf(47, wire.UnsubscribeTrack, wire.Empty),
  updateConsumer: rpcOf(48, wire.UpdateConsumer, wire.Empty),
  resumeConsumers: rpcOf(49, wire.ResumeConsumers, wire.Empty),
  trackMoveCommit: rpcOf(50, wire.TrackMoveCommit, wire.Empty),
  restartTransport: rpcOf(51, wire.RestartTransport, wire.IceRestarted),
  repullTrack: rpcOf(52, wire.RepullTrack, wire.Empty),
  roomSnapshot: rpcOf(53, wire.RoomSnapshotRequest, wire.RoomSnapshotReply),
  settleSession: rpcOf(54, wire.SettleSession, wire.SessionSettled),
  updateSession: rpcOf(55, wire.UpdateSession, wire.Empty),
  connectTransport: rpcOf(56, wire.ConnectSessionTransport, wire.Empty),
  // 57: the copy of a room, as a request; gone
  trackStats: rpcOf(60, wire.TrackStatsWanted, wire.OwnTrackStats),
  sessionsMeasured: rpcOf(61, wire.SessionsMeasuredWanted, wire.SessionsMeasured),
  ownerJoin: rpcOf(90, wire.OwnerJoin, wire.OwnerJoined),
  ownerLeave: rpcOf(91, wire.OwnerLeave, wire.Empty),
  ownerPublish: rpcOf(92, wire.OwnerPublish, wire.Empty),
  ownerUnpublish: rpcOf(93, wire.OwnerUnpublish, wire.Empty),
  ownerMute: rpcOf(94, wire.OwnerMute, wire.Empty),
  ownerUpdate: rpcOf(95, wire.OwnerUpdate, wire.Empty),
  // 96: a participant is put out, 103: a ban, 106: a change of the room; gone
  ownerGrants: rpcOf(97, wire.OwnerGrants, wire.OwnerGranted),
  ownerSnapshot: rpcOf(98, wire.OwnerSnapshot, wire.RosterSnapshot),
  ownerOf: rpcOf(99, wire.OwnerOf, wire.RoomOwner), // instance -> instance, without the centre
  signalingMove: rpcOf(104, wire.SignalingMove, wire.Empty), // owner -> signaling node
  ownerMoved: rpcOf(105, wire.OwnerMoved, wire.Empty), // signaling node -> owner
  ownerAct: rpcOf(84, wire.OwnerAct, wire.RoomCommandDone), // signaling node -> owner
  ownerKnock: rpcOf(85, wire.OwnerKnock, wire.OwnerKnocked), // signaling node -> owner
  pipeOpen: rpcOf(110, wire.PipeOpen, wire.PipeOpened),
  pull: rpcOf(111, wire.Pull, wire.Pulled),
  unpull: rpcOf(112, wire.Unpull, wire.Empty),
  pipeSent: rpcOf(115, wire.PipeSentWanted, wire.PipeSent),
  apiKeys: rpcOf(150, wire.ApiKeysWanted, wire.ApiKeys), // node -> api
  revocations: rpcOf(151, wire.RevocationsWanted, wire.Revocations), // node -> api
  // 152, 153, 161: a policy is asked for, stored, changed at the api; gone
  roomGuards: rpcOf(190, wire.RoomGuardsWanted, wire.RoomGuards), // signaling node -> api
  journal: rpcOf(154, wire.Journal, wire.JournalTaken), // owner -> api
  roomCommand: rpcOf(155, wire.RoomCommand, wire.RoomCommandDone), // api -> owner
  roomView: rpcOf(156, wire.RoomViewWanted, wire.RoomView), // api -> owner
  roomsOwned: rpcOf(157, wire.RoomsWanted, wire.RoomsOwned), // api -> signaling node
  // 158, 162: an api watches a room, and what happens in it; gone
  stayQualities: rpcOf(159, wire.StayQualities, wire.Empty), // signaling node -> api
  qualityBatch: rpcOf(191, wire.QualityBatch, wire.Empty), // signaling node -> api
  streamWays: rpcOf(163, wire.StreamWaysWanted, wire.StreamWays), // api -> gateway
  liveRoom: rpcOf(164, wire.LiveRoomWanted, wire.LiveRoom), // api -> gateway
  roomStream: rpcOf(165, wire.RoomStreamOrder, wire.RoomStreamState), // api -> gateway
  roomStreamEnd: rpcOf(166, wire.RoomStreamEnd, wire.Empty), // api -> gateway
  roomStreams: rpcOf(167, wire.RoomStreamsWanted, wire.RoomStreams), // api -> gateway
  policyExchange: rpcOf(168, wire.PolicyExchange, wire.PolicyStored), // owner -> api
  bookRooms: rpcOf(170, wire.BookRooms, wire.RoomsBooked), // api -> centre
  bookedSeats: rpcOf(171, wire.BookedSeatsWanted, wire.BookedSeats), // api -> centre
  fleetSeen: rpcOf(192, wire.FleetWanted, wire.FleetSeen), // api -> centre
  linksSeen: rpcOf(193, wire.LinksWanted, wire.LinksSeen), // api -> centre
  roomPlanned: rpcOf(194, wire.RoomPlanWanted, wire.RoomPlanned), // api -> centre
  decisionStories: rpcOf(195, wire.DecisionStoriesWanted, wire.DecisionStories), // api -> centre
  nodeCommand: rpcOf(196, wire.NodeCommand, wire.NodeCommanded), // api -> centre
  logsSought: rpcOf(198, wire.LogsSought, wire.LogLines), // api -> centre
  logLines: rpcOf(199, wire.LogLinesWanted, wire.LogLines), // centre -> node
  finishRecording: rpcOf(182, wire.FinishRecording, wire.RecordingFinish), // api -> recorder
  eraseRecording: rpcOf(183, wire.EraseRecording, wire.RecordingErased), // api -> recorder
  watchRooms: rpcOf(197, wire.WatchRooms, wire.RoomsWatched), // api -> recorder
  libraryFacts: rpcOf(201, wire.LibraryFactsWanted, wire.LibraryFacts), // api -> library node
  openUpload: rpcOf(202, wire.OpenUpload, wire.Empty), // api -> library node
  dropUpload: rpcOf(203, wire.DropUpload, wire.Empty), // api -> library node
  digestContents: rpcOf(204, wire.DigestContents, wire.ContentsDigest), // api -> library node
  eraseContent: rpcOf(205, wire.EraseContent, wire.Empty), // api -> library node
  makeCover: rpcOf(206, wire.MakeCover, wire.Empty), // api -> library node
  uploadEnded: rpcOf(207, wire.UploadEnded, wire.UploadAnswered), // library node -> api
  takeTasks: rpcOf(208, wire.TakeTasks, wire.TasksTaken), // library node -> api
  renewTask: rpcOf(209, wire.RenewTask, wire.TaskLease), // library node -> api
  endTask: rpcOf(210, wire.EndTask, wire.TaskLease), // library node -> api
  libraryWatched: rpcOf(211, wire.LibraryWatches, wire.Empty), // library node -> api
  hostedReceivers: rpcOf(212, wire.HostedReceiversWanted, wire.HostedReceivers), // library node -> api
  goneContents: rpcOf(213, wire.GoneContentsWanted, wire.GoneContents), // library node -> api
  ownerPost: rpcOf(172, wire.OwnerPost, wire.PostTaken), // signaling node -> owner
  ownerVote: rpcOf(173, wire.OwnerVote, wire.Empty), // signaling node -> owner
  ownerHand: rpcOf(177, wire.OwnerHand, wire.Empty), // signaling node -> owner
  crowdOf: rpcOf(179, wire.CrowdOf, wire.CrowdPeople), // signaling node, api -> signaling node
  probeEcho: rpcOf(130, wire.Empty, wire.Empty), // edge probe <-> edge probe: timed by the asking side
} as const;

export const note = {
  report: noteOf(5, wire.Report), // any node -> centre, every second
  plan: noteOf(6, wire.Plan), // centre -> node
  leases: noteOf(8, wire.RenewLeases), // centre -> media node: whose the rooms are that are placed there
  routes: noteOf(9, wire.Routes), // centre -> media node and edge probe: the routes of its host
  probeReport: noteOf(10, wire.ProbeReport), // edge probe -> centre
  pathReport: noteOf(11, wire.PathReport), // media node -> centre: what its forwarder measured and did
  worldFeed: noteOf(12, wire.WorldFeed), // leader -> region instance
  placer: noteOf(13, wire.RegionPlacer), // leader -> nodes of a region: the centre that places there
  renewalWanted: noteOf(180, wire.RenewalWanted), // centre -> node: renew the certificate now
  leading: noteOf(15, wire.Leader), // centre -> node that waits: it leads from now on
  accessTimes: noteOf(30, wire.AccessTimes), // signaling node -> centre
  echoWanted: noteOf(31, wire.EchoWanted), // centre -> signaling node
  echoKeys: noteOf(32, wire.EchoKeys), // centre -> signaling node, when it registers and when they change
  consumerChanged: noteOf(70, wire.ConsumerChanged),
  consumerClosed: noteOf(71, wire.ConsumerClosed),
  consumerMoved: noteOf(72, wire.ConsumerMoved),
  transportState: noteOf(73, wire.TransportState),
  sessionEnded: noteOf(74, wire.SessionEnded),
  trackEnded: noteOf(75, wire.TrackEnded),
  trackDemand: noteOf(76, wire.TrackDemand),
  speakerLevels: noteOf(77, wire.SpeakerLevels),
  carrierChanged: noteOf(78, wire.CarrierChanged),
  roomLost: noteOf(79, wire.RoomLost),
  sessionsHeld: noteOf(58, wire.SessionsHeld), // signaling node -> media node
  keptRoomWanted: noteOf(81, wire.KeptRoomWanted), // media node -> owner
  keptRoom: noteOf(59, wire.KeptRoom), // owner -> media node
  roomData: noteOf(80, wire.RoomData), // signaling -> node, node -> node, node -> signaling
  channelMessage: noteOf(200, wire.ChannelMessage), // signaling -> node, node -> signaling
  ownerReactions: noteOf(174, wire.OwnerReactions), // signaling node -> owner
  roomPosts: noteOf(175, wire.RoomPosts), // owner -> signaling node
  ownerPostsKept: noteOf(176, wire.OwnerPostsKept), // signaling node -> new owner
  crowdNews: noteOf(178, wire.CrowdNews), // owner -> signaling node
  signalingEvents: noteOf(100, wire.SignalingEvents), // owner -> signaling node
  signalingCommand: noteOf(101, wire.SignalingCommand), // owner -> signaling node
  ownerQuality: noteOf(102, wire.OwnerQuality), // signaling node -> owner
  ownerNeeds: noteOf(107, wire.OwnerNeeds), // signaling node -> owner
  ownerRenditionRefused: noteOf(108, wire.OwnerRenditionRefused), // signaling node -> owner
  ownerUnknock: noteOf(86, wire.OwnerUnknock), // signaling node -> owner
  signalingKnock: noteOf(87, wire.SignalingKnock), // owner -> signaling node
  signalingLobby: noteOf(88, wire.SignalingLobby), // owner -> signaling node
  signalingData: noteOf(89, wire.SignalingData), // owner -> signaling node
  demand: noteOf(113, wire.Demand), // puller -> carrier
  carriedState: noteOf(114, wire.CarriedState), // carrier -> puller
  sessionOpen: noteOf(140, wire.SessionOpen), // opener -> signaling node
  sessionFrame: noteOf(141, wire.SessionFrame), // opener -> signaling node
  sessionFrames: noteOf(142, wire.SessionFrames), // signaling node -> opener
  sessionTaken: noteOf(143, wire.SessionTaken), // opener -> signaling node
  sessionClose: noteOf(144, wire.SessionClose), // either side
  revoked: noteOf(160, wire.Revocations), // api -> node
  tenantLimits: noteOf(169, wire.LimitsOfTenant), // api -> signaling node and gateway
} as const;

/** The part of a link that control messages need. */
export interface ControlLink {
  request(type: number, payload: Uint8Array, o?: { deadlineMs?: number }): Promise<Uint8Array>;
  send(type: number, payload: Uint8Array): boolean;
  onRequest(type: number, handler: (payload: Uint8Array) => Promise<Uint8Array> | Uint8Array): void;
  onMessage(type: number, handler: (payload: Uint8Array) => void): void;
}

/** Sends a request and waits for its answer; rejects with the remote's error code, LINK_CLOSED or LINK_DEADLINE. */
export async function call<Q, QP, A, AP>(
  link: ControlLink,
  kind: Rpc<Q, QP, A, AP>,
  message: NoInfer<QP>,
  o?: { deadlineMs?: number },
): Promise<A> {
  const answer = await link.request(kind.number, kind.request.encode(message).finish(), o);
  return decodeWith(kind.answer, answer, limits.controlFrameBytesMax);
}

/**
 * Answers requests of one kind on one link. An error thrown with a stable code reaches the caller with that code.
 * `gate` is called before a request is read; what it throws refuses the request.
 */
export function serve<Q, QP, A, AP>(
  link: ControlLink,
  kind: Rpc<Q, QP, A, AP>,
  handler: (message: Q) => Promise<NoInfer<AP>> | NoInfer<AP>,
  gate?: () => void,
): void {
  const encode = (answer: NoInfer<AP>): Uint8Array => kind.answer.encode(answer).finish();
  link.onRequest(kind.number, (payload) => {
    try {
      gate?.();
      const answer = handler(decodeWith(kind.request, payload, limits.controlFrameBytesMax));
      // A handler with nothing to wait for answers at once.
      return answer instanceof Promise ? answer.then(encode) : encode(answer);
    } catch (error) {
      return Promise.reject(error);
    }
  });
}

/** Sends a message that has no answer; false when the link is closed or over its back-pressure cap. */
export function post<M, MP>(link: ControlLink, kind: Note<M, MP>, message: NoInfer<MP>): boolean {
  return link.send(kind.number, kind.message.encode(message).finish());
}

/**
 * Handles messages of one kind on one link. Bytes that cannot be read throw FRAME_MALFORMED into the link, which closes
 * it.
 */
export function onNote<M, MP>(link: ControlLink, kind: Note<M, MP>, handler: (message: M) => void): void {
  link.onMessage(kind.number, (payload) => handler(decodeWith(kind.message, payload, limits.controlFrameBytesMax)));
}
