// Measures the cost of recordings for a recorder.
import { InvalidArgumentError } from 'commander';
import { countOption, type LabCase, type Metrics } from '../support/case.ts';
import type { Aim } from '../support/result.ts';
import { raisePriority } from './capacity/processor.ts';
import { composedPart } from './recorder/composition.ts';
import { type Copied, measureCopying } from './recorder/copying.ts';

/** Tracks of 1.2 Mbit/s that a core copies; `recorderSlotsPerCore` has a margin to what is measured. */
const copiedAim = 60;
const flushMsP99Aim = 250;

export const recorderBench: LabCase = {
  name: 'recorder',
  summary: 'what recordings cost a recorder: copied tracks of 1.2 Mbit/s, and composed rooms beside plain ffmpeg',
  configure: (command) =>
    void command
      .option('--seconds <n>', 'duration of each measurement', countOption, 8)
      .option('--counts <list>', 'copied tracks at once', countsOption, [10, 30, 60])
      .option('--node-args <list>', "options of the recorder's Node, separated by commas", listOption, [])
      .option('--turns <n>', 'measurements of each composed room', countOption, 3)
      .option('--only <part>', 'copied or composed'),
  run: async (options, say) => {
    const [seconds, turns, only] = [Number(options['seconds']), Number(options['turns']), options['only']];
    const counts = options['counts'] as readonly number[];
    const args = options['nodeArgs'] as readonly string[];
    if (!raisePriority()) say('no right to raise the priority: other processes may distort the measurement');
    const metrics: Record<string, Metrics> = {};
    const aims: Aim[] = [];
    if (only !== 'composed') copiedResult(await measureCopying({ counts, seconds, args }, say), metrics, aims);
    if (only !== 'copied') {
      const composed = await composedPart({ seconds, turns }, say);
      Object.assign(metrics, composed.metrics);
      aims.push(...composed.aims);
    }
    return { params: { seconds, turns, counts: counts.join(',') }, metrics, aims, missed: [] };
  },
};

const listOption = (text: string): string[] => text.split(',');

function countsOption(text: string): number[] {
  const counts = text.split(',').map(Number);
  if (counts.some((count) => !Number.isInteger(count) || count < 1)) throw new InvalidArgumentError('whole numbers');
  return counts.sort((a, b) => a - b);
}

function copiedResult(rows: readonly Copied[], metrics: Record<string, Metrics>, aims: Aim[]): void {
  for (const { tracks, ...figures } of rows) {
    metrics[`copied${tracks}`] = figures;
    const { writtenShare, holes, flushMsP99 } = figures;
    const name = `${tracks} copied tracks`;
    aims.push(
      { figure: `${name}: frames that are written`, value: writtenShare, aim: 1, should: 'least', limit: '1: all' },
      { figure: `${name}: holes`, value: holes, aim: 0, should: 'most', limit: '0' },
      { figure: `${name}: p99 of a flush, ms`, value: flushMsP99, aim: flushMsP99Aim, should: 'most' },
    );
  }
  const most = rows.at(-1);
  if (most !== undefined)
    aims.push({ figure: 'copied tracks on a core', value: most.perCore, aim: copiedAim, should: 'least' });
}
