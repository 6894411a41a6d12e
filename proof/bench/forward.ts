// Measures what it costs a server to forward packets, in processor time for each packet that arrives: our media node,
// and others in the same run. Servers and clients are in network namespaces with a wire between them, so that the
// receiving half of the kernel's work is not the server's. Needs root.
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import process from 'node:process';
import { InvalidArgumentError } from 'commander';
import { countOption, type LabCase, type Metrics } from '../support/case.ts';
import type { Aim } from '../support/result.ts';
import { pin, raisePriority } from './capacity/processor.ts';
import {
  aimsOf,
  csvOf,
  delayAimsOf,
  median,
  percentileBetween,
  type Ratio,
  type Row,
  ratioName,
  ratioOf,
} from './forward/figures.ts';
import { ForwardNet } from './forward/namespaces.ts';
import { Profile } from './forward/profile.ts';
import { type Conditions, runTrial, shapeOf } from './forward/run.ts';
import { relays, servers } from './forward/servers.ts';
import { type Split, splits, type TraceName, traceNames } from './forward/trace.ts';

const serverCpu = 0;
const lossShareMax = 0.001;

export const forwardBench: LabCase = {
  name: 'forward',
  summary: 'processor time of a forwarded packet: our media node beside other servers (Linux, root, 2 cores, gcc)',
  configure: (command) =>
    void command
      .option(
        '--servers <list>',
        `of ${Object.keys(servers).join(', ')}; of a relay ${Object.keys(relays).join(', ')}; default: all`,
        oneOf(Object.keys({ ...servers, ...relays })),
      )
      .option('--traces <list>', `of ${traceNames.join(', ')}`, oneOf(traceNames), [...traceNames])
      .option(
        '--shape <shape>',
        'publishers x subscribers: 1x120, 8x8 (a meeting), 10x100 (speakers); or relay (40 to a second node)',
        '1x120',
      )
      .option('--rounds <n>', 'measurements of each server', countOption, 6)
      .option('--window <s>', 'duration of a measurement in seconds', countOption, 10)
      .option('--split <how>', 'packets of a frame: full (a shorter last one) or equal (as libwebrtc)', oneOf(splits), [
        'full',
      ])
      .option('--suite <bits>', 'AES key bits of SRTP: 128 or 256', countOption)
      .option('--gso-through', 'lets packets of UDP_SEGMENT cross the wire whole')
      .option('--no-priority', 'leaves the priority of server and clients as it is')
      .option('--profile', 'says by perf where the time goes; perf itself adds to it')
      .option('--csv <file>', 'writes the measurements'),
  run: async (options, say) => {
    const clientCpu = cpus().length - 1;
    if (clientCpu === serverCpu)
      throw new Error('The benchmark needs two processors, since a server has one to itself.');
    const shape = shapeOf(String(options['shape']));
    const starts = shape.name === 'relay' ? relays : servers;
    const names = ((options['servers'] ?? Object.keys(starts)) as readonly string[]).filter((name) =>
      Object.hasOwn(starts, name),
    );
    const traces = options['traces'] as readonly TraceName[];
    const [split = 'full'] = options['split'] as readonly Split[];
    const rounds = Number(options['rounds']);
    const suite = suiteOf(options['suite']);
    pin(process.pid, clientCpu);
    const hasPriority = options['priority'] !== false && raisePriority();
    if (!hasPriority && options['priority'] !== false)
      say('no right to raise the priority: other processes may distort the measurement');
    const net = ForwardNet.create({ serverCpu, clientCpu, gsoThrough: options['gsoThrough'] === true, hasPriority });
    const windowMs = Number(options['window']) * 1000;
    const profiles = new Map<string, Profile>();
    const during: Conditions['during'] = async (pids, { trace, server }) => {
      const profile = profiles.get(`${trace}.${server}`) ?? new Profile();
      profiles.set(`${trace}.${server}`, profile);
      await profile.record(pids, windowMs);
    };
    const conditions: Conditions = {
      net,
      clientCpu,
      shape,
      split,
      suite,
      windowMs,
      ...(options['profile'] === true ? { during } : {}),
    };
    const rows: Row[] = [];
    const titles = new Map<string, string>();
    try {
      for (let round = 0; round < rounds; round += 1)
        for (const trace of traces)
          for (const server of names) {
            const start = starts[server];
            if (start === undefined) throw new Error(`There is no server ${server}.`);
            const { row, title } = await runTrial({ round, server, start, trace }, conditions);
            rows.push(row);
            titles.set(server, title);
            say(lineOf(row));
          }
    } finally {
      net.close();
      if (typeof options['csv'] === 'string') writeFileSync(options['csv'], csvOf(rows));
    }
    const { metrics, missed, aims } = resultOf(rows, { names, traces, shape: shape.name });
    for (const [name, profile] of profiles) {
      metrics[`profile.${name}`] = profile.percent;
      for (const { name: symbol, percent } of profile.top) say(`${name} ${percent.toFixed(1).padStart(5)} % ${symbol}`);
    }
    const params = {
      shape: shape.name,
      rounds,
      windowSeconds: windowMs / 1000,
      split,
      gsoThrough: options['gsoThrough'] === true ? 'yes' : 'no',
      ...Object.fromEntries([...titles].map(([name, title]) => [name, title.replaceAll('|', '/')])),
    };
    return { params, metrics, missed, aims, table: `forward-${shape.name}` };
  },
};

