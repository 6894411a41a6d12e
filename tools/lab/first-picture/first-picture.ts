// How soon viewers in another region see an encoder: those that wait for it, those that come in the middle of a group
// of pictures, and those that find what their way needs running or not. And whether the first see the second come.
import { InvalidArgumentError } from 'commander';
import { TestCloud } from '../../../test/support/cloud.ts';
import { countOption, type LabCase, type LabResult, type Metrics, percentile, type Say } from '../../support/case.ts';
import { ClockPages } from '../matrix/pages.ts';
import { limitMs, oneRound, type Round, type Stage } from './round.ts';
import { type Row, rows } from './rows.ts';
import { Viewers } from './viewers.ts';

export const firstPicture: LabCase = {
  name: 'first-picture',
  summary: 'an encoder in Frankfurt, viewers in Singapore that wait for it or come later: time to the first picture',
  configure: (command) =>
    void command
      .option('--only <list>', `of ${rows.map(({ name }) => name).join(', ')}`, rowsOption)
      .option('--rounds <n>', 'encoders of each kind', countOption, 5),
  run: async (options, say) => {
    const wanted = (options['only'] as readonly Row[] | undefined) ?? rows;
    const rounds = Number(options['rounds']);
    const cloud = await TestCloud.start({ extraArgs: ['--log-level', 'warn'] });
    const viewers = new Viewers(cloud);
    let pages: Promise<ClockPages> | undefined;
    const publishing = (): Promise<ClockPages> => {
      pages ??= ClockPages.launch(cloud);
      return pages;
    };
    try {
      return await measured({ cloud, viewers, pages: publishing }, { wanted, rounds }, say);
    } finally {
      await viewers.close();
      await (await pages)?.close();
      await cloud.stop();
    }
  },
};

function rowsOption(list: string): Row[] {
  return list.split(',').map((name) => {
    const found = rows.find((row) => row.name === name.trim());
    if (found === undefined) throw new InvalidArgumentError(`no row is ${JSON.stringify(name)}`);
    return found;
  });
}

/** Of the pictures that the encoder sends, on a machine that decodes them twice. */
const rateShareMin = 0.8;

async function measured(
  stage: Stage,
  { wanted, rounds }: { wanted: readonly Row[]; rounds: number },
  say: Say,
): Promise<LabResult> {
  const results: [Row, Round[]][] = [];
  const problems: string[] = [];
  for (const row of wanted) {
    const done: Round[] = [];
    for (let at = 0; at < rounds; at += 1) {
      try {
        const round = await oneRound(stage, row);
        done.push(round);
        say(`${row.name} ${at + 1}: ${Object.entries(round).map(([name, value]) => `${name} ${Math.round(value)}`)}`);
      } catch (error) {
        problems.push(`${row.name} ${at + 1}: ${error instanceof Error ? error.message : String(error)}`);
        say(problems.at(-1) ?? '');
      }
    }
    results.push([row, done]);
  }
  const metrics = Object.fromEntries(results.map(([{ name }, done]): [string, Metrics] => [name, figuresOf(done)]));
  return {
    params: { rounds, encoder: 'frankfurt', viewers: 'singapore' },
    metrics,
    missed: [...results.flatMap(missedOf), ...problems],
  };
}

const figuresOf = (done: readonly Round[]): Metrics => ({
  ...Object.fromEntries(
    (['waitingMs', 'laterMs', 'delayMs', 'behindMs', 'stillMs', 'laterStillMs'] as const).flatMap((name) =>
      [50, 95].map((share): [string, number] => [`${name}P${share}`, shareOf(done, name, share / 100)]),
    ),
  ),
  perSecondP5: shareOf(done, 'perSecond', 0.05),
  laterPerSecondP5: shareOf(done, 'laterPerSecond', 0.05),
  back: done.reduce((sum, { back }) => sum + back, 0),
});

/** What never came is later than all others. */
const shareOf = (done: readonly Round[], name: keyof Round, share: number): number =>
  percentile(
    done.map((round) => (Number.isNaN(round[name]) ? limitMs : round[name])),
    share,
  );

function missedOf([row, done]: [Row, readonly Round[]]): string[] {
  const late = (['waitingMs', 'laterMs'] as const).flatMap((name) => {
    const ms = shareOf(done, name, 0.95);
    const aimMs = name === 'laterMs' ? row.laterAimMs : row.firstAimMs;
    return ms <= aimMs ? [] : [`${row.name} ${name}: ${Math.round(ms)}, aim ${aimMs}`];
  });
  const slow = (['perSecond', 'laterPerSecond'] as const).flatMap((name) => {
    const aim = row.size.picturesPerSecond * rateShareMin;
    const rate = shareOf(done, name, 0.05);
    return rate >= aim ? [] : [`${row.name} ${name}: ${rate.toFixed(1)}, aim ${aim.toFixed(1)}`];
  });
  const back = done.reduce((sum, round) => sum + round.back, 0);
  const again = back === 0 ? [] : [`${row.name}: a viewer saw ${back} pictures again`];
  return [...late, ...slow, ...again];
}
