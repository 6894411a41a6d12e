// A worker with a router, all sources on one plain transport, and receivers without SRTP whose answers differ.
// Markers on each transport show when the worker has forwarded all that came before them.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import process from 'node:process';
import { createWorker, type types } from 'mediasoup';
import { eachExtension, isRtcp, nack, payloadStart, senderReports, writePacket } from './rtp.ts';
import { routerCodecs, type Source } from './sources.ts';

const ip = '127.0.0.1';
const bufferBytes = 4_000_000;
const markerSsrc = 90_000;
/** Ends a hang; the longest time that a marker takes is that of a busy machine. */
const markerLimitMs = 60_000;
/** Stream of mediasoup's bandwidth probes. */
const probationSsrc = 1234;
/** Ids of a router's extensions that carry a time, a number across streams, or a number of the worker. */
const [absSendTimeId, transportCcId, packetIdId] = [4, 5, 12];
/** A router's packet has room for a mid of 8 bytes. Through a pipe goes what the consumer before it has left there. */
const midId = 1;
const midBytes = 8;
const recentMax = 32;

export type Action =
  | { readonly kind: 'pause'; readonly consumer: number }
  | { readonly kind: 'resume'; readonly consumer: number }
  | { readonly kind: 'layers'; readonly consumer: number; readonly spatial: number; readonly temporal: number }
  | { readonly kind: 'nack'; readonly consumer: number; readonly ago: number; readonly bits: number }
  | { readonly kind: 'pauseSource' | 'resumeSource'; readonly source: number };

/** Receivers: their transport, what they ask for, and whether probes reach them. */
const receivers = [
  { name: 'plain', pipe: false, probed: false },
  { name: 'no repair', pipe: false, probed: false },
  { name: 'pipe', pipe: true, probed: false },
  { name: 'probed', pipe: false, probed: true },
] as const;
type Receiver = (typeof receivers)[number];

interface Leg {
  readonly receiver: Receiver;
  readonly socket: Socket;
  readonly transport: types.PlainTransport | types.PipeTransport;
  markersSeen: number;
}
interface StreamState {
  readonly label: string;
  readonly leg: Leg;
  readonly ssrc: number;
  /** Number of the first packet, which the worker picks at random. */
  firstSeq: number | undefined;
  firstPacketId: number | undefined;
  highestSeq: number | undefined;
  /** For a stream of repairs: the stream that it repairs. */
  readonly repairs: StreamState | undefined;
  /** Newest sequence numbers of which none was asked for again. */
  readonly recentSeqs: number[];
}
interface Consumed {
  readonly consumer: types.Consumer;
  readonly source: Source;
  readonly streams: StreamState[];
}

/** Packets of a stream without what mediasoup chooses at random and without times. */
export type Taken = ReadonlyMap<string, readonly Buffer[]>;

export class World {
  readonly #worker: types.Worker;
  readonly #socket: Socket;
  readonly #port: number;
  readonly #legs: Leg[];
  readonly #producers: types.Producer[];
  readonly #consumed: Consumed[];
  readonly #streams: Map<string, StreamState>;
  #taken = new Map<string, Buffer[]>();
  readonly #transportCc = new Map<Leg, number[]>();
  /** Packets and bytes that came of each stream, by leg and SSRC, for the comparison with sender reports. */
  readonly #arrived = new Map<string, { packets: number; bytes: number }>();
  readonly #reportFaults: string[] = [];
  #markersSent = 0;
  #wake = (): void => undefined;
  packets = 0;
  probes = 0;
  /** Sender reports that came after packets of their stream. */
  reports = 0;

