// Measures what bytes cost beside nginx: uploads and reads of a library node and its edge, viewers of HLS at an edge,
// viewers of FLV and RTMP. Both servers do the same work in turn, on a processor of their own; the clients are on the
// other.
import { cpus } from 'node:os';
import process from 'node:process';
import { Option } from 'commander';
import { countOption, type LabCase, type Metrics, type Say } from '../support/case.ts';
import type { Aim } from '../support/result.ts';
import { LibraryServer, NginxServer, type Taken } from './bytes/files.ts';
import { askedBytes, HlsServers } from './bytes/hls.ts';
import { LiveServers, medianOf, type Protocol, type Seen, viewerCount } from './bytes/live.ts';
import { serverCpu, setNodeArgs } from './bytes/processes.ts';
import { pin, raisePriority } from './capacity/processor.ts';
import { median } from './signal/figures.ts';

const uploadAim = 0.7;
const readAim = 0.9;
const hlsAim = 0.8;
const hlsTimes = 20;
const liveAim = 1;
/** Rounds whose figures do not count: compilers work on what runs often. */
const warmUps = 2;

/** Sizes of files, and how many of them are in a turn. */
const sizes = [
  { name: 'kb4', bytes: 4096, uploads: 100, reads: 2000 },
  { name: 'mb1', bytes: 1_048_576, uploads: 60, reads: 300 },
  { name: 'gb1', bytes: 1_073_741_824, uploads: 1, reads: 3 },
];

const partNames = ['uploads', 'reads', 'hls', 'flv', 'rtmp', 'live'];

export const bytesBench: LabCase = {
  name: 'bytes',
  summary: 'CPU time and throughput of uploads, reads, and viewers of HLS, FLV and RTMP, beside nginx (root)',
  ownLoopback: true,
  configure: (command) =>
    void command
      .addOption(new Option('--only <part>', 'a part of it; live: flv and rtmp').choices(partNames))
      .addOption(new Option('--size <name>', 'files of one size').choices(sizes.map(({ name }) => name)))
      .option('--window <s>', 'duration of a measurement of viewers in seconds', countOption, 4)
      .option('--rounds <n>', 'measurements of each server, in turn', countOption, 4)
      .option('--node-args <list>', "options of our server's Node, separated by commas", (text) => text.split(','), []),
  run: async (options, say) => {
    const { only, size } = options as { readonly only?: string; readonly size?: string };
    const rounds = Number(options['rounds']);
    const clientCpu = cpus().length - 1;
    if (clientCpu === serverCpu)
      throw new Error('the benchmark needs two processors: the servers have one to themselves');
    if (!raisePriority()) say('no right to raise the priority: other processes may distort the measurement');
    pin(process.pid, clientCpu);
    setNodeArgs(options['nodeArgs'] as readonly string[]);
    const parts = (['upload', 'read'] as const).filter((part) => only === undefined || only === `${part}s`);
    const protocols = (['flv', 'rtmp'] as const).filter(
      (protocol) => only === undefined || only === 'live' || only === protocol,
    );
    const metrics: Record<string, Metrics> = {};
    const aims: Aim[] = [];
    if (parts.length > 0) await files(parts, { rounds, say, size, metrics, aims });
    if (only === undefined || only === 'hls') await hls({ rounds, say, metrics, aims });
    if (protocols.length > 0)
      await live(protocols, { rounds, say, windowMs: Number(options['window']) * 1000, metrics, aims });
    return { params: { rounds }, metrics, aims, missed: [] };
  },
};

interface Results {
  readonly rounds: number;
  readonly say: Say;
  readonly metrics: Record<string, Metrics>;
  readonly aims: Aim[];
}

async function files(
  parts: readonly ('upload' | 'read')[],
  { rounds, say, size, metrics, aims }: Results & { readonly size: string | undefined },
): Promise<void> {
  const ours = await LibraryServer.start();
  let nginx: NginxServer | undefined;
  try {
    nginx = await NginxServer.start();
    for (const { name, bytes, uploads, reads } of sizes.filter((one) => size === undefined || one.name === size)) {
      const [uploaded, read, readDirectly, readAtEdge]: [Pair[], Pair[], Pair[], Pair[]] = [[], [], [], []];
      for (let round = -1; round < rounds; round += 1) {
        const times = parts.includes('upload') ? uploads : 1;
        const upload = { ours: await ours.upload(times, bytes), nginx: await nginx.upload(times, bytes) };
        if (round >= 0) uploaded.push(upload); // the first warms up
        if (parts.includes('read')) {
          const atNode = await ours.read(reads, bytes);
          const atNginx = await nginx.read(reads, bytes);
          const atEdge = await ours.readAtEdge(reads, bytes);
          const directly = await ours.readDirectly(reads, bytes);
          if (round >= 0) read.push({ ours: atNode, nginx: atNginx });
          if (round >= 0) readAtEdge.push({ ours: atEdge, nginx: atNginx });
          if (round >= 0) readDirectly.push({ ours: directly, nginx: atNginx });
        }
        await ours.clear();
        await nginx.clear();
      }
      const results = [
        ...(parts.includes('upload') ? [{ part: 'upload', pairs: uploaded, times: uploads, aim: uploadAim }] : []),
        ...(parts.includes('read')
          ? [
              { part: 'read', pairs: read, times: reads, aim: readAim },
              { part: 'edgeRead', pairs: readAtEdge, times: reads, aim: readAim },
              { part: 'directRead', pairs: readDirectly, times: reads, aim: undefined },
            ]
          : []),
      ];
      for (const { part, pairs, times, aim } of results) {
        const figures = compared(pairs, times * bytes);
        metrics[part] = { ...metrics[part], [name]: figures };
        say(`${part} ${name}: ${text(figures)}`);
        const [peer, limit] =
          part === 'upload'
            ? ['nginx by PUT, then a digest', 'the digests and the disk']
            : ['nginx with files', '1: sendfile of nginx'];
        if (aim !== undefined)
          aims.push({ figure: `${part} of ${name}`, value: figures.toNginx, aim, should: 'least', peer, limit });
      }
    }
  } finally {
    await nginx?.close();
    await ours.close();
  }
}

