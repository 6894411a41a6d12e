// Three regions with delay between them, two real media nodes' pipes with pathd under them, a third region's pathd as
// relay, real audio from ffmpeg. The direct wire is cut again and again on the one running lab; the gap is the longest
// time between two packets at the receiver.

import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../../test/support/poll.ts';
import { countOption, type LabCase, percentile, type Say } from '../support/case.ts';
import { bothLive, End, type JoinedEnds, joinEnds } from './reroute/ends.ts';
import { quietFlips, reactions } from './reroute/reactions.ts';
import { Regions, regionNames } from './reroute/regions.ts';

const p50AimMs = 400;
const p99AimMs = 800;
/** From 5 % loss or 50 ms more to the other path. */
const reactAims = { p50: 2000, p99: 4000 };
const gapWindowMs = 2500;

/** The longest time between two packets that arrived within the window; the window's own ends do not count. */
function longestGap(arrivalsMs: readonly number[]): number {
  let longestMs = arrivalsMs.length < 2 ? Number.POSITIVE_INFINITY : 0;
  for (const [index, ms] of arrivalsMs.entries()) longestMs = Math.max(longestMs, ms - (arrivalsMs[index - 1] ?? ms));
  return longestMs;
}

async function cutOnce(regions: Regions, o: JoinedEnds, ends: ('a' | 'b')[]) {
  await until('the direct path is active and the standby lives', () => bothLive(o), 20_000);
  await pause(1200 + Math.random() * 300);
  const fromMs = Date.now();
  regions.cut(ends);
  await pause(gapWindowMs);
  const { arrivalsMs = [] } = await o.b.ask('arrivals', { fromMs: fromMs - 100 });
  await regions.heal();
  const flips = ((await o.a.ask('state')).flips ?? []).filter(({ atMs }) => atMs >= fromMs);
  await pause(300);
  await o.route(); // the centre's word that the direct path is the right one again
  return { gapMs: longestGap(arrivalsMs), flipped: flips.length > 0, packets: arrivalsMs.length };
}

async function quiet(b: End): Promise<number> {
  const fromMs = Date.now();
  await pause(3000);
  return longestGap((await b.ask('arrivals', { fromMs })).arrivalsMs ?? []);
}

interface Plan {
  readonly cuts: number;
  readonly losses: number;
  readonly slowdowns: number;
  readonly quietMinutes: number;
  readonly packetsPerSecond: number;
}

async function measure(regions: Regions, o: Plan & { pathdBin: string; say: Say }) {
  const ends = new Map(regionNames.map((name) => [name, new End(regions, name, o.pathdBin)] as const));
  const lab = await joinEnds(ends);
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
  const output = [
    '-ac',
    '2',
    '-c:a',
    'libopus',
    '-frame_duration',
    String(1000 / o.packetsPerSecond),
    '-payload_type',
    '100',
    '-ssrc',
    '1111',
    '-f',
    'rtp',
  ];
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
  // Before the cuts: a path that has just been cut counts as one that loses, and is not left for a little more of it.
  const lossMs = await reactions(regions, lab, { name: 'loss', times: o.losses, say: o.say });
  const slowMs = await reactions(regions, lab, { name: 'delay', times: o.slowdowns, say: o.say });
  const gapsMs: number[] = [];
  let flipped = 0;
  for (let cut = 1; cut <= o.cuts; cut += 1) {
    // One in three cuts only what the sender sends; its receiver is still heard on the direct path.
    const result = await cutOnce(regions, lab, cut % 3 === 0 ? ['b'] : ['a', 'b']);
    gapsMs.push(result.gapMs);
    if (result.flipped) flipped += 1;
    if (cut % 10 === 0 || result.gapMs > p99AimMs)
      o.say(
        `cut ${cut}/${o.cuts}: ${result.gapMs.toFixed(0)} ms, ${result.packets} packets, median so far ${percentile(gapsMs, 0.5).toFixed(0)} ms`,
      );
  }
  const falseFlips = o.quietMinutes === 0 ? 0 : await quietFlips(regions, lab, o.quietMinutes, o.say);
  return { gapsMs, flipped, quietMs, lossMs, slowMs, falseFlips, objectsKept: before === (await objects()) };
}