  private constructor(o: {
    worker: types.Worker;
    socket: Socket;
    port: number;
    legs: Leg[];
    producers: types.Producer[];
    consumed: Consumed[];
    streams: Map<string, StreamState>;
  }) {
    this.#worker = o.worker;
    this.#socket = o.socket;
    this.#port = o.port;
    this.#legs = o.legs;
    this.#producers = o.producers;
    this.#consumed = o.consumed;
    this.#streams = o.streams;
    for (const leg of o.legs) leg.socket.on('message', (packet: Buffer) => this.#received(leg, packet));
  }

  /**
   * Starts a worker.
   * @param o.off value of MERIDIAN_WORKER_OFF: the patches that do not work
   * @param o.workerBin another program than the installed one
   */
  static async open(sources: readonly Source[], o: { off: string; workerBin?: string }): Promise<World> {
    const worker = await startWorker(o);
    try {
      const router = await worker.createRouter({ mediaCodecs: routerCodecs });
      const socket = await boundSocket();
      const listenInfo = { protocol: 'udp', ip, recvBufferSize: bufferBytes, sendBufferSize: bufferBytes } as const;
      const entrance = await router.createPlainTransport({ listenInfo, rtcpMux: true });
      await entrance.connect({ ip, port: socket.address().port });
      const producers: types.Producer[] = [];
      for (const { kind, rtpParameters } of [...sources, marker])
        producers.push(await entrance.produce({ kind, rtpParameters, keyFrameRequestDelay: 0 }));
      const streams = new Map<string, StreamState>();
      const consumed: Consumed[] = [];
      const legs: Leg[] = [];
      for (const receiver of receivers) {
        const legSocket = await boundSocket();
        const transport = receiver.pipe
          ? await router.createPipeTransport({ listenInfo, enableRtx: true })
          : await router.createPlainTransport({ listenInfo, rtcpMux: true });
        await transport.connect({ ip, port: legSocket.address().port });
        const leg = { receiver, socket: legSocket, transport, markersSeen: 0 };
        legs.push(leg);
        for (const [at, source] of [...sources, marker].entries()) {
          if (receiver.probed && source.rtpParameters.encodings?.[0]?.scalabilityMode !== undefined) continue;
          const consumer = await consume(leg, router, producers[at] as types.Producer, source);
          const own = streamsOf(leg, consumer, source);
          for (const [ssrc, stream] of own) streams.set(`${legs.length - 1} ${ssrc}`, stream);
          if (source !== marker) consumed.push({ consumer, source, streams: [...own.values()] });
        }
      }
      const port = entrance.tuple.localPort;
      return new World({ worker, socket, port, legs, producers, consumed, streams });
    } catch (error) {
      worker.close();
      throw error;
    }
  }

  /** Layers of the sources behind the consumers, in the order of an action's `consumer`. */
  get consumerLayers(): readonly Source['layers'][] {
    return this.#consumed.map(({ source }) => source.layers);
  }

  /** Sends datagrams of the sources, and waits until the worker has sent all that they cause. */
  async feed(datagrams: readonly Buffer[]): Promise<void> {
    for (const datagram of datagrams) this.#socket.send(datagram, this.#port, ip);
    await this.settle();
  }

  /**
   * Waits until the worker has sent all that was caused before. A turn of its loop reads a socket several times, so
   * markers alone may all be read before a NACK that came to another socket. The answer to a request takes a turn of
   * its own.
   */
  async settle(): Promise<void> {
    await this.#passMarker();
    await this.#worker.getResourceUsage();
    await this.#passMarker();
  }

  async #passMarker(): Promise<void> {
    this.#markersSent += 1;
    this.#socket.send(markerPacket(this.#markersSent), this.#port, ip);
    const endMs = performance.now() + markerLimitMs;
    while (this.#legs.some(({ markersSeen }) => markersSeen < this.#markersSent)) {
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      const limit = setTimeout(this.#wake, markerLimitMs);
      await woken;
      clearTimeout(limit);
      if (performance.now() > endMs) throw new Error(`The worker has not forwarded marker ${this.#markersSent}.`);
    }
  }

  async act(action: Action): Promise<void> {
    if ('source' in action) {
      const producer = this.#producers[action.source] as types.Producer;
      return action.kind === 'pauseSource' ? producer.pause() : producer.resume();
    }
    const { consumer, streams } = this.#consumed[action.consumer] as Consumed;
    switch (action.kind) {
      case 'pause':
        return consumer.pause();
      case 'resume':
        return consumer.resume();
      case 'layers':
        // The patch `pipe-layers` lets a pipe obey this; a stock worker's pipe carries all layers.
        if (consumer.type === 'pipe') return;
        return consumer.setPreferredLayers({ spatialLayer: action.spatial, temporalLayer: action.temporal });
      case 'nack':
        return askAgain(streams, action);
    }
  }

  /** Returns how many packets of each stream came since `take`. */
  counts(): Map<string, number> {
    return new Map([...this.#taken].map(([label, { length }]) => [label, length]));
  }

  /** Returns the packets since the last call, by stream. */
  take(): Taken {
    const taken = this.#taken;
    this.#taken = new Map();
    return taken;
  }

  /** Returns what is wrong with the numbers of transport-cc: they count all packets of a transport, without a gap. */
  transportCcFaults(): string[] {
    return [...this.#transportCc].flatMap(([{ receiver }, numbers]) => {
      const sorted = numbers.toSorted((a, b) => a - b);
      const isWhole = sorted.every((number, at) => at === 0 || number === (sorted[at - 1] ?? 0) + 1);
      return isWhole ? [] : [`${receiver.name}: the numbers of transport-cc have gaps or repeats`];
    });
  }

  /** Returns sender reports that differ from the packets that came before them. */
  reportFaults(): readonly string[] {
    return this.#reportFaults;
  }

  /** Returns what the worker has counted, by consumer and transport, without what depends on time or chance. */
  async statistics(): Promise<Map<string, Readonly<Record<string, number>>>> {
    const counted = new Map<string, Readonly<Record<string, number>>>();
    for (const { consumer, streams } of this.#consumed)
      for (const one of await consumer.getStats()) {
        const label = streams.find(({ ssrc }) => ssrc === one.ssrc)?.label;
        if (one.type !== 'outbound-rtp' || label === undefined) continue;
        const { packetCount, byteCount, packetsRetransmitted, packetsRepaired, nackCount, nackPacketCount } = one;
        const repairs = { packetsRetransmitted, packetsRepaired, nackCount, nackPacketCount };
        counted.set(label, { packetCount, byteCount, ...repairs });
      }
    for (const { receiver, transport } of this.#legs)
      for (const { rtpBytesSent, rtxBytesSent } of await transport.getStats())
        counted.set(`transport ${receiver.name}`, { rtpBytesSent, rtxBytesSent });
    return counted;
  }

  close(): void {
    this.#worker.close();
    for (const socket of [this.#socket, ...this.#legs.map((leg) => leg.socket)]) socket.close();
  }

  #received(leg: Leg, packet: Buffer): void {
    if (isRtcp(packet)) {
      this.#checkReports(leg, packet);
      return;
    }
    const ssrc = packet.readUInt32BE(8);
    this.#countArrived(leg, ssrc, packet.length);
    if (leg.receiver.probed) this.#countTransportCc(leg, packet);
    if (ssrc === probationSsrc) {
      this.probes += 1;
      return;
    }
    const stream = this.#streams.get(`${this.#legs.indexOf(leg)} ${ssrc}`);
    if (stream?.label.endsWith(marker.name) === true) {
      leg.markersSeen = packet.readUInt32BE(payloadStart(packet));
      this.#wake();
      return;
    }
    const label = stream?.label ?? `${leg.receiver.name} unknown`;
    this.packets += 1;
    const list = this.#taken.get(label);
    const comparable = stream === undefined ? packet : comparablePacket(packet, stream);
    if (list === undefined) this.#taken.set(label, [comparable]);
    else list.push(comparable);
  }

  #countArrived(leg: Leg, ssrc: number, bytes: number): void {
    const key = `${leg.receiver.name} ${ssrc}`;
    const arrived = this.#arrived.get(key) ?? { packets: 0, bytes: 0 };
    this.#arrived.set(key, { packets: arrived.packets + 1, bytes: arrived.bytes + bytes });
  }

  /** Compares sender reports with what came before: a report follows its packets on the same path. */
  #checkReports(leg: Leg, datagram: Buffer): void {
    for (const { ssrc, packets, bytes } of senderReports(datagram)) {
      if (!this.#hasRepairs(leg, ssrc)) continue;
      const arrived = this.#arrived.get(`${leg.receiver.name} ${ssrc}`) ?? { packets: 0, bytes: 0 };
      this.reports += 1;
      if (arrived.packets === packets && arrived.bytes === bytes) continue;
      const label = this.#streams.get(`${this.#legs.indexOf(leg)} ${ssrc}`)?.label ?? String(ssrc);
      const came = `${arrived.packets} packets of ${arrived.bytes} bytes came`;
      this.#reportFaults.push(`${label}: ${came}, the report says ${packets} of ${bytes}`);
    }
  }

  /** Without a stream of repairs, packets that are sent again come in their own stream and are not in its report. */
  #hasRepairs(leg: Leg, ssrc: number): boolean {
    const streams = this.#consumed.flatMap(({ consumer, streams }) => (consumer.kind === 'video' ? streams : []));
    return streams.some((stream) => stream.leg === leg && stream.repairs?.ssrc === ssrc);
  }

  #countTransportCc(leg: Leg, packet: Buffer): void {
    const numbers = this.#transportCc.get(leg) ?? [];
    this.#transportCc.set(leg, numbers);
    eachExtension(packet, (id, start) => {
      if (id !== transportCcId) return;
      const last = numbers.at(-1) ?? packet.readUInt16BE(start);
      const step = ((packet.readUInt16BE(start) - last + 0x18000) & 0xffff) - 0x8000;
      numbers.push(last + step);
    });
  }
}

/** Sends a NACK for the packet `ago` before the newest one of each stream, and for those after it. */
function askAgain(streams: readonly StreamState[], { ago, bits: wanted }: { ago: number; bits: number }): void {
  for (const { leg, ssrc, recentSeqs, repairs } of streams) {
    const seq = recentSeqs.at(-1 - ago);
    if (seq === undefined || repairs !== undefined) continue;
    // A packet is asked for once: the worker ignores a second request that comes within a round-trip time.
    const near = recentSeqs.map((one) => (one - seq - 1) & 0xffff).filter((distance) => distance < 16);
    const bits = wanted & near.reduce((sum, distance) => sum | (1 << distance), 0);
    recentSeqs.length = 0;
    leg.socket.send(nack(ssrc, seq, bits), leg.transport.tuple.localPort, ip);
  }
}

/** Replaces what differs between two workers by right: names, the first numbers, and times. */
function comparablePacket(packet: Buffer, stream: StreamState): Buffer {
  const seq = packet.readUInt16BE(2);
  stream.firstSeq ??= seq;
  const step = (seq - (stream.highestSeq ?? seq - 1)) & 0xffff;
  if (step > 0 && step < 0x8000) {
    stream.highestSeq = seq;
    if (stream.recentSeqs.push(seq) > recentMax) stream.recentSeqs.shift();
  }
  packet.writeUInt16BE((seq - stream.firstSeq) & 0xffff, 2);
  packet.writeUInt32BE(0, 8);
  if (stream.repairs?.firstSeq !== undefined) {
    const start = payloadStart(packet);
    packet.writeUInt16BE((packet.readUInt16BE(start) - stream.repairs.firstSeq) & 0xffff, start);
  }
  eachExtension(packet, (id, start, end) => {
    if (id === absSendTimeId || id === transportCcId) packet.fill(0, start, end);
    if (id === midId && stream.leg.receiver.pipe) {
      const isOneByte = packet.readUInt16BE(12 + 4 * (packet.readUInt8(0) & 15)) === 0xbede;
      packet[start - 1] = isOneByte ? (midId << 4) | (midBytes - 1) : midBytes;
      packet.fill(0, start, start + midBytes);
    }
    if (id !== packetIdId) return;
    const number = packet.readUInt32BE(start);
    stream.firstPacketId ??= number;
    packet.writeUInt32BE((number - stream.firstPacketId) >>> 0, start);
  });
  return packet;
}

const marker: Source = {
  name: 'marker',
  kind: 'audio',
  layers: { spatial: 0, temporal: 0 },
  rtpParameters: {
    mid: 'marker',
    codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 }],
    encodings: [{ ssrc: markerSsrc }],
  },
  next: () => [],
};
function markerPacket(number: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(number);
  const at = { seq: number, timestamp: 960 * number };
  return writePacket({ ...at, payloadType: 111, ssrc: markerSsrc, marker: false, payload });
}

