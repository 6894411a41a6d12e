// The strict shapes that the media node works with. Wire messages become these at the control adapters and end there.
import type {
  Endpoint,
  KeptRoom,
  LayerKind,
  MediaKind,
  Participant,
  RtpCapabilities,
  RtpParameters,
  Track,
} from '@meridian/protocol';
import type { PipeEnd, RoomLeaseSeen } from '../core/index.ts';
import type { ChannelMessage, IceParameters, Layers, TransportDescription, TransportState } from '../engine.ts';

export interface RoomRef extends RoomLeaseSeen {
  readonly roomKey: string;
}
export interface SessionShape {
  /** Kept for the room's next owner. Its tracks are not in here. */
  readonly participant: Participant;
  readonly signalingRegion: string;
  readonly resumeKeyHash: string;
  readonly manualSubscribe: boolean;
  readonly capabilities: RtpCapabilities;
  readonly decisionId: string;
  readonly tokenId: string;
  readonly tokenExpiresWallMs: number;
  /**
   * How often the session has been handed to a signaling node since it was attached: of two signaling nodes the one
   * with the higher number has it.
   */
  readonly adoption: number;
  /** How often the session has been moved: of two nodes that hold it settled, the one with the higher number has it. */
  readonly home: number;
  /** A second home, beside the one that counts, until it is settled. */
  readonly moving: boolean;
  /** Of its room: regions that its media and data may touch. */
  readonly fence: string;
}
/** Opaque here: made by the room's owner, checked by the serving node. */
export interface GrantShape {
  readonly claim: Uint8Array;
  readonly signature: Uint8Array;
  readonly certificatePem: string;
}
/** One track that a session is to receive, and where to get it. */
export interface TrackRequest {
  readonly trackId: string;
  readonly carrierNodeId: string;
  readonly grant: GrantShape | undefined;
  readonly paused: boolean;
  readonly spatialLayer: number | undefined;
  readonly temporalLayer: number | undefined;
  readonly publisherSessionId: string;
}
export interface ConsumerPreferences {
  readonly paused: boolean;
  readonly spatialLayer: number | undefined;
  readonly temporalLayer: number | undefined;
  readonly priority: number;
}
export interface SubscriptionView {
  readonly consumerId: string;
  readonly trackId: string;
  readonly publisherSessionId: string;
  readonly kind: MediaKind;
  readonly layerKind: LayerKind;
  readonly rtpParameters: RtpParameters;
  readonly producerPaused: boolean;
  readonly trackEpoch: number;
}
export interface FailedSubscription {
  readonly trackId: string;
  readonly code: string;
  readonly message: string;
}
export interface SubscribeResult {
  readonly subscriptions: SubscriptionView[];
  readonly failed: FailedSubscription[];
}
/** What the participants of a tenant may send to this node together. */
export interface PublishLimit {
  /** 0: no limit. */
  readonly publishBps: number;
  /** Of two the higher one counts. */
  readonly version: number;
}
export interface AttachRequest {
  readonly room: RoomRef;
  readonly session: SessionShape;
  /** Undefined: the session does not send, or does not receive. One of the two is there. */
  readonly send: Endpoint | undefined;
  readonly recv: Endpoint | undefined;
  readonly trackRequests: readonly TrackRequest[];
  /** Of the room's tenant. */
  readonly publishLimit: PublishLimit;
}
/** Undefined: the session does not send, or does not receive. */
export interface Transports {
  readonly send: TransportDescription | undefined;
  readonly recv: TransportDescription | undefined;
}
export interface Adopted extends Transports {
  readonly session: SessionShape;
  readonly subscriptions: SubscriptionView[];
  readonly tracks: Track[];
}
export interface RoomSnapshot {
  readonly sessions: { session: SessionShape; tracks: Track[]; attached: boolean; hasMedia: boolean }[];
  readonly highestEpoch: number;
  readonly kept: KeptRoom;
  /** Of each track: which nodes pull it from here. */
  readonly served: ServedTrack[];
}
export interface ServedTrack {
  readonly trackId: string;
  readonly pullerNodeIds: string[];
}
export interface DataShape {
  readonly roomKey: string;
  /** The neighbour from whose link it came, by its certificate; '' when it is of a session of this node. */
  readonly originNodeId: string;
  readonly sessionId: string;
  readonly identity: string;
  readonly payload: Uint8Array;
  readonly topic: string;
  readonly lossy: boolean;
  readonly wallMs: number;
  readonly destinationSessionIds: readonly string[];
}
/** One message of a data channel of the session. */
export interface ChannelShape extends ChannelMessage {
  readonly roomKey: string;
  readonly sessionId: string;
}
export interface ConsumerState {
  readonly consumerId: string;
  readonly trackId: string;
  readonly producerPaused: boolean;
  readonly layers: Layers | undefined;
  readonly score: number;
  readonly paused: boolean;
  /** Why the node keeps it back, when it does. */
  readonly heldBy: string | undefined;
}