async function hls({ rounds, say, metrics, aims }: Results): Promise<void> {
  const servers = await HlsServers.start();
  try {
    const pairs: Pair[] = [];
    for (let round = -1; round < rounds; round += 1) {
      const pair = { ours: await servers.edge(hlsTimes), nginx: await servers.plain(hlsTimes) };
      if (round >= 0) pairs.push(pair); // the first fills the cache
    }
    const figures = compared(pairs, askedBytes(hlsTimes));
    metrics['hls'] = figures;
    say(`hls: ${text(figures)}`);
    aims.push({
      figure: 'hls',
      value: figures.toNginx,
      aim: hlsAim,
      should: 'least',
      peer: 'nginx with files',
      limit: '1: sendfile of nginx',
    });
  } finally {
    await servers.close();
  }
}

async function live(
  protocols: readonly Protocol[],
  { rounds, say, windowMs, metrics, aims }: Results & { readonly windowMs: number },
): Promise<void> {
  const servers = await LiveServers.start();
  try {
    const ours = new Map(protocols.map((protocol) => [protocol, [] as Seen[]]));
    const nginx: Seen[] = [];
    for (let round = -warmUps; round < rounds; round += 1) {
      for (const [protocol, seen] of ours) {
        const window = await servers.ours(protocol, windowMs);
        if (round >= 0) seen.push(window);
      }
      const window = await servers.nginx(windowMs);
      if (round >= 0) nginx.push(window);
    }
    for (const [protocol, seen] of ours) {
      const toNginxRtmp = median(seen.map(({ cpuMs }, at) => (nginx[at]?.cpuMs ?? Number.NaN) / cpuMs));
      metrics[protocol] = {
        toNginxRtmp,
        cpuMsPerViewerSecond: medianOf(seen, ({ cpuMs }) => cpuMs),
        nginxCpuMsPerViewerSecond: medianOf(nginx, ({ cpuMs }) => cpuMs),
        kbitPerSecond: medianOf(seen, ({ bytes }) => bytes) / 125,
        nginxKbitPerSecond: medianOf(nginx, ({ bytes }) => bytes) / 125,
        viewers: viewerCount,
      };
      say(`${protocol}: ${JSON.stringify(metrics[protocol])} ${seen.map(({ cpuMs }) => cpuMs.toFixed(3)).join(' ')}`);
      aims.push({ figure: protocol, value: toNginxRtmp, aim: liveAim, should: 'least', peer: 'nginx-rtmp' });
    }
  } finally {
    await servers.close();
  }
}

/** Windows of both servers, one after the other. */
interface Pair {
  readonly ours: Taken;
  readonly nginx: Taken;
}

interface Compared extends Metrics {
  /** Bytes for each CPU-second, as a share of nginx's. */
  readonly toNginx: number;
  readonly cpuSecondsPerGb: number;
  readonly nginxCpuSecondsPerGb: number;
  readonly mbPerSecond: number;
  readonly nginxMbPerSecond: number;
}

/** `toNginxSameDigests` is for as many digests at nginx as here: of the file and of each of its blocks. */
function compared(pairs: readonly Pair[], bytes: number): Compared {
  const perGb = ({ cpuMs }: Taken): number => (cpuMs / bytes) * 1e6;
  const perSecond = ({ ms }: Taken): number => bytes / 1000 / ms;
  const same = pairs.map(({ ours, nginx }) => (nginx.sameDigestsCpuMs ?? Number.NaN) / ours.cpuMs);
  return {
    toNginx: median(pairs.map(({ ours, nginx }) => nginx.cpuMs / ours.cpuMs)),
    ...(same.every(Number.isFinite) && { toNginxSameDigests: median(same) }),
    cpuSecondsPerGb: median(pairs.map(({ ours }) => perGb(ours))),
    nginxCpuSecondsPerGb: median(pairs.map(({ nginx }) => perGb(nginx))),
    mbPerSecond: median(pairs.map(({ ours }) => perSecond(ours))),
    nginxMbPerSecond: median(pairs.map(({ nginx }) => perSecond(nginx))),
  };
}

const text = ({ toNginx, cpuSecondsPerGb, nginxCpuSecondsPerGb, mbPerSecond, nginxMbPerSecond }: Compared): string =>
  `${toNginx.toFixed(2)} of nginx; CPU-s a GB ${cpuSecondsPerGb.toFixed(2)} beside ${nginxCpuSecondsPerGb.toFixed(2)}; ` +
  `MB/s ${mbPerSecond.toFixed(0)} beside ${nginxMbPerSecond.toFixed(0)}`;