/** Starts the worker's process, which reads its environment from this one. */
async function startWorker({ off, workerBin }: { off: string; workerBin?: string }): Promise<types.Worker> {
  const before = process.env['MERIDIAN_WORKER_OFF'];
  process.env['MERIDIAN_WORKER_OFF'] = off;
  const started = createWorker({ logLevel: 'error', ...(workerBin === undefined ? {} : { workerBin }) });
  if (before === undefined) delete process.env['MERIDIAN_WORKER_OFF'];
  else process.env['MERIDIAN_WORKER_OFF'] = before;
  return await started;
}

async function boundSocket(): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(0, ip);
  await once(socket, 'listening');
  socket.setRecvBufferSize(bufferBytes);
  return socket;
}

function consume(
  { receiver, transport }: Leg,
  router: types.Router,
  { id: producerId }: types.Producer,
  { kind }: Source,
): Promise<types.Consumer> {
  if (receiver.pipe) return (transport as types.PipeTransport).consume({ producerId });
  const { codecs = [], headerExtensions = [] } = router.rtpCapabilities;
  const bandwidth = ['transport-cc', 'goog-remb'];
  const plain = {
    codecs: codecs.map((codec) => ({
      ...codec,
      rtcpFeedback: (codec.rtcpFeedback ?? []).filter(({ type }) => !bandwidth.includes(type)),
    })),
    headerExtensions: headerExtensions.filter(({ preferredId }) => preferredId !== transportCcId),
  };
  const hasRepair = receiver.name !== 'no repair';
  return (transport as types.PlainTransport).consume({
    producerId,
    rtpCapabilities: receiver.probed ? router.rtpCapabilities : plain,
    enableRtx: hasRepair,
    ...(kind === 'audio' ? { ignoreDtx: !hasRepair } : {}),
  });
}

function streamsOf(leg: Leg, { rtpParameters }: types.Consumer, { name }: Source): Map<number, StreamState> {
  const streams = new Map<number, StreamState>();
  const none = { leg, firstSeq: undefined, firstPacketId: undefined, highestSeq: undefined };
  for (const [at, { ssrc = 0, rtx }] of (rtpParameters.encodings ?? []).entries()) {
    const label = `${leg.receiver.name}: ${at > 0 ? `layer ${at} of ` : ''}${name}`;
    const stream = { ...none, ssrc, label, repairs: undefined, recentSeqs: [] };
    streams.set(ssrc, stream);
    if (rtx !== undefined)
      streams.set(rtx.ssrc, { ...none, ssrc: rtx.ssrc, label: `${label}, repairs`, repairs: stream, recentSeqs: [] });
  }
  return streams;
}
