// Messages 84-109 and 172-179 go from signaling nodes to the owner of a room, unless a row says otherwise. Messages
// 140-149 go between openers (gateways or recorders) and their signaling nodes.
import { wire } from '../wire.ts';
import { noteOf, rpcOf } from './kinds.ts';

export const ownerRpc = {
  ownerJoin: rpcOf(90, wire.OwnerJoin, wire.OwnerJoined),
  ownerLeave: rpcOf(91, wire.OwnerLeave, wire.Empty),
  ownerPublish: rpcOf(92, wire.OwnerPublish, wire.Empty),
  ownerUnpublish: rpcOf(93, wire.OwnerUnpublish, wire.Empty),
  ownerMute: rpcOf(94, wire.OwnerMute, wire.Empty),
  ownerUpdate: rpcOf(95, wire.OwnerUpdate, wire.Empty),
  ownerGrants: rpcOf(97, wire.OwnerGrants, wire.OwnerGranted),
  ownerSnapshot: rpcOf(98, wire.OwnerSnapshot, wire.RosterSnapshot),
  ownerOf: rpcOf(99, wire.OwnerOf, wire.RoomOwner), // instance -> instance, without the centre
  signalingMove: rpcOf(104, wire.SignalingMove, wire.Empty), // owner -> signaling node
  ownerMoved: rpcOf(105, wire.OwnerMoved, wire.Empty),
  ownerAct: rpcOf(84, wire.OwnerAct, wire.RoomCommandDone),
  ownerKnock: rpcOf(85, wire.OwnerKnock, wire.OwnerKnocked),
  ownerPost: rpcOf(172, wire.OwnerPost, wire.PostAccepted),
  ownerVote: rpcOf(173, wire.OwnerVote, wire.Empty),
  ownerHand: rpcOf(177, wire.OwnerHand, wire.Empty),
  crowdOf: rpcOf(179, wire.CrowdOf, wire.CrowdPeople), // signaling node, api -> signaling node
};

export const ownerNote = {
  ownerReactions: noteOf(174, wire.OwnerReactions),
  roomPosts: noteOf(175, wire.RoomPosts), // owner -> signaling node
  ownerPostsKept: noteOf(176, wire.OwnerPostsKept), // signaling node -> new owner
  crowdNews: noteOf(178, wire.CrowdNews), // owner -> signaling node
  signalingEvents: noteOf(100, wire.SignalingEvents), // owner -> signaling node
  signalingCommand: noteOf(101, wire.SignalingCommand), // owner -> signaling node
  ownerQuality: noteOf(102, wire.OwnerQuality),
  ownerNeeds: noteOf(107, wire.OwnerNeeds),
  ownerRenditionRefused: noteOf(108, wire.OwnerRenditionRefused),
  ownerUnknock: noteOf(86, wire.OwnerUnknock),
  signalingKnock: noteOf(87, wire.SignalingKnock), // owner -> signaling node
  signalingLobby: noteOf(88, wire.SignalingLobby), // owner -> signaling node
  signalingData: noteOf(89, wire.SignalingData), // owner -> signaling node
  sessionOpen: noteOf(140, wire.SessionOpen), // opener -> signaling node
  sessionFrame: noteOf(141, wire.SessionFrame), // opener -> signaling node
  sessionFrames: noteOf(142, wire.SessionFrames), // signaling node -> opener
  sessionConsumed: noteOf(143, wire.SessionConsumed), // opener -> signaling node
  sessionClose: noteOf(144, wire.SessionClose), // either side
};
