// Publishers and players of each protocol in one room, in different regions: what arrives, when, and what it cost.
import { InvalidArgumentError } from 'commander';
import { countOption, type LabCase, type LabResult, type Metrics, type Say } from '../../support/case.ts';
import { TestCloud } from '../../support/cloud.ts';
import { until } from '../../support/poll.ts';
import { cellsOf, usualCells } from './cells.ts';
import type { Stage } from './kind.ts';
import { kinds } from './kinds.ts';
import { ffmpegLoopBack, watch } from './loop-back.ts';
import type { Figures } from './measure.ts';
import { ClockPages } from './pages.ts';
import { type Cell, partsOf, runCell } from './run-cell.ts';
import { aimsOf, nameOf, type Pair } from './table.ts';

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
  const regionDelayMs = await until('the delay between the regions', () => delayBetweenRegions(stage.cloud));
  const readers = await loopBacks(stage);
  const cells: [string, Cell][] = [];
  for (const pair of present) {
    const cell = await runCell(stage, { pair, kinds, seconds, regionDelayMs });
    cells.push([nameOf(pair), cell]);
    say(rowOf(pair, cell));
  }
  const missed = cells.flatMap(([name, { missed: of, idleShare }]) => {
    const busy = idleShare < idleShareMin ? ' (on a busy machine)' : '';
    return of.map((what) => `${name}: ${what}${busy}`);
  });
  return {
    params: { seconds, regionDelayMs, publisher: 'frankfurt', player: 'singapore' },
    metrics: {
      ok: cells.filter(([, { ok }]) => ok).length,
      notOk: cells.filter(([, { ok }]) => !ok).length,
      missing: missing.map(nameOf),
      readers,
      readerOf: Object.fromEntries(kinds.map(({ name, reader }): [string, string] => [name, reader])),
      cells: Object.fromEntries(cells.map(([name, cell]): [string, Metrics] => [name, { ...cell }])),
    },
    missed,
  };
}

/** One way, in ms, as the edge probes measure it. */
async function delayBetweenRegions(cloud: TestCloud): Promise<number | undefined> {
  const { links } = await cloud.links();
  const link = links.find(({ from, to, source }) => from === 'host-fra' && to === 'host-sgp' && source !== 'guessed');
  return link?.onewayMs ?? undefined;
}

/** What each reader measures of a source without the product: its own error, with its source's. */
async function loopBacks({ pages }: Stage): Promise<Record<'ffmpeg' | 'browser', Metrics>> {
  const ffmpeg = await ffmpegLoopBack(loopBackSeconds);
  const page = await pages.source('frankfurt');
  const startedMs = Date.now();
  await page.loopBack();
  const browser = await watch(() => page.sight(), { startedMs, seconds: loopBackSeconds });
  await page.reset();
  const errorOf = ({ latencyMs, avOffsetMs }: Figures): Metrics => ({ latencyMs, avOffsetMs });
  return { ffmpeg: errorOf(ffmpeg), browser: errorOf(browser) };
}

/** A cell for people: each figure beside its aim. */
function rowOf(pair: Pair, cell: Cell): string {
  const aims = aimsOf(pair);
  const beside = (ms: number, aimMs: number | undefined): string =>
    `${Number.isFinite(ms) ? Math.round(ms) : '–'}${aimMs === undefined ? '' : `/${aimMs}`}`;
  return [
    `${nameOf(pair).padEnd(24)} ${cell.ok ? 'met   ' : 'MISSED'}`,
    `latency ${beside(cell.latencyMs, aims.latencyMs)} p95 ${beside(cell.latencyMsP95, aims.latencyMsP95)}`,
    `first ${beside(cell.firstPictureMs, aims.firstPictureMs)}`,
    `sound ${beside(cell.avOffsetMs, aims.avOffsetMs)} ms`,
    `transcoded ${cell.transcoded.join(', ') || 'nothing'}`,
    `${cell.gatewayCores.toFixed(2)} cores, ${Math.round(cell.idleShare * 100)} % idle`,
  ].join('  ');
}
