// Shapes that the media node works with: wire messages without optional fields. control-wire.ts converts them.
import type {
  Endpoint,
  LayerKind,
  MediaKind,
  Participant,
  RetainedRoom,
  RtpCapabilities,
  RtpParameters,
  Track,
} from '@meridian/protocol';
import type { DemandLevel, OwnerLease, PipeEnd } from '../core/index.ts';
import type { ChannelMessage, IceParameters, Layers, TransportDescription, TransportState } from '../engine.ts';

export interface RoomRef extends OwnerLease {
  readonly roomKey: string;
}
export interface SessionShape {
  /** The participant without its tracks, kept for the room's next owner. */
  readonly participant: Participant;
  readonly signalingRegion: string;
  readonly resumeKeyHash: string;
  readonly manualSubscribe: boolean;
  readonly capabilities: RtpCapabilities;
  readonly decisionId: string;
  readonly tokenId: string;
  readonly tokenExpiresWallMs: number;
  /**
   * Number of times that a signaling node has adopted the session since the attach. Of two signaling nodes, the one
   * with the higher number has the session.
   */
  readonly adoption: number;
  /**
   * Number of moves of the session. Of two media nodes on which the session is settled (not `moving`), the one with the
   * higher number has it.
   */
  readonly home: number;
  /** True on a node to which the session is moving, until the session is settled there. */
  readonly moving: boolean;
  /** Fence of the room: comma-separated regions that its media and data may touch; '': all. */
  readonly fence: string;
}
/** A grant, made by the room's owner and checked by the serving node. */
export interface GrantShape {
  readonly claim: Uint8Array;
  readonly signature: Uint8Array;
  readonly certificatePem: string;
}
export interface TrackRequest {
  readonly trackId: string;
  readonly carrierNodeId: string;
  /** Address of the carrier by the owner's plan; undefined: the owner named none. */
  readonly carrierUrl?: string | undefined;
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
/** Limit on all participants of a tenant together. */
export interface PublishLimit {
  /** 0: no limit. */
  readonly publishBps: number;
  /** A limit with a higher version replaces one with a lower version. */
  readonly version: number;
}
export interface AttachRequest {
  readonly room: RoomRef;
  readonly session: SessionShape;
  /** Undefined: the session does not send. At least one of `send` and `recv` is set. */
  readonly send: Endpoint | undefined;
  /** Undefined: the session does not receive. */
  readonly recv: Endpoint | undefined;
  readonly trackRequests: readonly TrackRequest[];
  readonly publishLimit: PublishLimit;
  /** The session takes its warm transports, if they are still here. */
  readonly warm: boolean;
}
/** Transports of a session; undefined in a direction in which the session has no media. */
export interface Transports {
  readonly send: TransportDescription | undefined;
  readonly recv: TransportDescription | undefined;
}
export interface AdoptedSession extends Transports {
  readonly session: SessionShape;
  readonly subscriptions: SubscriptionView[];
  readonly tracks: Track[];
}
/** `attached`: a signaling node has the session. `hasMedia`: something has arrived from its client lately. */
export interface RoomSnapshot {
  readonly sessions: { session: SessionShape; tracks: Track[]; attached: boolean; hasMedia: boolean }[];
  readonly highestEpoch: number;
  readonly kept: RetainedRoom;
  readonly served: ServedTrack[];
}
export interface ServedTrack {
  readonly trackId: string;
  readonly pullerNodeIds: string[];
}
/** Data message of a participant to others in the room. */
export interface DataMessageShape {
  readonly roomKey: string;
  /** Neighbour whose link brought the message, by its certificate; '' for a session of this node. */
  readonly originNodeId: string;
  readonly sessionId: string;
  readonly identity: string;
  readonly payload: Uint8Array;
  readonly topic: string;
  readonly lossy: boolean;
  readonly wallMs: number;
  readonly destinationSessionIds: readonly string[];
}
/** Message of a data channel between a session's client and its signaling node. */
export interface ChannelMessageShape extends ChannelMessage {
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
  /** Reason why this node or the carrier holds the track back; undefined: the track is not held. */
  readonly holdReason: string | undefined;
}

/** A carrier's report on a track, sent to each node that pulls it. */
export interface CarriedState {
  readonly roomKey: string;
  readonly trackId: string;
  readonly paused: boolean;
  readonly closed: boolean;
  readonly reason: string;
  /** Score at the origin, 1 … 10; 0: not known. */
  readonly score: number;
  /** True when the carrier cannot reach its own carrier; pulling nodes should look for another carrier. */
  readonly doubtful?: boolean;
  /** Reason why the carrier holds a wanted track back; '' or absent: it does not. */
  readonly held?: string;
  /** True when others, too, get the track from the carrier, or from a node between the carrier and the publisher. */
  readonly shared?: boolean;
  /** Number of the carrier's producer of the track, in the order in which they were made; 0: any. */
  readonly trackEpoch: number;
}

/** Messages to other nodes. No call waits or throws: a node without a link misses the message. */
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
    /** `fromNodeId` and `toNodeId`: the old and the new node of the track; absent: unchanged. */
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
    o: { trackId: string; level: DemandLevel; catchUp?: number },
  ): void;
  /** Asks the owner for its copy of a room that has a session on this node. */
  retainedRoomRequest(ownerId: string, roomKey: string): void;
  speakerLevels(ownerId: string, roomKey: string, speakers: { sessionId: string; levelDbov: number }[]): void;
  carrierChanged(
    ownerId: string,
    o: { roomKey: string; trackId: string; carries: boolean; fromNodeId: string; doubtful: boolean },
  ): void;
  roomLost(signalingId: string, o: { roomKey: string; code: string; sessionIds: string[] }): void;
  /** Returns false when the link is gone or full. */
  dataToSignaling(signalingId: string, data: DataMessageShape): boolean;
  /** Returns false when the link is gone or full. */
  channelMessage(signalingId: string, message: ChannelMessageShape): boolean;
  /** Sends nothing to a node whose certificate is outside the fence. Returns false when the link is gone or full. */
  dataToNode(nodeId: string, data: DataMessageShape, fence: string): boolean;
  /**
   * Demands the layers `level` of a track from a carrier. With `catchUp`, only starts this catch-up stream
   * (`catchUpIds` in engine.ts), numbered from 1.
   */
  demand(
    nodeId: string,
    o: { roomKey: string; trackId: string; trackEpoch: number; level: DemandLevel; catchUp?: number },
  ): void;
  carriedState(nodeId: string, o: CarriedState): void;
}

export interface PulledTrack {
  readonly track: Track;
  readonly rtpParameters: RtpParameters;
  readonly paused: boolean;
  readonly publisherSessionId: string;
  /** Number of the carrier's producer of the track; 0: the carrier does not report it. */
  readonly trackEpoch: number;
  /** True when others, too, get the track from the carrier, or from a node between the carrier and the publisher. */
  readonly shared: boolean;
}
/**
 * Requests to neighbours. They reject with a stable code; FENCED_OUT: the neighbour is outside the fence. `unpull`
 * expects no answer.
 */
export interface Neighbours {
  /** Sees to a link with the node, which later calls wait for. `url`: its address, if the caller knows it. */
  reach(nodeId: string, url: string | undefined): void;
  pull(
    nodeId: string,
    o: { roomKey: string; fence: string; trackId: string; grant: GrantShape | undefined },
  ): Promise<PulledTrack>;
  unpull(nodeId: string, o: { roomKey: string; trackId: string; trackEpoch: number }): void;
  pipeOpen(nodeId: string, fence: string, end: PipeEnd): Promise<PipeEnd>;
  pipeSentBytes(nodeId: string, fence: string): Promise<number>;
}
export type { IceParameters };
