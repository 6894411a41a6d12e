// How soon viewers in another region see an encoder: those that wait for it, and those that come in the middle of a
// group of pictures. And whether the first see the second come.
import { setTimeout as pause } from 'node:timers/promises';
import { InvalidArgumentError } from 'commander';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../../../test/support/browser.ts';
import { TestCloud } from '../../../test/support/cloud.ts';
import { until } from '../../../test/support/poll.ts';
import { waysOf } from '../../../test/support/ways.ts';
import { countOption, type LabCase, type LabResult, type Metrics, percentile, type Say } from '../../support/case.ts';
import { ClockSource } from '../matrix/clock-source.ts';
import type { SeenPicture } from '../matrix/measure.ts';
import { MeetingPage } from '../matrix/pages.ts';
import { type Row, rows } from './rows.ts';
import { ConnectTap } from './tap.ts';

/** A picture that has not come by then does not come. */
const limitMs = 20_000;
/** Behind a key frame, by which the later viewer is seen to change over to the original. */
const watchedMs = 2500;
/** The later viewer hurries to the present; from then on it is to see each picture in its time. */
const hurryMs = 2000;

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
    const browsers: Browser[] = [];
    try {
      const pages = await Promise.all(
        [0, 1].map(async () => {
          const browser = await launchChromium();
          browsers.push(browser);
          return MeetingPage.open(browser, cloud, { region: 'singapore', isSource: false });
        }),
      );
      const [waiting, later] = pages as [MeetingPage, MeetingPage];
      return await measured({ cloud, waiting, later }, { wanted, rounds }, say);
    } finally {
      for (const browser of browsers) await browser.close();
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

interface Stage {
  readonly cloud: TestCloud;
  readonly waiting: MeetingPage;
  readonly later: MeetingPage;
}

/** Of one encoder. */
interface Round {
  /** From the encoder's connect to the picture in the page that waits; NaN: none came. */
  readonly waitingMs: number;
  /** From the later viewer's request to its picture, join included. */
  readonly laterMs: number;
  /** How old the later viewer's pictures are in the end, beside those of the first. */
  readonly behindMs: number;
  /** Pictures that a viewer saw after a newer one, since the later viewer came. */
  readonly back: number;
  /**
   * The longest time without a new picture that the first viewer saw since the later came; the later, in the present.
   */
  readonly stillMs: number;
  readonly laterStillMs: number;
  /** Pictures a second that the first viewer saw since the later came; the later, in the present. */
  readonly perSecond: number;
  readonly laterPerSecond: number;
}

async function measured(
  stage: Stage,
  { wanted, rounds }: { wanted: readonly Row[]; rounds: number },
  say: Say,
): Promise<LabResult> {
  const results: [Row, Round[]][] = [];
  for (const row of wanted) {
    const done: Round[] = [];
    for (let at = 0; at < rounds; at += 1) {
      const round = await oneRound(stage, row);
      done.push(round);
      say(`${row.name} ${at + 1}: ${Object.entries(round).map(([name, value]) => `${name} ${Math.round(value)}`)}`);
    }
    results.push([row, done]);
  }
  const metrics = Object.fromEntries(results.map(([{ name }, done]): [string, Metrics] => [name, figuresOf(done)]));
  return { params: { rounds, encoder: 'frankfurt', viewers: 'singapore' }, metrics, missed: results.flatMap(missedOf) };
}

const figuresOf = (done: readonly Round[]): Metrics => ({
  ...Object.fromEntries(
    (['waitingMs', 'laterMs', 'behindMs', 'stillMs', 'laterStillMs'] as const).flatMap((name) =>
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
    return ms <= row.aimMs ? [] : [`${row.name} ${name}: ${Math.round(ms)}, aim ${row.aimMs}`];
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

async function oneRound({ cloud, waiting, later }: Stage, row: Row): Promise<Round> {
  const room = `first ${row.name} ${Date.now()}`;
  const { publish } = await waysOf(cloud, 'frankfurt', { room, identity: 'encoder' });
  const tap = await ConnectTap.open(publish?.rtmp.url ?? '');
  const watching = play(waiting, room);
  let source: ClockSource | undefined;
  try {
    await until('the first viewer is in the room', () =>
      waiting.run(`return window.clock.rooms.at(-1)?.state === 'connected'`, null),
    );
    source = new ClockSource([...row.coding, '-flush_packets', '1', '-f', 'flv', tap.url], row.size);
    const connectedMs = await tap.connectedMs;
    const waitingMs = (await firstShownMs(waiting, connectedMs + limitMs)) - connectedMs;
    await pause(Math.max(0, connectedMs + row.laterMs - Date.now()));
    const comesMs = Date.now();
    const coming = play(later, room);
    const laterMs = (await firstShownMs(later, comesMs + limitMs)) - comesMs;
    const sinceMs = Date.now() - connectedMs;
    // A catch-up stream goes on for 3 s at least, and ends with the next key frame.
    const changesMs = Math.ceil((sinceMs + 3000) / row.groupMs) * row.groupMs;
    await pause(changesMs - sinceMs + watchedMs);
    const [seen, seenLater] = await Promise.all([waiting.sight(), later.sight()]);
    const endMs = Date.now();
    const here = seen.pictures.filter(({ shownMs }) => shownMs >= comesMs);
    void coming;
    const { back, stillMs } = stepsOf(here);
    const ofLater = stepsOf(seenLater.pictures);
    const presentMs = comesMs + laterMs + hurryMs;
    const present = seenLater.pictures.filter(({ shownMs }) => shownMs >= presentMs);
    return {
      waitingMs,
      laterMs,
      behindMs: delayMs(seenLater.pictures) - delayMs(here),
      back: back + ofLater.back,
      stillMs,
      laterStillMs: stepsOf(present).stillMs,
      perSecond: here.length / ((endMs - comesMs) / 1000),
      laterPerSecond: present.length / ((endMs - presentMs) / 1000),
    };
  } finally {
    source?.stop();
    tap.close();
    await Promise.all([waiting.reset(), later.reset()]);
    void watching;
  }
}

/** Sees the room's pictures from now on; a room without sound is played too. */
function play(page: MeetingPage, room: string): Promise<void> {
  return page.play(room).then(
    () => undefined,
    () => undefined, // the room is left before both tracks came: what was seen is what counts
  );
}

/** NaN: none came in time. */
async function firstShownMs(page: MeetingPage, untilMs: number): Promise<number> {
  return await until('the first picture', async () => {
    const first = (await page.sight()).pictures[0]?.shownMs;
    return first ?? (Date.now() > untilMs && Number.NaN);
  });
}

/** Of the last second, from drawing to showing. */
const delayMs = (pictures: readonly SeenPicture[]): number =>
  percentile(
    pictures.slice(-25).map(({ drawnMs, shownMs }) => shownMs - drawnMs),
    0.5,
  );

function stepsOf(pictures: readonly SeenPicture[]): { back: number; stillMs: number } {
  let [newestMs, back, stillMs] = [0, 0, 0];
  for (const [at, { drawnMs, shownMs }] of pictures.entries()) {
    if (drawnMs < newestMs) back += 1;
    newestMs = Math.max(newestMs, drawnMs);
    stillMs = Math.max(stillMs, shownMs - (pictures[at - 1]?.shownMs ?? shownMs));
  }
  return { back, stillMs };
}
