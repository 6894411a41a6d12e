// Messages 40-69 go from signaling nodes to media nodes, 70-83 back, 110-129 between media nodes, 130-139 between edge
// probes. Message 200 goes both ways between signaling nodes and media nodes, 217 from signaling nodes to media nodes.
import { wire } from '../wire.ts';
import { noteOf, rpcOf } from './kinds.ts';

export const mediaRpc = {
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
  trackStats: rpcOf(60, wire.TrackStatsRequest, wire.OwnTrackStats),
  sessionsMeasured: rpcOf(61, wire.SessionsMeasuredRequest, wire.SessionsMeasured),
  warmUp: rpcOf(217, wire.WarmUp, wire.WarmedUp),
  pipeOpen: rpcOf(110, wire.PipeOpen, wire.PipeOpened),
  pull: rpcOf(111, wire.Pull, wire.Pulled),
  unpull: rpcOf(112, wire.Unpull, wire.Empty),
  pipeSent: rpcOf(115, wire.PipeSentRequest, wire.PipeSent),
  probeEcho: rpcOf(130, wire.Empty, wire.Empty),
};

export const mediaNote = {
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
  sessionsHeld: noteOf(58, wire.SessionsHeld),
  retainedRoomRequest: noteOf(81, wire.RetainedRoomRequest),
  retainedRoom: noteOf(59, wire.RetainedRoom), // owner -> media node
  roomData: noteOf(80, wire.RoomData), // signaling -> node, node -> node, node -> signaling
  channelMessage: noteOf(200, wire.ChannelMessage), // signaling -> node, node -> signaling
  demand: noteOf(113, wire.Demand), // puller -> carrier
  carriedState: noteOf(114, wire.CarriedState), // carrier -> puller
};
