// Measures the cost of recordings for a recorder.
import { InvalidArgumentError } from 'commander';
import { countOption, type LabCase, type Metrics } from '../support/case.ts';
import { raisePriority } from './capacity/processor.ts';
import { composedPart } from './recorder/composition.ts';
import { type Copied, measureCopying } from './recorder/copying.ts';

/** Tracks of 1.2 Mbit/s that a core copies (issue 59); `recorderSlotsPerCore` has a margin to what is measured. */
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
    const missed: string[] = [];
    if (only !== 'composed') copiedResult(await measureCopying({ counts, seconds, args }, say), metrics, missed);
    if (only !== 'copied') {
      const composed = await composedPart({ seconds, turns }, say);
      Object.assign(metrics, composed.metrics);
      missed.push(...composed.missed);
    }
    return { params: { seconds, turns, counts: counts.join(',') }, metrics, missed };
  },
};

const listOption = (text: string): string[] => text.split(',');

function countsOption(text: string): number[] {
  const counts = text.split(',').map(Number);
  if (counts.some((count) => !Number.isInteger(count) || count < 1)) throw new InvalidArgumentError('whole numbers');
  return counts.sort((a, b) => a - b);
}

function copiedResult(rows: readonly Copied[], metrics: Record<string, Metrics>, missed: string[]): void {
  for (const { tracks, ...figures } of rows) {
    metrics[`copied${tracks}`] = figures;
    const { writtenShare, holes, flushMsP99 } = figures;
    const share = (100 * writtenShare).toFixed(2);
    if (writtenShare < 1 || holes > 0) missed.push(`${tracks} copied: ${share} % is written, with ${holes} holes`);
    if (!(flushMsP99 <= flushMsP99Aim))
      missed.push(`${tracks} copied: the p99 of a flush is ${flushMsP99.toFixed(0)} ms, aim ${flushMsP99Aim}`);
  }
  const most = rows.at(-1);
  if (most !== undefined && most.perCore < copiedAim)
    missed.push(`${most.perCore.toFixed(0)} copied tracks on a core, aim ${copiedAim}`);
}