export const reroute: LabCase = {
  name: 'reroute',
  summary:
    'three regions, real audio between two of them; the direct wire is cut again and again: longest gap at the receiver (Linux, root)',
  configure: (command) =>
    void command
      .option('--cuts <n>', 'cuts on the one running lab', countOption, 100)
      .option('--losses <n>', 'times 5 % loss on the direct wire', Number, 0)
      .option('--slowdowns <n>', 'times 50 ms more on the direct wire', Number, 0)
      .option(
        '--quiet-minutes <n>',
        'time with 2 % random loss on the direct wire, in which every flip is a false one',
        Number,
        0,
      )
      .option('--pps <n>', 'packets of sound per second: 50 or 100', countOption, 50)
      .option('--rtt <ms>', 'round trip of the direct wire', countOption, 60)
      .option('--relay-rtt <ms>', 'round trip of each wire to the relay', countOption, 40),
  run: async (options, say) => {
    const [cuts, rttMs, relayRttMs] = [Number(options['cuts']), Number(options['rtt']), Number(options['relayRtt'])];
    const pathdBin = process.env['MERIDIAN_PATHD_BIN'] ?? 'none';
    if (pathdBin === 'none') throw new Error('there is no pathd here: a compiler is needed (gcc)');
    const regions = await Regions.create([rttMs / 2, relayRttMs / 2, relayRttMs / 2]);
    try {
      const plan: Plan = {
        cuts,
        losses: Number(options['losses']),
        slowdowns: Number(options['slowdowns']),
        quietMinutes: Number(options['quietMinutes']),
        packetsPerSecond: Number(options['pps']),
      };
      const { gapsMs, flipped, quietMs, lossMs, slowMs, falseFlips, objectsKept } = await measure(regions, {
        ...plan,
        pathdBin,
        say,
      });
      const [gapMsP50, gapMsP99] = [percentile(gapsMs, 0.5), percentile(gapsMs, 0.99)];
      const metrics: Record<string, number | boolean> = {
        gapMsP50,
        gapMsP99,
        gapMsWorst: Math.max(...gapsMs),
        quietGapMs: quietMs,
        flipped,
        objectsKept,
      };
      const missed = [
        ...late('gap', gapMsP50, gapMsP99, { p50: p50AimMs, p99: p99AimMs }),
        ...(objectsKept ? [] : ['mediasoup objects were made or lost']),
      ];
      for (const [name, all] of [
        ['loss', lossMs],
        ['delay', slowMs],
      ] as const) {
        if (all.length === 0) continue;
        const [p50, p99] = [percentile(all, 0.5), percentile(all, 0.99)];
        metrics[`${name}ReactMsP50`] = p50;
        metrics[`${name}ReactMsP99`] = p99;
        missed.push(...late(name, p50, p99, reactAims));
      }
      if (plan.quietMinutes > 0) {
        metrics['falseFlips'] = falseFlips;
        if (falseFlips > 0) missed.push(`${falseFlips} false flips in ${plan.quietMinutes} minutes`);
      }
      return { params: { ...plan, rttMs, relayRttMs }, metrics, missed };
    } finally {
      await regions.close();
    }
  },
};

function late(name: string, p50Ms: number, p99Ms: number, aims: { p50: number; p99: number }): string[] {
  return [
    ...(p50Ms > aims.p50 ? [`${name} p50 ${p50Ms.toFixed(0)} ms, aim ${aims.p50} ms`] : []),
    ...(p99Ms > aims.p99 ? [`${name} p99 ${p99Ms.toFixed(0)} ms, aim ${aims.p99} ms`] : []),
  ];
}
