// A client's transport in one direction without ICE and DTLS: RTP and RTCP on one port, with a fixed remote address.
// It is never `comedia`, because then the first sender of a datagram would get the stream.
import { isIPv6 } from 'node:net';
import { isLoopback, MeridianError, type PlainEndpoint } from '@meridian/protocol';
import type { types } from 'mediasoup';
import type {
  ClientTransport,
  ConsumeOptions,
  Downlink,
  EngineConsumer,
  EngineProducer,
  ProduceOptions,
  Traffic,
  TransportDescription,
  TransportState,
} from '../../engine.ts';
import { consumeOn, downlinkOf, Estimate, produceOn, trafficOf } from './streams.ts';

export interface PlainListen {
  readonly ip: string;
  readonly announcedAddress?: string | undefined;
  readonly portMin: number;
  readonly portMax: number;
}

const loopbackPorts = { portMin: 10_000, portMax: 59_999 };

/** Throws ENDPOINT_UNSUPPORTED when the node has no address for this peer. */
function listenFor({ ip }: PlainEndpoint, listen: PlainListen | undefined): PlainListen {
  if (isLoopback(ip)) return { ip: isIPv6(ip) ? '::1' : '127.0.0.1', ...loopbackPorts };
  if (listen === undefined)
    throw new MeridianError('ENDPOINT_UNSUPPORTED', 'the media node takes plain endpoints on loopback only');
  if (isIPv6(listen.ip) !== isIPv6(ip))
    throw new MeridianError('ENDPOINT_UNSUPPORTED', 'the media node has no address of this family');
  return listen;
}

export class MediasoupPlainTransport implements ClientTransport {
  readonly kind = 'plain';
  readonly #transport: types.PlainTransport;
  readonly #address: string;
  readonly #estimate: Estimate;
  #state: TransportState = 'connected';
  #hasProduced = false;

  /** Rejects with ENDPOINT_UNSUPPORTED, or with NO_CAPACITY when all ports are in use. */
  static async create(o: {
    router: types.Router;
    endpoint: PlainEndpoint;
    listen: PlainListen | undefined;
    socketBufferBytes: number;
  }): Promise<MediasoupPlainTransport> {
    const { router, endpoint, socketBufferBytes } = o;
    const { ip, port } = endpoint;
    const listen = listenFor(endpoint, o.listen);
    const { announcedAddress } = listen;
    const srtp = endpoint.srtp && {
      cryptoSuite: endpoint.srtp.cryptoSuite as types.SrtpCryptoSuite,
      keyBase64: endpoint.srtp.keyBase64,
    };
    const options: types.PlainTransportOptions = {
      listenInfo: {
        protocol: 'udp',
        ip: listen.ip,
        ...(announcedAddress === undefined ? {} : { announcedAddress }),
        portRange: { min: listen.portMin, max: listen.portMax },
        sendBufferSize: socketBufferBytes,
        recvBufferSize: socketBufferBytes,
      },
      rtcpMux: true,
      comedia: false,
      enableSctp: false,
      ...(srtp && { enableSrtp: true, srtpCryptoSuite: srtp.cryptoSuite }),
    };
    const transport = await router.createPlainTransport(options).catch((cause: unknown) => {
      if (router.closed) throw cause;
      throw new MeridianError('NO_CAPACITY', 'no port for a plain endpoint', { cause });
    });
    try {
      await transport.connect({ ip, port, ...(srtp && { srtpParameters: srtp }) });
      if (srtp !== undefined && transport.srtpParameters === undefined)
        throw new Error('the transport came without SRTP');
    } catch (error) {
      transport.close();
      throw error;
    }
    return new MediasoupPlainTransport(transport, announcedAddress ?? listen.ip);
  }

  constructor(transport: types.PlainTransport, address: string) {
    this.#transport = transport;
    this.#address = address;
    this.#estimate = new Estimate(transport);
    transport.on('routerclose', () => {
      this.#state = 'closed';
    });
  }

  get id(): string {
    return this.#transport.id;
  }
  get state(): TransportState {
    return this.#state;
  }

  describe(): TransportDescription {
    const { id, tuple, srtpParameters: srtp } = this.#transport;
    return { kind: 'plain', id, ip: this.#address, port: tuple.localPort, ...(srtp && { srtp }) };
  }

  produce(o: ProduceOptions): Promise<EngineProducer> {
    this.#hasProduced = true;
    return produceOn(this.#transport, o);
  }
  consume(o: ConsumeOptions): Promise<EngineConsumer> {
    return consumeOn(this.#transport, o);
  }
  connect(): Promise<never> {
    return Promise.reject(new MeridianError('REQUEST_INVALID', 'a plain endpoint has no fingerprint'));
  }
  restartIce(): Promise<never> {
    return Promise.reject(new MeridianError('REQUEST_INVALID', 'a plain endpoint has no ICE'));
  }
  traffic(): Promise<Traffic> {
    // The worker's byte count includes datagrams from other addresses, which it drops only later. Its count of
    // producers' media does not, but exists only for a client that publishes.
    return trafficOf(this.#transport, this.#hasProduced ? 'rtp of producers' : undefined);
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
  sendChannel(): boolean {
    return false;
  }
  close(): void {
    this.#transport.close();
    this.#state = 'closed';
  }
}
