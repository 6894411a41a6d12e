// Messages 1-39, 180-181 and 219 go between nodes, the leading centre and the centres of regions. Signaling nodes send
// 20-24 and 26.
import { wire } from '../wire.ts';
import { noteOf, rpcOf } from './kinds.ts';

export const centreRpc = {
  register: rpcOf(1, wire.Register, wire.Registered), // any node -> centre
  renewCertificate: rpcOf(2, wire.RenewCertificate, wire.CertificateRenewed), // any node -> centre
  fullReport: rpcOf(3, wire.FullReportRequest, wire.FullReport), // centre -> node
  drain: rpcOf(4, wire.Drain, wire.Empty), // centre -> node
  // media node or signaling node -> centre: returns the owner of the room and the media nodes that hold it, and takes
  // no lease; epoch 0 means no known owner
  leaseOf: rpcOf(7, wire.RoomLeaseRequest, wire.RoomLease),
  leader: rpcOf(14, wire.Empty, wire.Leader), // any node -> centre: which centre leads
  followRegions: rpcOf(16, wire.FollowRegions, wire.Following), // region instance -> leader
  charge: rpcOf(17, wire.ChargeRequest, wire.ChargeReply), // region instance <-> leader
  decision: rpcOf(18, wire.DecisionQuery, wire.DecisionAnswer), // leader -> region instance
  locate: rpcOf(20, wire.LocateRequest, wire.LocateReply),
  place: rpcOf(21, wire.PlaceRequest, wire.PlaceReply),
  releaseDecision: rpcOf(22, wire.ReleaseDecision, wire.Empty),
  roomLease: rpcOf(23, wire.RoomLeaseRequest, wire.RoomLease),
  renewLeases: rpcOf(24, wire.RenewLeases, wire.LeasesRenewed),
  moveSession: rpcOf(25, wire.MoveSession, wire.Empty), // centre -> owner of the room
  explainDecision: rpcOf(26, wire.ExplainDecision, wire.DecisionExplained), // also leader -> region instance
  transcode: rpcOf(27, wire.Transcode, wire.Empty), // owner of the room -> centre, centre -> gateway
  nodeAddress: rpcOf(219, wire.NodeAddressRequest, wire.NodeAddress), // media node -> centre, about a media node
  record: rpcOf(181, wire.RecordOrder, wire.RecordAnswer), // owner of the room -> centre, centre -> recorder
};

export const centreNote = {
  report: noteOf(5, wire.Report), // any node -> centre, every second
  plan: noteOf(6, wire.Plan), // centre -> node
  leases: noteOf(8, wire.RenewLeases), // centre -> media node: owners of the rooms placed there
  routes: noteOf(9, wire.Routes), // centre -> media node and edge probe: the routes of its host
  probeReport: noteOf(10, wire.ProbeReport), // edge probe -> centre
  pathReport: noteOf(11, wire.PathReport), // media node -> centre: measurements and actions of its forwarder
  worldFeed: noteOf(12, wire.WorldFeed), // leader -> region instance
  placer: noteOf(13, wire.RegionPlacer), // leader -> nodes of a region: the centre that places there
  renewalRequest: noteOf(180, wire.RenewalRequest), // centre -> node: renew the certificate now
  leading: noteOf(15, wire.Leader), // centre -> waiting node: the centre leads from now on
  accessTimes: noteOf(30, wire.AccessTimes), // signaling node -> centre
  echoRequest: noteOf(31, wire.EchoRequest), // centre -> signaling node
  echoKeys: noteOf(32, wire.EchoKeys), // centre -> signaling node, when it registers and when they change
};
