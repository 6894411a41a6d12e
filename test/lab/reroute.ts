// Three regions with delay between them, two real media nodes' pipes with pathd under them, a third region's pathd as relay, real audio from
// ffmpeg. The direct wire is cut again and again on the one running lab; the gap is the longest time between two packets at the receiver.
import type { ChildProcess } from 'node:child_process';
import process from 'node:process';
import { createInterface } from 'node:readline';
import type { RtpParameters } from '@meridian/protocol';
import { numberOf } from '../../sfu/src/adapters/pathd.ts';
import { countOption, type LabCase, percentile, type Say } from '../support/case.ts';
import { until } from '../support/poll.ts';
import { type RegionName, Regions, regionNames } from './reroute/regions.ts';

const p50AimMs = 400;
const p99AimMs = 800;
const gapWindowMs = 2500;

interface Answer {
  readonly id: number;
  readonly ok?: boolean;
  readonly why?: string;
  readonly wirePort?: number;
  readonly local?: { ip: string; port: number };
  readonly srtp?: { cryptoSuite: string; keyBase64: string };
  readonly port?: number;
  readonly rtpPort?: number;
  readonly rtpParameters?: RtpParameters;
  readonly arrivalsMs?: number[];
  readonly samples?: { via: string; active: boolean; rttMs: number }[];
  readonly flips?: { via: string; reason: string; atMs: number; ageMs: number }[];
  readonly error?: string;
  readonly transports?: number;
  readonly producers?: number;
}

/** A region's process, spoken to by lines. */
class End {
  readonly name: RegionName;
  readonly ip: string;
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #id = 0;
  ready: Answer | undefined;

  constructor(regions: Regions, name: RegionName, pathdBin: string) {
    this.name = name;
    this.ip = regions.ownIp(name);
    const program = new URL('reroute/end.ts', import.meta.url).pathname;
    this.#child = regions.spawn(name, process.execPath, [program, name, this.ip, pathdBin]);
    createInterface({ input: this.#child.stdout ?? process.stdin }).on('line', (line) => {
      const answer = JSON.parse(line) as Answer;
      if (answer.id === 0) this.ready = answer;
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    });
  }

  ask(order: string, more: object = {}): Promise<Answer> {
    this.#id += 1;
    const id = this.#id;
    this.#child.stdin?.write(`${JSON.stringify({ id, do: order, ...more })}\n`);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, (answer) => {
        if (answer.ok === true) resolve(answer);
        else reject(new Error(`${this.name}: ${order}: ${answer.why}`));
      });
    });
  }
  async tell(command: string): Promise<void> {
    const { error } = await this.ask('tell', { command });
    if (error !== '') throw new Error(`pathd of ${this.name}: ${command.split(' ')[0]}: ${error}`);
  }
}

const keyOf = (from: string, to: string): string => Buffer.from(`key ${from} to ${to}`.padEnd(16)).toString('hex');

async function connect(ends: ReadonlyMap<RegionName, End>): Promise<{ a: End; b: End; route: () => Promise<void> }> {
  const [a, b] = [ends.get('a'), ends.get('b')];
  if (a === undefined || b === undefined) throw new Error('a region is missing');
  await until('every pathd runs', () => [...ends.values()].every(({ ready }) => ready?.wirePort !== undefined), 30_000);
  for (const one of ends.values())
    for (const other of ends.values())
      if (one !== other)
        await one.tell(
          `peer ${numberOf(other.name)} ${other.ip} ${other.ready?.wirePort} ${keyOf(one.name, other.name)} ${keyOf(other.name, one.name)}`,
        );
  const [mediaA, mediaB] = [await a.ask('media'), await b.ask('media')];
  for (const [end, media, far, farMedia] of [
    [a, mediaA, b, mediaB],
    [b, mediaB, a, mediaA],
  ] as const) {
    await end.tell(`flow ${numberOf(far.name)} 127.0.0.1 ${media.port}`);
    await end.ask('connect', { remote: { ...end.ready?.local, srtp: farMedia.srtp } });
  }
  const relay = numberOf('r');
  const route = async (): Promise<void> => {
    await a.tell(`route ${numberOf('b')} direct ${relay}`);
    await b.tell(`route ${numberOf('a')} direct ${relay}`);
  };
  await route();
  return { a, b, route };
}

