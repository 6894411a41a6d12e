// The port to the media engine: types of the small part of mediasoup that a media node uses. Each object is closed by
// its creator; closing is idempotent and synchronous. Without a close, a consumer ends with its producer (`closed`),
// and every object ends when the worker dies (`onDied`).
import type {
  Endpoint,
  Fingerprint,
  LayerKind,
  MediaKind,
  PlainEndpoint,
  RtpCapabilities,
  RtpParameters,
  SrtpKey,
} from '@meridian/protocol';
import type { LayerSet } from './core/index.ts';

export interface Layers {
  readonly spatialLayer: number;
  readonly temporalLayer?: number;
}
export interface ConsumerEvents {
  /** Called when the producer is gone, and the consumer with it. Not called after `close()`. */
  closed(): void;
  producerPaused(paused: boolean): void;
  /** Reports how well the stream reaches the subscriber: 0 dead … 10 perfect. */
  score(score: number): void;
  layers(layers: Layers | undefined): void;
}
export interface EngineConsumer {
  readonly id: string;
  readonly kind: MediaKind;
  readonly layerKind: LayerKind;
  readonly rtpParameters: RtpParameters;
  readonly paused: boolean;
  readonly producerPaused: boolean;
  readonly score: number;
  readonly layers: Layers | undefined;
  pause(): Promise<void>;
  /** Resuming video requests a key frame from the publisher. */
  resume(): Promise<void>;
  /** `leftOut`: over a pipe, the spatial layers below the preferred one that are not needed beyond it. */
  setPreferredLayers(layers: Layers & { readonly leftOut?: LayerSet }): Promise<void>;
  setPriority(priority: number): Promise<void>;
  /** Returns the round trip of the receiver's latest report; undefined without a report. */
  roundTripMs(): Promise<number | undefined>;
  /** Returns loss 0 … 1 and round trip of the receiver's latest report. */
  arrival(): Promise<Pick<Arrival, 'lossShare' | 'roundTripMs'>>;
  requestKeyFrame(): Promise<void>;
  close(): void;
}

export interface ConsumeOptions {
  readonly producerId: string;
  readonly capabilities: RtpCapabilities;
  readonly events: ConsumerEvents;
}

export interface Arrival {
  /** Share of packets lost in the latest interval reported to the sender, 0 … 1. */
  readonly lossShare: number;
  readonly jitterMs: number;
  /** Undefined when the sender's reports lack it. */
  readonly roundTripMs: number | undefined;
}
export interface EngineProducer {
  readonly id: string;
  readonly kind: MediaKind;
  readonly layerKind: LayerKind;
  /** Number of spatial layers: encodings of a simulcast, spatial layers of an SVC stream, else 1. */
  readonly layerCount: number;
  /** Number of temporal layers of each encoding or spatial layer. */
  readonly temporalLayerCount: number;
  readonly mimeType: string;
  /**
   * Producer ids of the track's catch-up streams, which bring the same pictures from an earlier key frame on (ADR
   * 0026). Each is silent until a key frame is requested from it, and is paused and closed with this producer.
   */
  readonly catchUpIds: readonly string[];
  readonly paused: boolean;
  readonly closed: boolean;
  setPaused(paused: boolean): Promise<void>;
  bitrateBps(): Promise<number>;
  /** Returns the worst loss and jitter of the incoming streams. */
  arrival(): Promise<Arrival>;
  close(): void;
}
export interface ProduceOptions {
  readonly id: string;
  readonly kind: MediaKind;
  /** Encodings that are catch-up streams (`catchUpRid`) become separate streams, not layers. */
  readonly rtpParameters: RtpParameters;
  readonly paused: boolean;
  /** Key frame requests within this time are merged into one; 0: every request is sent on. */
  readonly keyFrameRequestDelayMs: number;
  /** Called with the score of the producer's best stream when it changes: 0 nothing arrives … 10 perfect. */
  readonly onScore: (score: number) => void;
}

export interface Traffic {
  readonly txBps: number;
  readonly rxBps: number;
  /** Total since the transport was created: media, RTCP and STUN. */
  readonly sentBytes: number;
  /** Total like `sentBytes`; on a plain transport that publishes, only media. */
  readonly receivedBytes: number;
}
export interface Downlink {
  /** Estimated capacity; undefined before the first video consumer of a receiver that sends feedback. */
  readonly availableBps: number | undefined;
  /** Share of packets lost on the way, 0 … 1, an average weighted towards the latest feedback. */
  readonly lossShare: number;
}
export type TransportState = 'new' | 'connected' | 'disconnected' | 'failed' | 'closed';
export interface IceParameters {
  readonly usernameFragment: string;
  readonly password: string;
  readonly iceLite: boolean;
}
export interface IceCandidate {
  readonly foundation: string;
  readonly priority: number;
  readonly address: string;
  readonly protocol: 'udp' | 'tcp';
  readonly port: number;
  readonly type: string;
  readonly tcpType: string;
}
export interface WebRtcDescription {
  readonly kind: 'webrtc';
  readonly iceParameters: IceParameters;
  readonly iceCandidates: readonly IceCandidate[];
  readonly fingerprints: readonly Fingerprint[];
  /** `client`: this node begins DTLS; `auto`: the client begins. */
  readonly dtlsRole: 'auto' | 'client';
  /** Present on an endpoint with data channels. */
  readonly sctp?: { readonly port: number; readonly maxMessageBytes: number };
}
/** This node's side of the client's endpoint. `srtp` of a plain endpoint is the key that this node sends with. */
export type TransportDescription = { readonly id: string } & (WebRtcDescription | PlainEndpoint);
/**
 * A client's transport in one direction. A webrtc transport without a fingerprint waits for `connect`. A plain
 * transport accepts datagrams from its given address only.
 */
