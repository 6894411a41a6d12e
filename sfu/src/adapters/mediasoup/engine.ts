// mediasoup behind the port of ../../engine.ts: one worker, one router with the codecs of `routerConstant`, one
// WebRtcServer.
import { type Endpoint, type RtpCapabilities, routerConstant } from '@meridian/protocol';
import type { Logger } from '@meridian/runtime';
import { Heart } from '@meridian/runtime/heart';
import type { types } from 'mediasoup';
import * as mediasoup from 'mediasoup';
import { candidateOrder, type ListenCandidate } from '../../core/index.ts';
import type {
  ChannelEvents,
  ClientTransport,
  Engine,
  EngineFactory,
  EngineProducer,
  EngineUsage,
  LevelObserver,
  ListenAddress,
  Pipe,
  TransportState,
} from '../../engine.ts';
import { ChannelHub } from './channel-hub.ts';
import { MediasoupClientTransport } from './client-transport.ts';
import { KeyFrames } from './key-frames.ts';
import { MediasoupPipe } from './pipe.ts';
import { MediasoupPlainTransport, type PlainListen } from './plain-transport.ts';
import { MediasoupProducer } from './streams.ts';
import { hasPatch } from './worker-patches.ts';

export interface MediaAddress {
  readonly ip: string;
  readonly announcedAddress?: string | undefined;
  /** 0: any free port. */
  readonly port: number;
}
export interface MediasoupOptions {
  readonly workerBin: string | undefined;
  readonly mediaListen: readonly MediaAddress[];
  readonly pipeListen: {
    readonly ip: string;
    readonly announcedAddress?: string | undefined;
    readonly portMin: number;
    readonly portMax: number;
  };
  /** Absent: plain endpoints on loopback only. */
  readonly plainListen?: PlainListen | undefined;
  readonly log: Logger;
}

/** Room for a burst of key frames; the kernel lowers it to its own maximum. */
const socketBufferBytes = 4 * 1024 * 1024;
const speakerIntervalMs = 600;
/** Quieter audio does not count as speech. */
const speakerThresholdDbov = -60;
const speakersPerRoomMax = 10;

/** Raw mediasoup objects, for dumps and for tests that inject media. The service itself does not touch them. */
export interface MediasoupHandles {
  readonly worker: types.Worker;
  readonly router: types.Router;
  readonly webRtcServer: types.WebRtcServer;
}

export function mediasoupEngines(options: MediasoupOptions): EngineFactory {
  return ({ onDied }) => MediasoupEngine.start(options, onDied);
}

/**
 * Removes mediasoup's signal handler, which would end the worker and every call; the service closes the worker itself.
 */
function removeSignalHandler(worker: types.Worker): void {
  const { onSignal } = worker as unknown as { readonly onSignal: () => void };
  for (const signal of ['SIGINT', 'SIGTERM']) process.removeListener(signal, onSignal);
}

export class MediasoupEngine implements Engine {
  readonly handles: MediasoupHandles;
  readonly clientAddresses: readonly ListenAddress[];
  readonly #options: MediasoupOptions;
  readonly #heartbeat: Heart;
  readonly #keyFrames: KeyFrames;
  readonly #channelHub: ChannelHub;
  /** Reason why this engine killed the worker; undefined while it has not. */
  #killReason: string | undefined;
  #usage: EngineUsage | undefined;

