// Publishers and players of each protocol in one room, in different regions: what arrives, when, and what it cost.
import { InvalidArgumentError } from 'commander';
import { TestCloud } from '../../../test/support/cloud.ts';
import { countOption, type LabCase, type LabResult, type Metrics, type Say } from '../../support/case.ts';
import type { Figures } from '../../support/clock/measure.ts';
import type { MeetingPage } from '../../support/clock/pages.ts';
import { watch } from '../../support/clock/watch.ts';
import { delayBetweenRegions } from '../../support/region-delay.ts';
import { cellsOf, inTurn, outlivesPlayer, usualCells } from './cells.ts';
import type { Publishing, Reader, Stage } from './kind.ts';
import { kinds } from './kinds.ts';
import { ffmpegLoopBack } from './loop-back.ts';
import { ClockPages, type H5Page } from './pages.ts';
import { type Cell, partsOf, runCell } from './run-cell.ts';
import { aimsOf, nameOf, type Pair, settleMsOf } from './table.ts';

const loopBackSeconds = 4;
/** Below it the machine may be what is late. */
const idleShareMin = 0.2;

export const matrix: LabCase = {
  name: 'matrix',
  summary: 'publishers and players of each protocol in one room, in two regions: latency, sound, transcoding, CPU',
  configure: (command) =>
    void command
      .option('--cells <list>', 'such as "webrtc>rtmp,*>flv"; without it all that are usual', cellsOption)
      .option('--seconds <n>', 'measured time of each cell', countOption, 4),
  run: async (options, say) => {
    const pairs = (options['cells'] as Pair[] | undefined) ?? usualCells;
    const missing = pairs.filter((pair) => partsOf({ pair, kinds }) === undefined);
    const present = pairs.filter((pair) => !missing.includes(pair));
    const cloud = await TestCloud.start({ extraArgs: ['--log-level', 'warn', '--metrics'] });
    try {
      const pages = await ClockPages.launch(cloud);
      try {
        return await measured({ cloud, pages }, { present, missing, seconds: Number(options['seconds']) }, say);
      } finally {
        await pages.close();
      }
    } finally {
      await cloud.stop();
    }
  },
};

function cellsOption(list: string): Pair[] {
  try {
    return cellsOf(list);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InvalidArgumentError(error.message);
  }
}

interface Plan {
  readonly present: readonly Pair[];
  readonly missing: readonly Pair[];
  readonly seconds: number;
}

async function measured(stage: Stage, { present, missing, seconds }: Plan, say: Say): Promise<LabResult> {
  const startedMs = performance.now();
  const regionDelayMs = await delayBetweenRegions(stage.cloud);
  const players = kinds.filter(({ name }) => present.some(({ to }) => to === name));
  const readers = await loopBacks(stage, new Set(players.map(({ reader }) => reader)));
  const cells = await run(stage, { pairs: present, seconds, regionDelayMs }, say);
  const isBusy = ({ idleShare }: Cell): boolean => idleShare < idleShareMin;
  const counts = {
    ok: cells.filter(([, { ok }]) => ok).length,
    notOk: cells.filter(([, { ok }]) => !ok).length,
    missing: missing.map(nameOf),
    busy: cells.filter(([, cell]) => isBusy(cell)).map(([pair]) => nameOf(pair)),
    readers,
    readerOf: Object.fromEntries(players.map(({ name, reader }): [string, string] => [name, reader])),
  };
  const byName = <T>(of: (pair: Pair, cell: Cell) => T): Record<string, T> =>
    Object.fromEntries(cells.map(([pair, cell]): [string, T] => [nameOf(pair), of(pair, cell)]));
  return {
    params: {
      seconds,
      regionDelayMs,
      publisher: 'frankfurt',
      player: 'singapore',
      tookSeconds: (performance.now() - startedMs) / 1000,
    },
    metrics: { ...counts, cells: byName((_, cell): Metrics => ({ ...cell })) },
    shown: { ...counts, ...byName(rowOf) },
    missed: cells.flatMap(([pair, cell]) =>
      cell.missed.map((what) => `${nameOf(pair)}: ${what}${isBusy(cell) ? ' (on a busy machine)' : ''}`),
    ),
  };
}

/**
 * One cell after the other, each in a room of its own. What outlives its player begins to code silence when it loses
 * its only voice: so these cells come last, and their publishers stay until the end. No cell counts what another has
 * begun.
 */
async function run(
  stage: Stage,
  { pairs, ...o }: { pairs: readonly Pair[]; seconds: number; regionDelayMs: number },
  say: Say,
): Promise<[Pair, Cell][]> {
  const cells: [Pair, Cell][] = [];
  const kept: Publishing[] = [];
  try {
    for (const pair of inTurn(pairs)) {
      const keep = (publisher: Publishing): void => void kept.push(publisher);
      const settleMs = settleMsOf(pair.to);
      const cell = await runCell(stage, { pair, kinds, settleMs, ...o, ...(outlivesPlayer(pair) && { keep }) });
      cells.push([pair, cell]);
      say(`${nameOf(pair).padEnd(24)} ${rowOf(pair, cell)}`);
    }
  } finally {
    for (const publisher of kept) await publisher.stop();
  }
  return cells;
}

/** What the readers of these players measure of a source without the product: their own errors, with their source's. */
async function loopBacks({ pages }: Stage, readers: ReadonlySet<Reader>): Promise<Record<string, Metrics>> {
  const inPage = async (page: MeetingPage | H5Page): Promise<Figures> => {
    const startedMs = Date.now();
    await page.loopBack();
    const figures = await watch(() => page.sight(), { startedMs, seconds: loopBackSeconds });
    await page.reset();
    return figures;
  };
  const measures: Record<Reader, () => Promise<Figures>> = {
    ffmpeg: () => ffmpegLoopBack(loopBackSeconds),
    browser: async () => inPage(await pages.source('frankfurt')),
    canvas: async () => inPage(await pages.h5Source()),
  };
  const errors: Record<string, Metrics> = {};
  for (const reader of readers) {
    const { latencyMs, avOffsetMs } = await measures[reader]();
    errors[reader] = { latencyMs, avOffsetMs };
  }
  return errors;
}

/** A cell for people: each figure beside its aim, and what broke it. */
function rowOf(pair: Pair, cell: Cell): string {
  const aims = aimsOf(pair);
  const beside = (ms: number, aimMs: number | undefined): string =>
    `${Number.isFinite(ms) ? Math.round(ms) : '–'}${aimMs === undefined ? '' : `/${aimMs}`}`;
  const idle = Math.round(cell.idleShare * 100);
  return [
    cell.ok ? 'met   ' : 'MISSED',
    `latency ${beside(cell.latencyMs, aims.latencyMs)} p95 ${beside(cell.latencyMsP95, aims.latencyMsP95)}`,
    `first ${beside(cell.firstPictureMs, aims.firstPictureMs)}`,
    `sound ${beside(cell.avOffsetMs, aims.avOffsetMs)} ms`,
    `pictures every ${beside(cell.pictureGapMs, undefined)} ms`,
    `transcoded ${cell.transcoded.join(', ') || 'nothing'}`,
    `${cell.gatewayCores.toFixed(2)} cores, ${idle} % idle${cell.idleShare < idleShareMin ? ': busy' : ''}`,
    ...(cell.problem === '' ? [] : [cell.problem]),
  ].join('  ');
}