export interface ClientTransport {
  readonly kind: Endpoint['kind'];
  readonly id: string;
  readonly state: TransportState;
  describe(): TransportDescription;
  produce(o: ProduceOptions): Promise<EngineProducer>;
  /**
   * Creates a paused consumer. Rejects with CODEC_UNSUPPORTED when the capabilities have no codec of the producer, with
   * TRACK_UNKNOWN when the producer has ended.
   */
  consume(o: ConsumeOptions): Promise<EngineConsumer>;
  /** Rejects with OUT_OF_ORDER for another fingerprint than the first, with REQUEST_INVALID for a plain transport. */
  connect(fingerprint: Fingerprint): Promise<void>;
  /** Rejects with REQUEST_INVALID for a plain transport, which has no ICE. */
  restartIce(): Promise<IceParameters>;
  traffic(): Promise<Traffic>;
  /** Asks the sender for at most this bitrate, a whole number; 0: no limit. The sender may ignore it. */
  limitIncoming(bps: number): Promise<void>;
  downlink(): Promise<Downlink>;
  /**
   * Makes `estimateBps` follow the worker's estimate of the downlink: a fall by a quarter at once, other changes within
   * a second. Idempotent.
   */
  followEstimate(): Promise<void>;
  /** Latest estimate in bit/s; undefined before the first one after `followEstimate`. */
  readonly estimateBps: number | undefined;
  /**
   * Returns false when the message is dropped: its channel is unknown or closed, or it is empty or too large. While the
   * channel is not open yet or is full, a lossy message is dropped too, and a reliable message waits. Throws
   * BACKPRESSURE when too many bytes wait.
   */
  sendChannel(message: ChannelMessage): boolean;
  close(): void;
}

/** This node's end of a pipe to one neighbour: SRTP, RTX, no SCTP. */
export interface Pipe {
  readonly ip: string;
  readonly port: number;
  readonly srtp: SrtpKey;
  connect(remote: { ip: string; port: number; srtp: SrtpKey }): Promise<void>;
  /**
   * Consumes all layers of a producer, and its catch-up streams. The consumer is created flowing. Its preferred layers
   * are the highest that it sends; a worker without the patch `pipe-layers` sends all.
   */
  consume(o: { producerId: string; catchUpIds: readonly string[]; events: ConsumerEvents }): Promise<EngineConsumer>;
  produce(o: ProduceOptions): Promise<EngineProducer>;
  traffic(): Promise<Traffic>;
  close(): void;
}

export interface LevelObserver {
  add(producer: EngineProducer): Promise<void>;
  close(): void;
}

export interface EngineUsage {
  /** Time of the worker's answer, by the clock of `performance`. */
  readonly atMs: number;
  readonly cpuMs: number;
  readonly rssBytes: number;
  /** Bytes of all transports since the worker's start; undefined if the worker does not count them. */
  readonly traffic: { readonly sentBytes: number; readonly receivedBytes: number } | undefined;
}
export interface ListenAddress {
  readonly protocol: 'udp' | 'tcp';
  readonly ip: string;
  readonly announcedAddress: string | undefined;
  readonly port: number;
}

export interface ChannelMessage {
  readonly label: string;
  readonly payload: Uint8Array;
}
export interface ChannelEvents {
  onMessage(message: ChannelMessage): void;
  /**
   * Reports a dropped message. `not_open`: a message on a stream without an open channel, or a control message that
   * opens none; `not_binary`: a text or empty message; `not_sent`: an acknowledgement that failed.
   */
  onDropped(why: 'not_open' | 'not_binary' | 'not_sent', bytes: number): void;
}

export interface Engine {
  readonly capabilities: RtpCapabilities;
  readonly workerPid: number;
  /** True when consumers of an SVC stream follow a publisher that leaves layers out. */
  readonly followsKeyPictures: boolean;
  readonly clientAddresses: readonly ListenAddress[];
  readonly pipeAddress: { readonly ip: string; readonly announcedAddress: string | undefined };
  /** Rejects with ENDPOINT_UNSUPPORTED when this node does not offer such endpoints. */
  createClientTransport(o: {
    endpoint: Endpoint;
    onState: (state: TransportState) => void;
    /** Given: the client opens the data channels, and their messages come here. Absent: the node opens them. */
    channels?: ChannelEvents;
  }): Promise<ClientTransport>;
  createPipe(): Promise<Pipe>;
  createLevelObserver(o: {
    onLevels: (levels: { producerId: string; levelDbov: number }[]) => void;
  }): Promise<LevelObserver>;
  /** The worker's latest answer to its heartbeat; undefined before the first one. */
  readonly usage: EngineUsage | undefined;
  close(cause: string): void;
}

/** Starts an engine. `onDied` is called at most once, when the worker ends without having been closed. */
export type EngineFactory = (o: { onDied: (reason: string) => void }) => Promise<Engine>;