  static async start(options: MediasoupOptions, onDied: (reason: string) => void): Promise<MediasoupEngine> {
    // The library's log is one per process, and each process has one node.
    mediasoup.setLogEventListeners({
      onwarn: (namespace, text) => options.log.debug({ namespace }, text),
      onerror: (namespace, text, error) => options.log.warn({ namespace, err: error }, text),
    });
    const worker = await mediasoup.createWorker({
      logLevel: 'warn',
      ...(options.workerBin === undefined ? {} : { workerBin: options.workerBin }),
    });
    removeSignalHandler(worker);
    const candidates = candidateOrder(options.mediaListen);
    try {
      const router = await worker.createRouter({
        mediaCodecs: routerConstant.mediaCodecs as types.RouterRtpCodecCapability[],
      });
      const webRtcServer = await worker.createWebRtcServer({ listenInfos: candidates.map(listenInfoOf) });
      const clientAddresses = await addressesOf(candidates, webRtcServer);
      const engine = new MediasoupEngine({ worker, router, webRtcServer }, clientAddresses, options);
      worker.on('died', (error) => {
        engine.#heartbeat.close();
        onDied(engine.#killReason ?? error.message);
      });
      return engine;
    } catch (error) {
      worker.close();
      throw error;
    }
  }

  constructor(handles: MediasoupHandles, clientAddresses: readonly ListenAddress[], options: MediasoupOptions) {
    this.handles = handles;
    this.clientAddresses = clientAddresses;
    this.#options = options;
    const { worker, router } = handles;
    this.#keyFrames = new KeyFrames(router, options.log);
    this.#channelHub = new ChannelHub(router);
    this.#heartbeat = new Heart({
      pid: worker.pid,
      // If the request fails, the worker has been closed, or its `died` event reports its death.
      beat: (answered) => void this.#askUsage().then(answered, () => undefined),
      onFrozen: (why) => {
        this.#killReason = why;
        process.kill(worker.pid, 'SIGKILL');
      },
    });
  }

  get capabilities(): RtpCapabilities {
    return this.handles.router.rtpCapabilities as RtpCapabilities;
  }
  get followsKeyPictures(): boolean {
    return this.#hasPatch('key-picture');
  }
  get workerPid(): number {
    return this.handles.worker.pid;
  }
  get pipeAddress(): { ip: string; announcedAddress: string | undefined } {
    const { ip, announcedAddress } = this.#options.pipeListen;
    return { ip, announcedAddress };
  }

  async createClientTransport(o: {
    endpoint: Endpoint;
    onState: (state: TransportState) => void;
    channels?: ChannelEvents;
  }): Promise<ClientTransport> {
    const { router, webRtcServer } = this.handles;
    const { endpoint, onState, channels } = o;
    const onCreated = (transport: types.WebRtcTransport): void => this.#keyFrames.watch(transport);
    if (endpoint.kind === 'plain')
      return MediasoupPlainTransport.create({ router, endpoint, listen: this.#options.plainListen, socketBufferBytes });
    return MediasoupClientTransport.create({
      router,
      webRtcServer,
      endpoint,
      hub: this.#channelHub,
      channels,
      onState,
      onCreated,
    });
  }

  createPipe(): Promise<Pipe> {
    const { ip, announcedAddress, portMin, portMax } = this.#options.pipeListen;
    return MediasoupPipe.create({
      router: this.handles.router,
      listenInfo: {
        protocol: 'udp',
        ip,
        ...(announcedAddress === undefined ? {} : { announcedAddress }),
        portRange: { min: portMin, max: portMax },
        sendBufferSize: socketBufferBytes,
        recvBufferSize: socketBufferBytes,
      },
    });
  }

  async createLevelObserver(o: {
    onLevels: (levels: { producerId: string; levelDbov: number }[]) => void;
  }): Promise<LevelObserver> {
    const observer = await this.handles.router.createAudioLevelObserver({
      maxEntries: speakersPerRoomMax,
      interval: speakerIntervalMs,
      threshold: speakerThresholdDbov,
    });
    observer.on('volumes', (volumes) =>
      o.onLevels(volumes.map(({ producer, volume }) => ({ producerId: producer.id, levelDbov: volume }))),
    );
    observer.on('silence', () => o.onLevels([]));
    return {
      add: async (producer: EngineProducer) => {
        if (producer instanceof MediasoupProducer && !producer.closed)
          await observer.addProducer({ producerId: producer.id });
      },
      close: () => observer.close(),
    };
  }

  get usage(): EngineUsage | undefined {
    return this.#usage;
  }

  close(_cause: string): void {
    this.#heartbeat.close();
    this.handles.worker.close();
  }

  async #askUsage(): Promise<void> {
    const usage = await this.handles.worker.getResourceUsage();
    const cpuMs = usage.ru_utime + usage.ru_stime;
    // A worker with `node-traffic` says its traffic where Linux says nothing.
    const traffic = { sentBytes: usage.ru_msgsnd, receivedBytes: usage.ru_msgrcv };
    const counted = this.#hasPatch('node-traffic') ? traffic : undefined;
    this.#usage = { atMs: performance.now(), cpuMs, rssBytes: usage.ru_maxrss * 1024, traffic: counted };
  }

  #hasPatch(patch: string): boolean {
    return hasPatch(this.#options.workerBin ?? mediasoup.workerBin, patch);
  }
}

const listenInfoOf = ({ protocol, entry }: ListenCandidate<MediaAddress>): types.TransportListenInfo => ({
  protocol,
  ip: entry.ip,
  ...(entry.announcedAddress === undefined ? {} : { announcedAddress: entry.announcedAddress }),
  port: entry.port,
  sendBufferSize: socketBufferBytes,
  recvBufferSize: socketBufferBytes,
});

async function addressesOf(
  offered: readonly ListenCandidate<MediaAddress>[],
  server: types.WebRtcServer,
): Promise<ListenAddress[]> {
  const { udpSockets, tcpServers } = await server.dump();
  const listenAddresses = (
    wantedProtocol: 'udp' | 'tcp',
    sockets: readonly { readonly port: number }[],
  ): ListenAddress[] =>
    offered
      .filter(({ protocol }) => protocol === wantedProtocol)
      .map(({ protocol, entry: { ip, announcedAddress, port } }, at) => ({
        protocol,
        ip,
        announcedAddress,
        port: sockets[at]?.port ?? port,
      }));
  return [...listenAddresses('udp', udpSockets), ...listenAddresses('tcp', tcpServers)];
}
