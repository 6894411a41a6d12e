// `npm run lab -- worker-exact`: compares, byte by byte, what the media worker sends with its patches and without, or
// what it and another program send. The receivers have no SRTP, so that the packets can be read.
import { compareWorkers } from '../../sfu/test/kit/exact/compare.ts';
import { countOption, type LabCase } from '../support/case.ts';

const reportEvery = 100_000;

export const workerExact: LabCase = {
  name: 'worker-exact',
  summary: 'compares the packets of the media worker with its patches and without, for all codecs, byte by byte',
  configure: (command) =>
    void command
      .option('--packets <n>', 'packets of each worker', countOption, 1_000_000)
      .option('--seed <n>', 'of the input', countOption, 1)
      .option('--reference <program>', 'a worker to compare with; default: the installed one without its patches')
      .option('--tested <program>', 'a worker to test; default: the installed one'),
  run: async (options, say) => {
    const [packets, seed] = [Number(options['packets']), Number(options['seed'])];
    const program = (name: string): { workerBin?: string } =>
      typeof options[name] === 'string' ? { workerBin: options[name] } : {};
    let reported = 0;
    const found = await compareWorkers({
      packets,
      seed,
      reference: { off: 'all', ...program('reference') },
      tested: { off: 'key-picture', ...program('tested') },
      onProgress: (count) => {
        if (count < reported + reportEvery) return;
        reported = count;
        say(`${count} packets are equal`);
      },
    });
    return {
      params: { packets, seed },
      metrics: {
        packetsCompared: found.packets,
        packetsIn: found.packetsIn,
        streams: Object.keys(found.packetsOf).length,
        probesOfReference: found.probes[0],
        probesOfTested: found.probes[1],
        differences: found.differences.length,
      },
      missed: found.differences,
    };
  },
};
