// Link-days of the reaction rules without a socket: two paths that lose, are never cut and never slowed, so that every
// flip is a false one.
import { execFileSync } from 'node:child_process';
import process from 'node:process';
import { countOption, type LabCase } from '../support/case.ts';

const flipsAim = 1;
/**
 * Mean length of a burst; 0: every packet by itself. The longest is for information: a path that loses all for 100 ms
 * at a time, a dozen times a minute.
 */
const rows = [
  { name: 'random', loss: 0.02, burstMs: 0, hasAim: true },
  { name: 'bursts10', loss: 0.02, burstMs: 10, hasAim: true },
  { name: 'bursts30', loss: 0.02, burstMs: 30, hasAim: true },
  { name: 'bursts100', loss: 0.02, burstMs: 100, hasAim: false },
  { name: 'little', loss: 0.008, burstMs: 0, hasAim: false },
] as const;
/** A clean path that begins to lose 5 %, at these packets per second. The aim is for the least that counts as busy. */
const worse = [
  { name: 'worse50', pps: 50, hasAim: true },
  { name: 'worse100', pps: 100, hasAim: true },
  { name: 'worse300', pps: 300, hasAim: true },
] as const;
const worseLoss = 0.05;
const reactAims = { p50Ms: 2000, p99Ms: 4000 };
/** What pathd takes a path to lose that has lost nothing yet (`usual_least` in paths.c). */
const usualLoss = 0.001;

interface Run {
  readonly flips: number;
  readonly bySilence: number;
  readonly byLoss: number;
  readonly bothShare: number;
  readonly reactMsP50?: number;
  readonly reactMsP99?: number;
}

export const flips: LabCase = {
  name: 'flips',
  summary: 'false flips per link-day of pathd’s rules at 2 % loss, random and in bursts (simulated)',
  configure: (command) =>
    void command
      .option('--days <n>', 'link-days of each kind of loss', countOption, 5)
      .option('--pps <n>', 'packets per second', countOption, 50)
      .option('--seed <n>', 'of the chance', countOption, 1 + (Date.now() % 1_000_000)),
  run: async (options, say) => {
    const [days, pps, seed] = [Number(options['days']), Number(options['pps']), Number(options['seed'])];
    const pathdBin = process.env['MERIDIAN_PATHD_BIN'] ?? 'none';
    if (pathdBin === 'none') throw new Error('there is no pathd here: a compiler is needed (gcc)');
    const metrics: Record<string, Record<string, number>> = {};
    const missed: string[] = [];
    for (const { name, loss, burstMs, hasAim } of rows) {
      const args = ['--simulate', seed, days, pps, loss, burstMs].map(String);
      const run = JSON.parse(execFileSync(pathdBin, args, { encoding: 'utf8' })) as Run;
      const falseFlipsPerLinkDay = run.flips / days;
      metrics[name] = { falseFlipsPerLinkDay, bySilence: run.bySilence, byLoss: run.byLoss, bothShare: run.bothShare };
      say(`${name}: ${run.flips} flips in ${days} link-days (seed ${seed})`);
      if (hasAim && falseFlipsPerLinkDay > flipsAim)
        missed.push(`${name}: ${falseFlipsPerLinkDay} false flips per link-day, aim ${flipsAim}`);
    }
    for (const { name, pps: rate, hasAim } of worse) {
      const args = ['--simulate', seed, 0.5, rate, 0, 0, worseLoss].map(String);
      const run = JSON.parse(execFileSync(pathdBin, args, { encoding: 'utf8' })) as Run;
      const { reactMsP50 = Number.NaN, reactMsP99 = Number.NaN } = run;
      const [leastMsP50, leastMsP99] = [leastReactMs(rate, 0.5), leastReactMs(rate, 0.99)];
      metrics[name] = { reactMsP50, reactMsP99, leastMsP50, leastMsP99 };
      say(
        `${name}: left after ${reactMsP50} ms, p99 ${reactMsP99} ms; the least there is ${leastMsP50} and ${leastMsP99} ms`,
      );
      if (hasAim && reactMsP50 > reactAims.p50Ms) missed.push(`${name}: p50 ${reactMsP50} ms, aim ${reactAims.p50Ms}`);
      if (hasAim && reactMsP99 > reactAims.p99Ms) missed.push(`${name}: p99 ${reactMsP99} ms, aim ${reactAims.p99Ms}`);
    }
    return { params: { days, packetsPerSecond: pps, worseLoss, seed }, metrics, missed };
  },
};

/**
 * How soon a path that has begun to lose can be left in this share of cases by a rule that is wrong at most `flipsAim`
 * times a link-day, in ms. What it has to go by are k losses within a time t. By chance the usual loss shows as many in
 * some window of t: about rate × day × P(k − 1 more within t of a loss) times (the scan statistic's first order; Naus
 * 1982), so k must be large enough for t; and they must have come by then.
 */
function leastReactMs(pps: number, share: number): number {
  const stepS = 0.02;
  for (let seconds = stepS; seconds < 60; seconds += stepS) {
    const chance = usualLoss * pps;
    let losses = 1;
    while (chance * 86_400 * atLeast(losses - 1, chance * seconds) > flipsAim) losses += 1;
    if (atLeast(losses, worseLoss * pps * seconds) >= share) return Math.round(seconds * 1000);
  }
  return Number.POSITIVE_INFINITY;
}

/** P(X ≥ count) of a Poisson variable. */
function atLeast(count: number, mean: number): number {
  let [term, below] = [Math.exp(-mean), 0];
  for (let seen = 0; seen < count; seen += 1) {
    below += term;
    term *= mean / (seen + 1);
  }
  return 1 - below;
}