/** The longest time between two packets that arrived within the window; the window's own ends do not count. */
function longestGap(arrivalsMs: readonly number[]): number {
  let longestMs = arrivalsMs.length < 2 ? Number.POSITIVE_INFINITY : 0;
  for (const [index, ms] of arrivalsMs.entries()) longestMs = Math.max(longestMs, ms - (arrivalsMs[index - 1] ?? ms));
  return longestMs;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function cutOnce(regions: Regions, o: { a: End; b: End; route: () => Promise<void> }, ends: ('a' | 'b')[]) {
  const bothLive = async (): Promise<boolean> => {
    const samples = (await o.a.ask('state')).samples ?? [];
    return (
      samples.length === 2 &&
      samples.every(({ rttMs }) => rttMs > 0) &&
      samples.some(({ via, active }) => via === 'direct' && active)
    );
  };
  await until('the direct way is active and the standby lives', bothLive, 20_000);
  await pause(1200 + Math.random() * 300);
  const fromMs = Date.now();
  regions.cut(ends);
  await pause(gapWindowMs);
  const { arrivalsMs = [] } = await o.b.ask('arrivals', { fromMs: fromMs - 100 });
  regions.heal();
  const flips = ((await o.a.ask('state')).flips ?? []).filter(({ atMs }) => atMs >= fromMs);
  await pause(300);
  await o.route(); // the centre's word that the direct way is the right one again
  return { gapMs: longestGap(arrivalsMs), flipped: flips.length > 0, packets: arrivalsMs.length };
}

async function quiet(b: End): Promise<number> {
  const fromMs = Date.now();
  await pause(3000);
  return longestGap((await b.ask('arrivals', { fromMs })).arrivalsMs ?? []);
}

async function measure(regions: Regions, o: { cuts: number; pathdBin: string; say: Say }) {
  const ends = new Map(regionNames.map((name) => [name, new End(regions, name, o.pathdBin)] as const));
  const lab = await connect(ends);
  const { rtpPort, rtpParameters } = await lab.a.ask('publish');
  await lab.b.ask('play', { rtpParameters });
  const input = [
    '-hide_banner',
    '-loglevel',
    'error',
    '-re',
    '-f',
    'lavfi',
    '-i',
    'sine=frequency=440:sample_rate=48000',
  ];
  const output = ['-ac', '2', '-c:a', 'libopus', '-payload_type', '100', '-ssrc', '1111', '-f', 'rtp'];
  regions.spawn('a', 'ffmpeg', [...input, ...output, `rtp://127.0.0.1:${rtpPort}?localrtpport=5004`]);
  await until(
    'media arrives',
    async () => ((await lab.b.ask('arrivals', { fromMs: 0 })).arrivalsMs ?? []).length > 100,
    30_000,
  );
  const objects = async () => {
    const states = [await lab.a.ask('state'), await lab.b.ask('state')];
    return JSON.stringify(states.map(({ transports, producers }) => [transports, producers]));
  };
  const [quietMs, before] = [await quiet(lab.b), await objects()];
  o.say(`longest time between packets without a cut: ${quietMs.toFixed(0)} ms`);
  const gapsMs: number[] = [];
  let flipped = 0;
  for (let cut = 1; cut <= o.cuts; cut += 1) {
    // One in three cuts only what the sender sends; its receiver is still heard on the direct way.
    const result = await cutOnce(regions, lab, cut % 3 === 0 ? ['b'] : ['a', 'b']);
    gapsMs.push(result.gapMs);
    if (result.flipped) flipped += 1;
    if (cut % 10 === 0 || result.gapMs > p99AimMs)
      o.say(
        `cut ${cut}/${o.cuts}: ${result.gapMs.toFixed(0)} ms, ${result.packets} packets, median so far ${percentile(gapsMs, 0.5).toFixed(0)} ms`,
      );
  }
  return { gapsMs, flipped, quietMs, objectsKept: before === (await objects()) };
}

export const reroute: LabCase = {
  name: 'reroute',
  summary:
    'three regions, real audio between two of them; the direct wire is cut again and again: longest gap at the receiver (Linux, root)',
  configure: (command) =>
    void command
      .option('--cuts <n>', 'cuts on the one running lab', countOption, 100)
      .option('--rtt <ms>', 'round trip of the direct wire', countOption, 60)
      .option('--relay-rtt <ms>', 'round trip of each wire to the relay', countOption, 40),
  run: async (options, say) => {
    const [cuts, rttMs, relayRttMs] = [Number(options['cuts']), Number(options['rtt']), Number(options['relayRtt'])];
    const pathdBin = process.env['MERIDIAN_PATHD_BIN'] ?? 'none';
    if (pathdBin === 'none') throw new Error('there is no pathd here: a compiler is needed (gcc)');
    const regions = await Regions.create([rttMs / 2, relayRttMs / 2, relayRttMs / 2]);
    try {
      const { gapsMs, flipped, quietMs, objectsKept } = await measure(regions, { cuts, pathdBin, say });
      const [gapMsP50, gapMsP99] = [percentile(gapsMs, 0.5), percentile(gapsMs, 0.99)];
      const missed = [
        ...(gapMsP50 > p50AimMs ? [`gap p50 ${gapMsP50.toFixed(0)} ms, aim ${p50AimMs} ms`] : []),
        ...(gapMsP99 > p99AimMs ? [`gap p99 ${gapMsP99.toFixed(0)} ms, aim ${p99AimMs} ms`] : []),
        ...(objectsKept ? [] : ['mediasoup objects were made or lost']),
      ];
      const metrics = {
        gapMsP50,
        gapMsP99,
        gapMsWorst: Math.max(...gapsMs),
        quietGapMs: quietMs,
        flipped,
        objectsKept,
      };
      return { params: { cuts, rttMs, relayRttMs, packetsPerSecond: 50 }, metrics, missed };
    } finally {
      await regions.close();
    }
  },
};
