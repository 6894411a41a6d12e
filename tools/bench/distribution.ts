// Ten times the deliveries of today's peak day, by real processes in regions that are network namespaces of this
// machine: orders as fast as they go, a steady load with one region cut, one hot file for all, a centre that dies.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRng, systemClock } from '@meridian/runtime';
import { countOption, type LabCase, type LabResult, type Say } from '../support/case.ts';
import { centreDead } from './distribution/centre-dead.ts';
import { judged } from './distribution/checking.ts';
import { Cluster } from './distribution/cluster.ts';
import { databases } from './distribution/databases.ts';
import { type Cut, fastOrders, hotFile, steadyLoad } from './distribution/phases.ts';
import { DELIVERIES_A_DAY, type PlannedItem, planOf } from './distribution/plan.ts';
import { regions } from './distribution/specs.ts';

const SEED = 'distribution';
const MEBIBYTE = 1_048_576;

const sizes = {
  full: { minutes: 60, cutSeconds: 600, orderSeconds: 30, bigBytes: 2_000_000_000, hotMebibytes: 32, perProcess: 1 },
  quick: { minutes: 2, cutSeconds: 20, orderSeconds: 5, bigBytes: 64 * MEBIBYTE, hotMebibytes: 8, perProcess: 15 },
} as const;
/** Each big one pushes out another where all three have been: its bytes have to come again. */
const BIG_ITEMS = 3;
const BIG_KEPT = 2.25;
/** On their way when the centre dies. So many that they take some seconds. */
const LAST_ITEMS = 12;

interface Options {
  readonly size: (typeof sizes)['full' | 'quick'];
  readonly minutes: number;
  readonly receivers: number;
  readonly perProcess: number;
  readonly database: string;
  readonly keep: boolean;
}

export const distributionBench: LabCase = {
  name: 'distribution',
  summary:
    'orders and deliveries of files to edges of four regions, one of them cut; a hot file; a dead centre; what they cost',
  configure: (command) =>
    void command
      .option('--quick', 'two minutes, a short cut and smaller files')
      .option('--minutes <n>', 'of steady load: 60, quick 2', countOption)
      .option('--receivers <n>', 'of each region', countOption, 15)
      .option('--per-process <n>', 'receivers in one process: 1, quick 15', countOption)
      .option('--database <store>', 'sqlite or postgres', 'postgres')
      .option('--keep', 'leave the folder with files, logs and the rows of the steady load'),
  run: async (options, say) => {
    const size = options['quick'] === true ? sizes.quick : sizes.full;
    const given = Object.fromEntries(['minutes', 'perProcess'].map((name) => [name, options[name]]));
    const o: Options = {
      size,
      minutes: Number(given['minutes'] ?? size.minutes),
      perProcess: Number(given['perProcess'] ?? size.perProcess),
      receivers: Number(options['receivers']),
      database: String(options['database']),
      keep: options['keep'] === true,
    };
    const within = databases[o.database];
    if (within === undefined) throw new Error('--database sqlite or postgres');
    return await within((url) => measured(url, o, say));
  },
};

async function measured(databaseUrl: string, o: Options, say: Say): Promise<LabResult> {
  const { size } = o;
  const edges = regions.length * o.receivers;
  // One beside the origin, one in the region that is cut.
  const bigReceivers = [0, edges - 1];
  const forMs = o.minutes * 60_000;
  const cut: Cut = { atMs: Math.max(0, (forMs - size.cutSeconds * 1000) / 2), forMs: size.cutSeconds * 1000 };
  const shape = { forMs, receivers: edges, bigReceivers, bigItems: BIG_ITEMS, bigBytes: size.bigBytes };
  const plan = planOf(shape, seededRng(SEED));
  const tiny: PlannedItem = { name: 'tiny.txt', bytes: 4096 };
  const hot: PlannedItem = { name: 'hot.txt', bytes: size.hotMebibytes * MEBIBYTE };
  const bulk = ['bulk-0.txt', 'bulk-1.txt'].map((name) => ({ name, bytes: (size.hotMebibytes / 2) * MEBIBYTE }));
  const last = Array.from({ length: LAST_ITEMS }, (_, at) => ({ name: `last-${at}.txt`, bytes: 4 * MEBIBYTE }));
  const cluster = await Cluster.start({
    databaseUrl,
    receiversPerRegion: o.receivers,
    receiversPerProcess: o.perProcess,
    bigReceivers,
    bigBytesMax: Math.max(1_073_741_824, Math.round(BIG_KEPT * size.bigBytes)),
    keep: o.keep,
  });
  try {
    const items = await cluster.upload([tiny, hot, ...bulk, ...last, ...plan.items]);
    say(`${items.size} items are uploaded`);
    await cluster.startRegions(say);
    const run = { cluster, items, clock: systemClock(), say };
    const fast = await fastOrders(run, tiny.name, size.orderSeconds * 1000);
    say(`orders: ${JSON.stringify(fast.metrics)}`);
    const steady = await steadyLoad(run, plan, cut);
    say(`steady: ${JSON.stringify(steady.metrics)}`);
    const spread = await hotFile(run, { hot: hot.name, bulk: bulk.map(({ name }) => name) });
    say(`hot: ${JSON.stringify(spread.metrics)}`);
    const alone = await centreDead(
      run,
      last.map(({ name }) => name),
    );
    say(`centre dead: ${JSON.stringify(alone.metrics)}`);
    const wrong = [...steady.wrong, ...alone.wrong];
    const all = { parts: [fast, steady, spread, alone], items: [...items.values()], wrong };
    if (o.keep) writeFileSync(join(cluster.o.stateDir, 'deliveries.json'), JSON.stringify(steady.deliveries));
    const { lost, twice, wrongHashes, missed } = await judged(cluster, all);
    const judgedOf = { lost, twice, wrongHashes };
    return {
      params: paramsOf(o, edges),
      metrics: Object.assign(
        { orders: fast.metrics, steady: steady.metrics, hot: spread.metrics, alone: alone.metrics },
        judgedOf,
      ),
      missed: [...missed, ...cluster.troubles],
    };
  } finally {
    await cluster.close();
  }
}

const paramsOf = ({ size, minutes, perProcess, database }: Options, edges: number) => ({
  regions: regions.length,
  regionsAre: 'network namespaces',
  edges,
  receiversPerProcess: perProcess,
  database,
  deliveriesADay: DELIVERIES_A_DAY,
  minutes,
  cutSeconds: size.cutSeconds,
  bigMb: size.bigBytes / 1_000_000,
  hotMebibytes: size.hotMebibytes,
});
