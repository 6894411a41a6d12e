// The real engine with one difference: client media goes through direct transports, so that a test can inject and read
// RTP packets without a browser. Transports, pipes, worker and router are real.
import type { RtpCapabilities } from '@meridian/protocol';
import type { types } from 'mediasoup';
import { MediasoupEngine, type MediasoupOptions } from '../../../src/adapters/mediasoup/engine.ts';
import { MediasoupConsumer, type MediasoupProducer, produceOn } from '../../../src/adapters/mediasoup/streams.ts';
import type {
  ClientTransport,
  ConsumerEvents,
  Downlink,
  Engine,
  EngineFactory,
  EngineProducer,
  ProduceOptions,
  TransportState,
} from '../../../src/engine.ts';

export class InjectedTransport implements ClientTransport {
  readonly kind = 'webrtc';
  readonly real: ClientTransport;
  readonly direct: types.DirectTransport;
  readonly #onState: (state: TransportState) => void;
  readonly producers = new Map<string, MediasoupProducer>();
  readonly consumers = new Map<string, MediasoupConsumer>();
  readonly received = new Map<string, Buffer[]>();
  readonly rtcp: Buffer[] = [];
  /** Pretended state of the congestion control, which a direct transport lacks; undefined: no estimate. */
  pretendedDownlink: Downlink | undefined;
  #state: TransportState = 'new';

  constructor(real: ClientTransport, direct: types.DirectTransport, onState: (state: TransportState) => void) {
    this.real = real;
    this.direct = direct;
    this.#onState = onState;
    direct.on('rtcp', (packet) => this.rtcp.push(packet));
  }

  get id(): string {
    return this.real.id;
  }
  get state(): TransportState {
    return this.#state;
  }
  describe(): ReturnType<ClientTransport['describe']> {
    return this.real.describe();
  }
  /** Pretends a state of ICE and DTLS. */
  setState(state: TransportState): void {
    this.#state = state;
    this.#onState(state);
  }
  async produce(o: ProduceOptions): Promise<EngineProducer> {
    const producer = await produceOn(this.direct, o);
    this.producers.set(o.id, producer);
    return producer;
  }
  async consume(o: {
    producerId: string;
    capabilities: RtpCapabilities;
    events: ConsumerEvents;
  }): Promise<MediasoupConsumer> {
    const handle = await this.direct.consume({
      producerId: o.producerId,
      rtpCapabilities: o.capabilities as types.RtpCapabilities,
      paused: true,
      enableRtx: true,
    });
    const packets: Buffer[] = [];
    this.received.set(handle.id, packets);
    handle.on('rtp', (packet) => packets.push(packet));
    const consumer = new MediasoupConsumer(handle, o.events);
    this.consumers.set(handle.id, consumer);
    return consumer;
  }
  restartIce(): ReturnType<ClientTransport['restartIce']> {
    return this.real.restartIce();
  }
  connect(...fingerprint: Parameters<ClientTransport['connect']>): Promise<void> {
    return this.real.connect(...fingerprint);
  }
  traffic(): ReturnType<ClientTransport['traffic']> {
    return this.real.traffic();
  }
  limitIncoming(bps: number): Promise<void> {
    return this.real.limitIncoming(bps);
  }
  downlink(): ReturnType<ClientTransport['downlink']> {
    return Promise.resolve(this.pretendedDownlink ?? { availableBps: undefined, lossShare: 0 });
  }
  followEstimate(): Promise<void> {
    return Promise.resolve();
  }
  get estimateBps(): number | undefined {
    return this.pretendedDownlink?.availableBps;
  }
  sendChannel(...message: Parameters<ClientTransport['sendChannel']>): boolean {
    return this.real.sendChannel(...message);
  }
  close(): void {
    this.#state = 'closed';
    this.direct.close();
    this.real.close();
  }
}

/** Started engines, the newest last. */
export interface EngineLog {
  readonly engines: MediasoupEngine[];
  readonly transports: Map<string, InjectedTransport>;
}

export function injectedEngines(options: MediasoupOptions): { factory: EngineFactory; log: EngineLog } {
  const log: EngineLog = { engines: [], transports: new Map() };
  const factory: EngineFactory = async ({ onDied }) => {
    const engine = await MediasoupEngine.start(options, onDied);
    log.engines.push(engine);
    const createReal = engine.createClientTransport.bind(engine);
    const injectedEngine: Engine = Object.assign(Object.create(engine) as Engine, {
      async createClientTransport(o: Parameters<Engine['createClientTransport']>[0]) {
        if (o.endpoint.kind === 'plain') return createReal(o); // a test plays the other side
        const [real, direct] = await Promise.all([createReal(o), engine.handles.router.createDirectTransport()]);
        const transport = new InjectedTransport(real, direct, o.onState);
        log.transports.set(transport.id, transport);
        return transport;
      },
    });
    return new Proxy(injectedEngine, {
      get: (target, key) => {
        if (key === 'createClientTransport') return target.createClientTransport;
        const value = (engine as unknown as Record<PropertyKey, unknown>)[key];
        return typeof value === 'function' ? value.bind(engine) : value;
      },
    });
  };
  return { factory, log };
}
