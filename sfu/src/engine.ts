// The port to the media engine: the small part of mediasoup that a media node uses. Types only.
// Whatever is created here is closed by its creator; closing is idempotent and synchronous. Nothing goes away by
// itself but consumers with their producer (they say so), and everything at once when the worker dies (onDied says so).
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

export interface Layers {
  readonly spatialLayer: number;
  readonly temporalLayer?: number;
}
export interface ConsumerEvents {
  /** The producer is gone, and so is the consumer. Not called for our own close() of it or of its transport. */
  closed(): void;
  producerPaused(paused: boolean): void;
  /** 0 dead … 10 perfect: how well the stream reaches the subscriber. */
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
  /** Resuming video asks the publisher for a key frame. */
  resume(): Promise<void>;
  setPreferredLayers(layers: Layers): Promise<void>;
  setPriority(priority: number): Promise<void>;
  /** Round trip, by the receiver's latest report; undefined: none has come. */
  roundTripMs(): Promise<number | undefined>;
  /** How it arrives, by the receiver's latest report: a share of 0 … 1, and without a round trip when none has come. */
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
  /** 0 … 1, of the latest interval that was reported to the sender. */
  readonly lossShare: number;
  readonly jitterMs: number;
  /** Undefined: the sender's reports do not say. */
  readonly roundTripMs: number | undefined;
}
export interface EngineProducer {
  readonly id: string;
  readonly kind: MediaKind;
  readonly layerKind: LayerKind;
  /** Spatial layers: encodings of a simulcast, spatial layers of an SVC stream, else 1. */
  readonly layerCount: number;
  readonly mimeType: string;
  /** Streams of the same pictures, silent until one of them is asked for a key frame; paused and closed with it. */
  readonly catchUpIds: readonly string[];
  readonly paused: boolean;
  readonly closed: boolean;
  setPaused(paused: boolean): Promise<void>;
  /** What arrives of it now, all layers. */
  bitrateBps(): Promise<number>;
  /** How it arrives now: the worst of its streams. */
  arrival(): Promise<Arrival>;
  close(): void;
}
export interface ProduceOptions {
  readonly id: string;
  readonly kind: MediaKind;
  /** Encodings that are catch-up streams (`catchUpRid`) become streams of their own, not layers. */
  readonly rtpParameters: RtpParameters;
  readonly paused: boolean;
  /**
   * Key frames asked for within this time are asked for once; 0: every request goes on to where the track comes from.
   */
  readonly keyFrameRequestDelayMs: number;
  /** 0 nothing arrives … 10 perfect: how well the best of its streams arrives here. Called when it changes. */
  readonly onScore: (score: number) => void;
}

export interface Traffic {
  readonly txBps: number;
  readonly rxBps: number;
  /** So far, of whatever kind. */
  readonly sentBytes: number;
  /** So far, of whatever kind: media, RTCP, STUN; over a plain transport that publishes, its media. */
  readonly receivedBytes: number;
}
/** What the congestion control of one receiver's transport knows. */
export interface Downlink {
  /** Its estimate of what fits; undefined before the first video consumer of a receiver that sends feedback. */
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
  /** Of an endpoint with data channels. */
  readonly sctp?: { readonly port: number; readonly maxMessageBytes: number };
}
/** What the client is answered: our side of its endpoint. `srtp` of a plain one is the key that we send with. */
export type TransportDescription = { readonly id: string } & (WebRtcDescription | PlainEndpoint);
/**
 * One direction of one client. Connected when it is made: a webrtc one waits for the client whose certificate has the
 * given fingerprint, and without a fingerprint for `connect`; a plain one sends to the given address, and hears no
 * other.
 */
