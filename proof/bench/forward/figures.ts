// Figures of measured trials as pure functions: medians, spread, and ratios of trials of the same round.
import type { Aim } from '../../support/result.ts';

/** A trial: one server with one trace. */
export interface Row {
  readonly round: number;
  readonly server: string;
  readonly trace: string;
  /** Processor time of all threads of the server, in µs, by packets that arrived at the subscribers. */
  readonly cpuUsPerPacket: number;
  /** Processor time by processes of the server, in the order of its `pids()`. */
  readonly cpuUsByProcess: readonly number[];
  /** Names of these processes. */
  readonly processes: readonly string[];
  readonly cores: number;
  readonly packetsPerSecond: number;
  readonly mbps: number;
  readonly lossShare: number;
  readonly silentStreams: number;
  readonly rssKbPerSession: number;
  readonly delayMsP50: number;
  readonly delayMsP99: number;
  readonly delayMsP999: number;
  /** Signs of the machine: lateness of the clients' sending, drops at their sockets, and the processor's speed. */
  readonly sendLateMsP99: number;
  readonly ownDrops: number;
  /** Share of the server's processor that others took. */
  readonly othersShare: number;
  readonly clientCores: number;
  readonly stepNs: number;
  readonly datagramUs: number;
}

/** A ratio with the interval in which its median lies with 95 % confidence. */
export interface Ratio {
  readonly median: number;
  readonly from: number;
  readonly to: number;
  readonly pairs: number;
}

export const median = (values: readonly number[]): number => percentileBetween(values, 0.5);

/** Returns a percentile (`p`: 0…1), interpolated between neighbours; NaN for an empty list. */
export function percentileBetween(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = p * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}

/** Divides the cost of a server by that of another server, pair by pair of the same round. */
export function ratioOf(rows: readonly Row[], o: { trace: string; server: string; to: string }): Ratio {
  const ofTrace = rows.filter(({ trace }) => trace === o.trace);
  const ratios = ofTrace
    .filter(({ server }) => server === o.server)
    .flatMap((row) => {
      const other = ofTrace.find(({ server, round }) => server === o.to && round === row.round);
      return other === undefined ? [] : [row.cpuUsPerPacket / other.cpuUsPerPacket];
    });
  const { from, to } = interval(ratios);
  return { median: median(ratios), from, to, pairs: ratios.length };
}

const resamples = 10_000;
const seed = 60;

/** Returns the 95 % interval of the median by the bootstrap, with the same draws at every call. */
export function interval(values: readonly number[]): { from: number; to: number } {
  const random = evenNumbers(seed);
  const medians = Array.from({ length: values.length === 0 ? 0 : resamples }, () =>
    median(values.map(() => values[Math.floor(random() * values.length)] ?? Number.NaN)),
  );
  return { from: percentileBetween(medians, 0.025), to: percentileBetween(medians, 0.975) };
}

/** Returns a source of numbers in 0…1 (mulberry32). */
function evenNumbers(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Returns the name of a ratio in the results: `pacedToJanusBest`. */
export function ratioName(trace: string, to: string): string {
  const words = to.split('-').map((word) => word.slice(0, 1).toUpperCase() + word.slice(1));
  return `${trace}To${words.join('')}`;
}

const columns = [
  'round',
  'server',
  'trace',
  'cpuUsPerPacket',
  'cpuUsByProcess',
  'processes',
  'cores',
  'packetsPerSecond',
  'mbps',
  'lossShare',
  'silentStreams',
  'rssKbPerSession',
  'delayMsP50',
  'delayMsP99',
  'delayMsP999',
  'sendLateMsP99',
  'ownDrops',
  'othersShare',
  'clientCores',
  'stepNs',
  'datagramUs',
] as const satisfies readonly (keyof Row)[];

/** Returns the rows as CSV with a head; the list of processes is joined by `+`. */
export function csvOf(rows: readonly Row[]): string {
  const cell = (value: Row[keyof Row]): string => {
    if (typeof value === 'string') return value;
    const one = (part: string | number): string => (typeof part === 'string' ? part : String(rounded(part)));
    return typeof value === 'number' ? one(value) : value.map(one).join('+');
  };
  return [columns.join(','), ...rows.map((row) => columns.map((column) => cell(row[column])).join(','))]
    .map((line) => `${line}\n`)
    .join('');
}

const rounded = (value: number): number => Number(value.toPrecision(6));

/** Aims for ratios, by shape, trace and server. */
const ratioAims: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  '1x120': {
    burstToJanusBest: 0.3,
    burstToJanusShipped: 0.2,
    burstToFloor: 1,
    pacedToJanusBest: 0.5,
    pacedToJanusShipped: 0.33,
    pacedToFloor: 1.6,
  },
  '8x8': { pacedToStock: 0.6, burstToStock: 0.6 },
  '10x100': { pacedToStock: 0.6, burstToStock: 0.6 },
  relay: { pacedToStock: 0.4, burstToStock: 0.4 },
};

const peers: Readonly<Record<string, string>> = {
  JanusBest: 'Janus with one event loop',
  JanusShipped: 'Janus as Debian ships it',
  Floor: 'the floor with a send for each packet',
  Stock: 'our node with a stock worker',
};

/** Returns the measured ratios of a shape that have an aim. */
export function aimsOf(shape: string, ratios: ReadonlyMap<string, Ratio>): Aim[] {
  return Object.entries(ratioAims[shape] ?? {}).flatMap(([name, aim]) => {
    const ratio = ratios.get(name);
    if (ratio === undefined) return [];
    const [, trace = '', to = ''] = /^([a-z]+)To(\w+)$/.exec(name) ?? [];
    const floor = ratios.get(`${trace}ToFloor`);
    return [
      {
        figure: `CPU time of a packet, ${shape} ${trace}`,
        value: ratio.median,
        aim,
        should: 'most' as const,
        peer: peers[to] ?? to,
        ...(floor !== undefined && { limit: `the floor: ${(ratio.median / floor.median).toFixed(2)}` }),
      },
    ];
  });
}

/** Aims for the time that a packet spends at the server, in ms, by trace. */
const delayAims = { paced: { delayMsP50: 0.5, delayMsP99: 2 }, burst: { delayMsP50: 1.2, delayMsP99: 4 } } as const;

/** Returns the medians of our delays beside those of the floor, for the shape that has aims for them. */
export function delayAimsOf(shape: string, rows: readonly Row[]): Aim[] {
  if (shape !== '1x120') return [];
  return Object.entries(delayAims).flatMap(([trace, ofTrace]) => {
    const of = (name: string, key: keyof typeof ofTrace): number =>
      median(rows.filter((row) => row.trace === trace && row.server === name).map((row) => row[key]));
    if (!rows.some((row) => row.trace === trace && row.server === 'ours')) return [];
    return (['delayMsP50', 'delayMsP99'] as const).map((key) => {
      const floor = of('floor', key);
      return {
        figure: `${key === 'delayMsP50' ? 'p50' : 'p99'} of the delay, ${trace}, ms`,
        value: of('ours', key),
        aim: ofTrace[key],
        should: 'most' as const,
        ...(Number.isFinite(floor) && { limit: `the floor: ${floor.toFixed(2)}` }),
      };
    });
  });
}
