// This node's end of a pipe. A pipe always has SRTP and RTX. It never has SCTP, which is plaintext on a pipe even with
// SRTP, and never comedia.
import { isIP } from 'node:net';
import type { SrtpKey } from '@meridian/protocol';
import type { types } from 'mediasoup';
import type { EngineConsumer, EngineProducer, Pipe, ProduceOptions, Traffic } from '../../engine.ts';
import { MediasoupConsumer, produceOn, trafficOf } from './streams.ts';

export class MediasoupPipe implements Pipe {
  readonly #transport: types.PipeTransport;
  readonly #announcedIp: string;
  readonly srtp: SrtpKey;

  static async create(o: { router: types.Router; listenInfo: types.TransportListenInfo }): Promise<MediasoupPipe> {
    const transport = await o.router.createPipeTransport({
      listenInfo: o.listenInfo,
      enableSrtp: true,
      enableRtx: true,
      enableSctp: false,
    });
    const { srtpParameters } = transport;
    if (srtpParameters === undefined) {
      transport.close();
      throw new Error('the pipe came without SRTP');
    }
    return new MediasoupPipe(transport, o.listenInfo.announcedAddress ?? o.listenInfo.ip, srtpParameters);
  }

  constructor(transport: types.PipeTransport, announced: string, srtp: SrtpKey) {
    this.#transport = transport;
    this.#announcedIp = announced;
    this.srtp = srtp;
  }

  get ip(): string {
    return this.#announcedIp;
  }
  get port(): number {
    return this.#transport.tuple.localPort;
  }

  async connect(remote: { ip: string; port: number; srtp: SrtpKey }): Promise<void> {
    if (isIP(remote.ip) === 0) throw new TypeError('a pipe needs the other side as an IP address');
    await this.#transport.connect({
      ip: remote.ip,
      port: remote.port,
      srtpParameters: { ...remote.srtp, cryptoSuite: remote.srtp.cryptoSuite as types.SrtpCryptoSuite },
    });
  }

  async consume(o: Parameters<Pipe['consume']>[0]): Promise<EngineConsumer> {
    const consume = (producerId: string): Promise<types.Consumer> => this.#transport.consume({ producerId });
    const consumer = await consume(o.producerId);
    try {
      return new MediasoupConsumer(consumer, o.events, await Promise.all(o.catchUpIds.map(consume)));
    } catch (error) {
      consumer.close();
      throw error;
    }
  }

  produce(o: ProduceOptions): Promise<EngineProducer> {
    return produceOn(this.#transport, o);
  }
  traffic(): Promise<Traffic> {
    return trafficOf(this.#transport);
  }
  close(): void {
    this.#transport.close();
  }
}