export interface ClientTransport {
  readonly kind: Endpoint['kind'];
  readonly id: string;
  readonly state: TransportState;
  describe(): TransportDescription;
  produce(o: ProduceOptions): Promise<EngineProducer>;
  /** Consumers are created paused. */
  consume(o: ConsumeOptions): Promise<EngineConsumer>;
  /**
   * Of a webrtc one that was made without a fingerprint, once: OUT_OF_ORDER for another one later. A plain one has
   * none: REQUEST_INVALID.
   */
  connect(fingerprint: Fingerprint): Promise<void>;
  /** A plain one has no ICE: REQUEST_INVALID. */
  restartIce(): Promise<IceParameters>;
  traffic(): Promise<Traffic>;
  /**
   * Asks the sender to send at most so many bits per second, a whole number; 0: as many as it likes. Nothing makes it
   * obey.
   */
  limitIncoming(bps: number): Promise<void>;
  downlink(): Promise<Downlink>;
  /**
   * Over a data channel of the endpoint: one that the node opens, as soon as the client is connected. False: there is
   * no such channel, it is closed, the message is empty or too large, or may be lost and the channel is not open or
   * much waits already. A reliable message waits for the client and behind the others. BACKPRESSURE: too much does.
   */
  sendChannel(message: ChannelMessage): boolean;
  close(): void;
}

/** Our end of a pipe to one neighbour: SRTP, RTX, no SCTP. */
export interface Pipe {
  readonly ip: string;
  readonly port: number;
  readonly srtp: SrtpKey;
  /** Once per pipe. */
  connect(remote: { ip: string; port: number; srtp: SrtpKey }): Promise<void>;
  /** All layers of a producer and its catch-up streams, flowing at once. */
  consume(o: { producerId: string; catchUpIds: readonly string[]; events: ConsumerEvents }): Promise<EngineConsumer>;
  produce(o: ProduceOptions): Promise<EngineProducer>;
  traffic(): Promise<Traffic>;
  close(): void;
}

/** Hears the levels of the audio producers given to it. */
export interface LevelObserver {
  add(producer: EngineProducer): Promise<void>;
  close(): void;
}

export interface EngineUsage {
  /** CPU time of the worker since it started. */
  readonly cpuMs: number;
  readonly rssBytes: number;
}
export interface ListenAddress {
  readonly protocol: 'udp' | 'tcp';
  readonly ip: string;
  readonly announcedAddress: string | undefined;
  readonly port: number;
}

/** One message of a data channel. */
export interface ChannelMessage {
  readonly label: string;
  readonly payload: Uint8Array;
}
/** What comes over the data channels that a client opens. */
export interface ChannelEvents {
  /** A binary message of a channel that the endpoint names. */
  onMessage(message: ChannelMessage): void;
  /**
   * Anything else: on a stream that is not open or control messages that open none (`not_open`), text and empty ones
   * (`not_binary`), an acknowledgement that could not be sent (`not_sent`).
   */
  onDropped(why: 'not_open' | 'not_binary' | 'not_sent', bytes: number): void;
}

export interface Engine {
  readonly capabilities: RtpCapabilities;
  readonly workerPid: number;
  /** Where clients reach it, with the ports that were really taken. */
  readonly clientAddresses: readonly ListenAddress[];
  readonly pipeAddress: { readonly ip: string; readonly announcedAddress: string | undefined };
  /** ENDPOINT_UNSUPPORTED when this node does not offer such endpoints. */
  createClientTransport(o: {
    endpoint: Endpoint;
    onState: (state: TransportState) => void;
    /** The client opens the data channels of the endpoint, and this hears them; absent: the node opens them. */
    channels?: ChannelEvents;
  }): Promise<ClientTransport>;
  createPipe(): Promise<Pipe>;
  createLevelObserver(o: {
    onLevels: (levels: { producerId: string; levelDbov: number }[]) => void;
  }): Promise<LevelObserver>;
  /** Whether a receiver with these capabilities can decode the producer. */
  canConsume(producerId: string, capabilities: RtpCapabilities): boolean;
  usage(): Promise<EngineUsage>;
  close(cause: string): void;
}

/** Starts an engine. `onDied` is called at most once, when the worker ends without having been closed. */
export type EngineFactory = (o: { onDied: (reason: string) => void }) => Promise<Engine>;
