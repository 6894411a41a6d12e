// One region of `lab -- reroute`, in its namespace: a real mediasoup worker with a real pipe, and pathd under it. It
// does what its stdin says, a JSON object per line, and answers the same way: `{ id, ok, ... }`. Region `r` has a pathd
// alone.
import { createSocket } from 'node:dgram';
import process from 'node:process';
import { createInterface } from 'node:readline';
import type { RtpParameters } from '@meridian/protocol';
import { createLogger, systemClock } from '@meridian/runtime';
import { type MediasoupEngine, mediasoupEngines } from '../../../sfu/src/adapters/mediasoup/engine.ts';
import { Pathd } from '../../../sfu/src/adapters/pathd.ts';
import type { PathOrder } from '../../../sfu/src/core/index.ts';
import type { Engine, Pipe } from '../../../sfu/src/engine.ts';

const [name = '', ip = '', pathdBin = ''] = process.argv.slice(2);
const log = createLogger({ name, level: 'fatal' });
const clock = systemClock();
const say = (message: object): void => void process.stdout.write(`${JSON.stringify(message)}\n`);

interface Order {
  readonly id: number;
  readonly do: string;
  readonly pathOrder?: PathOrder;
  readonly remote?: { ip: string; port: number; srtp: { cryptoSuite: string; keyBase64: string } };
  readonly rtpParameters?: RtpParameters;
  readonly fromMs?: number;
}

let engine: Engine | undefined;
let pipe: Pipe | undefined;
const arrivalsMs: number[] = [];
const samples = new Map<string, unknown>();
const flips: unknown[] = [];

const pathd = new Pathd(
  {
    bin: pathdBin,
    nodeId: name,
    wire: { ip, port: 0 },
    localIp: '127.0.0.1',
    clock,
    log,
    onReady: () => say({ id: 0, ready: true, ...pathd.addresses }),
    onEvent: (event) => {
      if (event.kind === 'sample') samples.set(event.via, event);
      else flips.push({ ...event, atMs: Date.now() });
    },
    onGone: (reason) => say({ id: 0, gone: reason }),
  },
  1,
);

const unheard = (): void => undefined;
const nothing = { closed: unheard, producerPaused: unheard, score: unheard, layers: unheard };
const opus = { mimeType: 'audio/opus', payloadType: 100, clockRate: 48_000, channels: 2 };
const routerOf = () => (engine as MediasoupEngine).handles.router;

async function startMedia(): Promise<object> {
  const factory = mediasoupEngines({
    workerBin: process.env['MEDIASOUP_WORKER_BIN'],
    mediaListen: [{ ip: '127.0.0.1', port: 0 }],
    pipeListen: { ip: '127.0.0.1', portMin: 20_000, portMax: 29_999 },
    log,
  });
  engine = await factory({ onDied: (reason) => say({ id: 0, gone: reason }) });
  pipe = await engine.createPipe();
  return { srtp: pipe.srtp, port: pipe.port };
}

/** What ffmpeg sends from port 5004 becomes a producer; its copy goes into the pipe. */
async function publish(): Promise<object> {
  const transport = await routerOf().createPlainTransport({
    listenInfo: { protocol: 'udp', ip: '127.0.0.1' },
    rtcpMux: true,
  });
  await transport.connect({ ip: '127.0.0.1', port: 5004 });
  const producer = await transport.produce({
    kind: 'audio',
    rtpParameters: { codecs: [opus], encodings: [{ ssrc: 1111 }] },
  });
  const consumer = await pipe?.consume({ producerId: producer.id, catchUpIds: [], events: nothing });
  return { rtpPort: transport.tuple.localPort, rtpParameters: consumer?.rtpParameters };
}

/** The pipe's stream leaves to a socket of ours; the moments of arrival are kept. */
async function play(rtpParameters: RtpParameters): Promise<object> {
  const options = { id: 'track', kind: 'audio', rtpParameters, paused: false, keyFrameRequestDelayMs: 0 } as const;
  const producer = await pipe?.produce({ ...options, onScore: unheard });
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  socket.on('message', (message) => {
    if ((message[1] ?? 0) < 192 || (message[1] ?? 0) > 223) arrivalsMs.push(Date.now() + (performance.now() % 1));
  });
  const transport = await routerOf().createPlainTransport({
    listenInfo: { protocol: 'udp', ip: '127.0.0.1' },
    rtcpMux: true,
  });
  await transport.connect({ ip: '127.0.0.1', port: socket.address().port });
  const rtpCapabilities = routerOf().rtpCapabilities;
  await transport.consume({ producerId: producer?.id ?? '', rtpCapabilities });
  return {};
}

async function counts(): Promise<object> {
  const dump = await routerOf().dump();
  return { transports: dump.transportIds.length, producers: dump.mapProducerIdConsumerIds.length };
}

async function obey(order: Order): Promise<object> {
  switch (order.do) {
    case 'media':
      return startMedia();
    case 'path':
      return { error: order.pathOrder === undefined ? 'no order' : ((await pathd.send(order.pathOrder)) ?? '') };
    case 'connect':
      if (order.remote !== undefined) await pipe?.connect(order.remote);
      return {};
    case 'publish':
      return publish();
    case 'play':
      return order.rtpParameters === undefined ? {} : play(order.rtpParameters);
    case 'arrivals': {
      const found = arrivalsMs.filter((ms) => ms >= (order.fromMs ?? 0));
      arrivalsMs.splice(0, Math.max(0, arrivalsMs.length - 2000));
      return { arrivalsMs: found };
    }
    case 'state':
      return { samples: [...samples.values()], flips, ...(engine === undefined ? {} : await counts()) };
    default:
      throw new Error(`no such order: ${order.do}`);
  }
}

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const order = JSON.parse(line) as Order;
    obey(order).then(
      (answer) => say({ id: order.id, ok: true, ...answer }),
      (error: unknown) => say({ id: order.id, ok: false, why: String(error) }),
    );
  })
  .on('close', () => {
    pathd.close();
    engine?.close('the lab is over');
    process.exit(0);
  });
pathd.start();
