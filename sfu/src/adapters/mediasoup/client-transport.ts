// A client's transport in one direction, with ICE and DTLS. If the client's fingerprint came with its Join, the
// transport is connected at creation, so that media can start without a further message of the client.
import { type DataChannel, type Fingerprint, MeridianError, type WebRtcEndpoint } from '@meridian/protocol';
import type { types } from 'mediasoup';
import type {
  ChannelEvents,
  ChannelMessage,
  ClientTransport,
  ConsumeOptions,
  Downlink,
  EngineConsumer,
  EngineProducer,
  IceParameters,
  ProduceOptions,
  Traffic,
  TransportDescription,
  TransportState,
} from '../../engine.ts';
import { type ChannelHub, sctpOptions } from './channel-hub.ts';
import { ChannelsFromClient } from './channels-from-client.ts';
import { ChannelsToClient } from './channels-to-client.ts';
import { consumeOn, downlinkOf, Estimate, produceOn, trafficOf } from './streams.ts';

/** With this estimate, simulcast starts on a high layer instead of climbing from mediasoup's 600 kbit/s. */
const initialOutgoingBps = 1_500_000;
/**
 * Time of three missed consent refreshes, which browsers send every 5 s. A departure shows earlier: the socket closes.
 */
const iceConsentTimeoutSeconds = 15;

export class MediasoupClientTransport implements ClientTransport {
  readonly #transport: types.WebRtcTransport;
  readonly #clientRole: 'client' | 'server';
  readonly #onState: (state: TransportState) => void;
  readonly kind = 'webrtc';
  readonly #estimate: Estimate;
  #state: TransportState = 'new';
  #channelsToClient: ChannelsToClient | undefined;
  #connection: { readonly fingerprint: Fingerprint; readonly done: Promise<void> } | undefined;

  static async create(o: {
    router: types.Router;
    webRtcServer: types.WebRtcServer;
    endpoint: WebRtcEndpoint;
    hub: ChannelHub;
    channels: ChannelEvents | undefined;
    onState: (state: TransportState) => void;
    onCreated: (transport: types.WebRtcTransport) => void;
  }): Promise<MediasoupClientTransport> {
    const transport = await o.router.createWebRtcTransport({
      webRtcServer: o.webRtcServer,
      enableUdp: true,
      enableTcp: true,
      preferUdp: true,
      iceConsentTimeout: iceConsentTimeoutSeconds,
      initialAvailableOutgoingBitrate: initialOutgoingBps,
      ...(o.endpoint.dataChannels !== undefined && sctpOptions),
    });
    o.onCreated(transport);
    const self = new MediasoupClientTransport(transport, o.endpoint, o.onState);
    try {
      const { dataChannels, fingerprint } = o.endpoint;
      if (dataChannels !== undefined) await self.#makeChannels(o.hub, dataChannels, o.channels);
      if (fingerprint !== undefined) await self.connect(fingerprint);
    } catch (error) {
      transport.close();
      throw error;
    }
    return self;
  }

  constructor(transport: types.WebRtcTransport, endpoint: WebRtcEndpoint, onState: (state: TransportState) => void) {
    this.#transport = transport;
    this.#clientRole = endpoint.dtlsServer === true ? 'server' : 'client';
    this.#onState = onState;
    this.#estimate = new Estimate(transport);
    transport.on('dtlsstatechange', () => this.#refreshState());
    transport.on('icestatechange', () => this.#refreshState());
    transport.on('routerclose', () => this.#setState('closed'));
    transport.on('listenserverclose', () => this.#setState('closed'));
  }

  get id(): string {
    return this.#transport.id;
  }
  get state(): TransportState {
    return this.#state;
  }

  describe(): TransportDescription {
    const { id, iceParameters, iceCandidates, dtlsParameters, sctpParameters: sctp } = this.#transport;
    return {
      kind: 'webrtc',
      id,
      iceParameters: iceOf(iceParameters),
      iceCandidates: iceCandidates.map((candidate) => ({
        foundation: candidate.foundation,
        priority: candidate.priority,
        address: candidate.address,
        protocol: candidate.protocol,
        port: candidate.port,
        type: candidate.type,
        tcpType: candidate.tcpType ?? '',
      })),
      fingerprints: dtlsParameters.fingerprints,
      dtlsRole: this.#clientRole === 'server' ? 'client' : 'auto',
      ...(sctp && { sctp: { port: sctp.port, maxMessageBytes: sctp.maxReceiveMessageSize } }),
    };
  }

  produce(o: ProduceOptions): Promise<EngineProducer> {
    return produceOn(this.#transport, o);
  }

  consume(o: ConsumeOptions): Promise<EngineConsumer> {
    return consumeOn(this.#transport, o);
  }

  async connect({ algorithm, value }: Fingerprint): Promise<void> {
    if (this.#connection === undefined) {
      const fingerprint = { algorithm: algorithm as types.FingerprintAlgorithm, value };
      const dtlsParameters = { role: this.#clientRole, fingerprints: [fingerprint] };
      this.#connection = { fingerprint, done: this.#transport.connect({ dtlsParameters }) };
    } else if (this.#connection.fingerprint.algorithm !== algorithm || this.#connection.fingerprint.value !== value)
      throw new MeridianError('OUT_OF_ORDER', 'the transport has another fingerprint already');
    await this.#connection.done;
  }

  async restartIce(): Promise<IceParameters> {
    return iceOf(await this.#transport.restartIce());
  }
  traffic(): Promise<Traffic> {
    return trafficOf(this.#transport);
  }
  limitIncoming(bps: number): Promise<void> {
    return this.#transport.setMaxIncomingBitrate(bps);
  }
  downlink(): Promise<Downlink> {
    return downlinkOf(this.#transport);
  }
  followEstimate(): Promise<void> {
    return this.#estimate.follow();
  }
  get estimateBps(): number | undefined {
    return this.#estimate.bps;
  }
  sendChannel(message: ChannelMessage): boolean {
    return this.#channelsToClient?.send(message) ?? false;
  }
  close(): void {
    this.#channelsToClient?.close();
    this.#transport.close();
    this.#state = 'closed';
  }

  async #makeChannels(
    hub: ChannelHub,
    channels: readonly DataChannel[],
    events: ChannelEvents | undefined,
  ): Promise<void> {
    const transport = this.#transport;
    if (events === undefined) this.#channelsToClient = await ChannelsToClient.create({ transport, hub, channels });
    else await ChannelsFromClient.create({ transport, hub, channels, events });
  }

  #refreshState(): void {
    const { dtlsState, iceState } = this.#transport;
    if (dtlsState === 'failed') this.#setState('failed');
    else if (dtlsState === 'closed' || iceState === 'closed') this.#setState('closed');
    else if (iceState === 'disconnected') this.#setState('disconnected');
    else if (dtlsState === 'connected' && iceState !== 'new') this.#setState('connected');
  }

  #setState(state: TransportState): void {
    if (state === this.#state || this.#state === 'closed') return;
    this.#state = state;
    this.#onState(state);
  }
}

const iceOf = (ice: types.IceParameters): IceParameters => ({
  usernameFragment: ice.usernameFragment,
  password: ice.password,
  iceLite: ice.iceLite ?? true,
});
