// Recordings while what makes them fails: recorders, media nodes, room owners and stores are killed, disks are full,
// rooms are moved, recorders drained, datagrams lost. What is kept is judged by its manifest, its hashes, what it
// shows, and whether Chromium plays it.
import { InvalidArgumentError } from 'commander';
import { closeOwned } from '../../../test/support/owned.ts';
import { countOption, type LabCase } from '../../support/case.ts';
import { faults, faultsOption, modesOption } from './faults.ts';
import type { Plan } from './plan.ts';
import { Recorded } from './recorded.ts';
import { resultOf } from './result.ts';
import { Stage } from './stage.ts';

export const recordingFaults: LabCase = {
  name: 'recording-faults',
  summary: 'recorders, media nodes, owners and stores killed, disks full, sessions moved: what recordings lack then',
  configure: (command) =>
    void command
      .option('--rounds <n>', 'recordings with each fault; 0: none', countOrNone, 1)
      .option('--faults <list>', `some of ${faults.join(',')}`, faultsOption)
      .option('--recordings <n>', 'instead of rounds: so many, with the faults in turn', countOrNone, 0)
      .option('--minutes <n>', 'first recordings of so long without a fault: the offset of sound', countOrNone, 0)
      .option('--modes <list>', 'of those: tracks,composed,page', modesOption, ['tracks'])
      .option('--store <kind>', 'files, or s3: MinIO, which is killed too', storeOption, 'files')
      .option('--minio <path>', 'the program; without it that of the machine, or one that Go builds')
      .option('--played <n>', 'recordings that Chromium plays too', countOrNone, 3)
      .option('--seed <n>', 'of the moments of faults', countOption, Date.now() % 1_000_000),
  run: async (options, say) => {
    const plan = planOf(options);
    say(`seed ${plan.seed}`);
    try {
      const minio = options['minio'] as string | undefined;
      const hasDisks = plan.faults.includes('disk');
      const stage = await Stage.open({ store: plan.store, minio, hasDisks });
      return resultOf(await new Recorded(stage, plan, say).run(), plan);
    } finally {
      await closeOwned(say);
    }
  },
};

function planOf(options: Readonly<Record<string, unknown>>): Plan {
  const given = options as unknown as Omit<Plan, 'faults'> & { readonly faults: Plan['faults'] | undefined };
  const usual = faults.filter((fault) => fault !== 'store' || given.store === 's3');
  return Object.assign({}, given, { faults: given.faults ?? usual });
}

function countOrNone(text: string): number {
  return text === '0' ? 0 : countOption(text);
}

function storeOption(text: string): Plan['store'] {
  if (text !== 'files' && text !== 's3') throw new InvalidArgumentError('files or s3');
  return text;
}