function resultOf(
  rows: readonly Row[],
  o: { names: readonly string[]; traces: readonly string[]; shape: string },
): { metrics: Record<string, number | Metrics>; missed: string[]; aims: Aim[] } {
  const metrics: Record<string, number | Metrics> = {};
  const ratios = new Map<string, Ratio>();
  const missed: string[] = [];
  for (const trace of o.traces) {
    for (const server of o.names) {
      const own = rows.filter((row) => row.trace === trace && row.server === server);
      metrics[`${trace}.${server}`] = figuresOf(own);
      const lost = Math.max(...own.map(({ lossShare }) => lossShare));
      if (server === 'ours' && !(lost <= lossShareMax))
        missed.push(`${trace}: ${(100 * lost).toFixed(2)} % of the packets were lost, aim ${100 * lossShareMax} %`);
    }
    for (const to of o.names.slice(1))
      ratios.set(ratioName(trace, to), ratioOf(rows, { trace, server: o.names[0] ?? '', to }));
  }
  for (const [ratio, { median: middle, from, to }] of ratios) {
    const name = `${o.shape}.${ratio}`;
    Object.assign(metrics, { [name]: middle, [`${name}From`]: from, [`${name}To`]: to });
  }
  const aims = o.names[0] === 'ours' ? [...aimsOf(o.shape, ratios), ...delayAimsOf(o.shape, rows)] : [];
  return { metrics, missed, aims };
}

function figuresOf(rows: readonly Row[]): Record<string, number> {
  const middle = (of: (row: Row) => number): number => median(rows.map(of));
  const costs = rows.map(({ cpuUsPerPacket }) => cpuUsPerPacket);
  return {
    cpuUsPerPacket: median(costs),
    cpuUsPerPacketP25: percentileBetween(costs, 0.25),
    cpuUsPerPacketP75: percentileBetween(costs, 0.75),
    cpuPercent: 100 * middle(({ cores }) => cores),
    packetsPerSecond: middle(({ packetsPerSecond }) => packetsPerSecond),
    lossPercent: 100 * Math.max(...rows.map(({ lossShare }) => lossShare)),
    rssKbPerSession: middle(({ rssKbPerSession }) => rssKbPerSession),
    delayMsP50: middle(({ delayMsP50 }) => delayMsP50),
    delayMsP99: middle(({ delayMsP99 }) => delayMsP99),
    delayMsP999: middle(({ delayMsP999 }) => delayMsP999),
    othersPercent: 100 * middle(({ othersShare }) => othersShare),
  };
}

function lineOf(row: Row): string {
  return (
    `round ${row.round + 1} ${row.trace} ${row.server}: ${row.cpuUsPerPacket.toFixed(2)} µs a packet ` +
    `(${row.cpuUsByProcess.map((us, at) => `${row.processes[at]} ${us.toFixed(2)}`).join(' + ')}), ${(row.packetsPerSecond / 1000).toFixed(1)} kpackets/s, ` +
    `${(100 * row.cores).toFixed(0)} % of a core, loss ${(100 * row.lossShare).toFixed(2)} %, silent ${row.silentStreams}, ` +
    `delay p50 ${row.delayMsP50.toFixed(2)} p99 ${row.delayMsP99.toFixed(2)} ms, ${row.rssKbPerSession.toFixed(0)} KB a session; ` +
    `others ${(100 * row.othersShare).toFixed(0)} %, clients ${(100 * row.clientCores).toFixed(0)} %, late p99 ${row.sendLateMsP99.toFixed(1)} ms, datagram ${row.datagramUs.toFixed(2)} µs`
  );
}

function oneOf(known: readonly string[]): (text: string) => string[] {
  return (text) => {
    const names = text.split(',');
    if (names.some((name) => !known.includes(name))) throw new InvalidArgumentError(`known are ${known.join(', ')}`);
    return names;
  };
}

function suiteOf(bits: unknown): 'SRTP_AEAD_AES_128_GCM' | 'SRTP_AEAD_AES_256_GCM' | undefined {
  if (bits === undefined) return undefined;
  if (bits === 128) return 'SRTP_AEAD_AES_128_GCM';
  if (bits === 256) return 'SRTP_AEAD_AES_256_GCM';
  throw new Error('The key of SRTP has 128 or 256 bits.');
}
