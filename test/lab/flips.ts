// Link-days of the reaction rules without a socket: two ways that lose, are never cut and never slowed, so that every flip is a false one.
import { execFileSync } from 'node:child_process';
import process from 'node:process';
import { countOption, type LabCase } from '../support/case.ts';

const flipsAim = 1;
const loss = 0.02;
/** Mean length of a burst; 0: every packet by itself. The longest is for information: a way that loses all for 100 ms at a time, a dozen times a minute. */
const bursts = [
  { name: 'random', burstMs: 0, hasAim: true },
  { name: 'bursts10', burstMs: 10, hasAim: true },
  { name: 'bursts30', burstMs: 30, hasAim: true },
  { name: 'bursts100', burstMs: 100, hasAim: false },
] as const;

interface Run {
  readonly flips: number;
  readonly bySilence: number;
  readonly byLoss: number;
  readonly bothShare: number;
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
    const metrics: Record<
      string,
      { falseFlipsPerLinkDay: number; bySilence: number; byLoss: number; bothShare: number }
    > = {};
    const missed: string[] = [];
    for (const { name, burstMs, hasAim } of bursts) {
      const args = ['--simulate', seed, days, pps, loss, burstMs].map(String);
      const run = JSON.parse(execFileSync(pathdBin, args, { encoding: 'utf8' })) as Run;
      const falseFlipsPerLinkDay = run.flips / days;
      metrics[name] = { falseFlipsPerLinkDay, bySilence: run.bySilence, byLoss: run.byLoss, bothShare: run.bothShare };
      say(`${name}: ${run.flips} flips in ${days} link-days (seed ${seed})`);
      if (hasAim && falseFlipsPerLinkDay > flipsAim)
        missed.push(`${name}: ${falseFlipsPerLinkDay} false flips per link-day, aim ${flipsAim}`);
    }
    return { params: { days, packetsPerSecond: pps, loss, seed }, metrics, missed };
  },
};