/** What a carrier says of a track to the nodes that pull it. */
export interface CarriedState {
  readonly roomKey: string;
  readonly trackId: string;
  readonly paused: boolean;
  readonly closed: boolean;
  readonly reason: string;
  /** At the origin, 1 … 10; 0: not known. */
  readonly score: number;
  /** The carrier cannot reach its own carrier: get it from another. */
  readonly doubtful?: boolean;
  /** Why the carrier keeps it back though it is wanted; '' or absent: it does not. */
  readonly held?: string;
  /** Others get the track from the carrier or above it, too. */
  readonly shared?: boolean;
  /** Which of the carrier's producers of the track is meant; 0: whichever. */
  readonly trackEpoch: number;
}

/** What the node says by itself. Nothing here waits or fails: a signaling node that is not linked does not hear it. */
export interface Outbox {
  consumerChanged(signalingId: string, at: { roomKey: string; sessionId: string }, state: ConsumerState): void;
  consumerClosed(
    signalingId: string,
    at: { roomKey: string; sessionId: string },
    o: { consumerId: string; trackId: string; reason: string },
  ): void;
  consumerMoved(
    signalingId: string,
    at: { roomKey: string; sessionId: string },
    /** From, to: the nodes that the track came from and comes from now; absent: the same one. */
    o: { oldConsumerId: string; subscription: SubscriptionView; fromNodeId?: string; toNodeId?: string },
  ): void;
  transportState(
    signalingId: string,
    at: { roomKey: string; sessionId: string },
    o: { transportId: string; state: TransportState },
  ): void;
  sessionEnded(signalingId: string, at: { roomKey: string; sessionId: string }, code: string): void;
  trackEnded(
    signalingId: string,
    at: { roomKey: string; sessionId: string },
    o: { trackId: string; reason: string },
  ): void;
  trackDemand(
    signalingId: string,
    at: { roomKey: string; sessionId: string },
    o: { trackId: string; maxSpatialLayer: number; catchUp?: number },
  ): void;
  /** A session of the room is here and nothing of this owner is kept. */
  keptRoomWanted(ownerId: string, roomKey: string): void;
  speakerLevels(ownerId: string, roomKey: string, speakers: { sessionId: string; levelDbov: number }[]): void;
  carrierChanged(
    ownerId: string,
    o: { roomKey: string; trackId: string; carries: boolean; fromNodeId: string; doubtful: boolean },
  ): void;
  roomLost(signalingId: string, o: { roomKey: string; code: string; sessionIds: string[] }): void;
  /** False when the link is gone or full. */
  dataToSignaling(signalingId: string, data: DataShape): boolean;
  /** False when the link is gone or full. */
  channelMessage(signalingId: string, message: ChannelShape): boolean;
  /** Nothing goes to a node outside the fence, by its certificate. False when the link is gone or full. */
  dataToNode(nodeId: string, data: DataShape, fence: string): boolean;
  /** `catchUp`: nothing but that this catch-up stream, from 1, is to begin. */
  demand(
    nodeId: string,
    o: { roomKey: string; trackId: string; trackEpoch: number; level: number; catchUp?: number },
  ): void;
  carriedState(nodeId: string, o: CarriedState): void;
}

export interface PulledTrack {
  readonly track: Track;
  readonly rtpParameters: RtpParameters;
  readonly paused: boolean;
  readonly publisherSessionId: string;
  /** Which of the carrier's producers of the track it is; 0: the carrier does not say. */
  readonly trackEpoch: number;
  /** Others get the track from the carrier or above it, too. */
  readonly shared: boolean;
}
/**
 * Requests to a neighbour over its link; each rejects with a stable code, FENCED_OUT when its certificate names a
 * region outside the fence.
 */
export interface Neighbours {
  pull(
    nodeId: string,
    o: { roomKey: string; fence: string; trackId: string; grant: GrantShape | undefined },
  ): Promise<PulledTrack>;
  unpull(nodeId: string, o: { roomKey: string; trackId: string; trackEpoch: number }): void;
  pipeOpen(nodeId: string, fence: string, end: PipeEnd): Promise<PipeEnd>;
  /** What it has sent over the pipe for rooms of this fence so far. */
  pipeSentBytes(nodeId: string, fence: string): Promise<number>;
}
export type { IceParameters };
