// Messages 150-171 and 182-199 go between the api and nodes or the centre, 201-213 between the api and library nodes,
// 214-216 between recorders and the api or each other. 182 is retired: it finished recordings before ADR 0042.
import { wire } from '../wire.ts';
import { noteOf, rpcOf } from './kinds.ts';

export const apiRpc = {
  apiKeys: rpcOf(150, wire.ApiKeysRequest, wire.ApiKeys), // node -> api
  revocations: rpcOf(151, wire.RevocationsRequest, wire.Revocations), // node -> api
  roomGuards: rpcOf(190, wire.RoomGuardsRequest, wire.RoomGuards), // signaling node -> api
  journal: rpcOf(154, wire.Journal, wire.JournalStored), // owner -> api
  roomCommand: rpcOf(155, wire.RoomCommand, wire.RoomCommandDone), // api -> owner
  roomView: rpcOf(156, wire.RoomViewRequest, wire.RoomView), // api -> owner
  roomsOwned: rpcOf(157, wire.RoomsRequest, wire.RoomsOwned), // api -> signaling node
  stayQualities: rpcOf(159, wire.StayQualities, wire.Empty), // signaling node -> api
  qualityBatch: rpcOf(191, wire.QualityBatch, wire.Empty), // signaling node -> api
  streamAddresses: rpcOf(163, wire.StreamAddressesRequest, wire.StreamAddresses), // api -> gateway
  liveRoom: rpcOf(164, wire.LiveRoomRequest, wire.LiveRoom), // api -> gateway
  roomStream: rpcOf(165, wire.RoomStreamOrder, wire.RoomStreamState), // api -> gateway
  roomStreamEnd: rpcOf(166, wire.RoomStreamEnd, wire.Empty), // api -> gateway
  roomStreams: rpcOf(167, wire.RoomStreamsRequest, wire.RoomStreams), // api -> gateway
  policyExchange: rpcOf(168, wire.PolicyExchange, wire.PolicyStored), // owner -> api
  bookRooms: rpcOf(170, wire.BookRooms, wire.RoomsBooked), // api -> centre
  bookedSeats: rpcOf(171, wire.BookedSeatsRequest, wire.BookedSeats), // api -> centre
  fleetSeen: rpcOf(192, wire.FleetRequest, wire.FleetSeen), // api -> centre
  linksSeen: rpcOf(193, wire.LinksRequest, wire.LinksSeen), // api -> centre
  roomPlanned: rpcOf(194, wire.RoomPlanRequest, wire.RoomPlanned), // api -> centre
  decisionStories: rpcOf(195, wire.DecisionStoriesRequest, wire.DecisionStories), // api -> centre
  nodeCommand: rpcOf(196, wire.NodeCommand, wire.NodeCommanded), // api -> centre
  logsSought: rpcOf(198, wire.LogsSought, wire.LogLines), // api -> centre
  logLines: rpcOf(199, wire.LogLinesRequest, wire.LogLines), // centre -> node
  eraseRecording: rpcOf(183, wire.EraseRecording, wire.RecordingErased), // api -> recorder
  recordingStints: rpcOf(214, wire.RecordingStintsRequest, wire.RecordingStints), // api -> recorder
  readStint: rpcOf(215, wire.ReadStint, wire.StintBytes), // recorder -> recorder
  taskUpload: rpcOf(216, wire.TaskUpload, wire.TaskUploadAnswer), // recorder -> api
  watchRooms: rpcOf(197, wire.WatchRooms, wire.RoomsWatched), // api -> recorder
  libraryFacts: rpcOf(201, wire.LibraryFactsRequest, wire.LibraryFacts), // api -> library node
  openUpload: rpcOf(202, wire.OpenUpload, wire.Empty), // api -> library node
  dropUpload: rpcOf(203, wire.DropUpload, wire.Empty), // api -> library node
  digestContents: rpcOf(204, wire.DigestContents, wire.ContentsDigest), // api -> library node
  eraseContent: rpcOf(205, wire.EraseContent, wire.Empty), // api -> library node
  makeCover: rpcOf(206, wire.MakeCover, wire.Empty), // api -> library node
  uploadEnded: rpcOf(207, wire.UploadEnded, wire.UploadAnswered), // library node -> api
  takeTasks: rpcOf(208, wire.TakeTasks, wire.TasksLeased), // library node -> api
  renewTask: rpcOf(209, wire.RenewTask, wire.TaskLease), // library node -> api
  endTask: rpcOf(210, wire.EndTask, wire.TaskLease), // library node -> api
  libraryWatched: rpcOf(211, wire.LibraryWatches, wire.Empty), // library node -> api
  hostedReceivers: rpcOf(212, wire.HostedReceiversRequest, wire.HostedReceivers), // library node -> api
  goneContents: rpcOf(213, wire.GoneContentsRequest, wire.GoneContents), // library node -> api
};

export const apiNote = {
  revoked: noteOf(160, wire.Revocations), // api -> node
  tenantLimits: noteOf(169, wire.LimitsOfTenant), // api -> signaling node and gateway
};
