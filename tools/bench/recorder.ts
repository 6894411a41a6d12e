// What recordings cost a recorder. Copied: by its processor time while so many run. Composed: in cores, beside one
// ffmpeg with the same filters, in the same run; what a change of the layout and a stalled track do to the one and the
// other (docs/adr/0031-composition.md).
import { InvalidArgumentError } from 'commander';
import { countOption, type LabCase, type Metrics, percentile, type Say } from '../support/case.ts';
import { type Composed, CompositionRig, type TrackCodec } from './recorder/composition.ts';
import { type Copied, measureCopying } from './recorder/copying.ts';

/** Copied recordings of 1.2 Mbit/s on a core: what a recorder takes of them is planned by it (`SLOTS_PER_CORE`). */
const copiedAim = 60;
/** Of what was sent: below it the machine had no time, and the row says nothing of the recorder. */
const cameShareMin = 0.95;

/** Composed rooms on a core, beside ffmpeg's own. */
const toPlainAim = 0.9;
const cases: readonly (readonly [TrackCodec, number])[] = [
  ['vp8', 4],
  ['vp8', 9],
  ['h264', 4],
  ['h264', 9],
];

export const recorderBench: LabCase = {
  name: 'recorder',
  summary: 'what recordings cost: copied ones by count, composed ones beside ffmpeg alone with the same filters',
  configure: (command) =>
    void command
      .option('--seconds <n>', 'of each window', countOption, 8)
      .option('--turns <n>', 'of each of the compared', countOption, 3)
      .option('--counts <list>', 'copied recordings at once, of 1.2 Mbit/s', countsOption, [10, 30, 60])
      .option('--only <part>', 'copied or composed'),
  run: async (options, say) => {
    const [seconds, turns] = [Number(options['seconds']), Number(options['turns'])];
    const counts = options['counts'] as readonly number[];
    const only = options['only'];
    const metrics: Record<string, Metrics> = {};
    const missed: string[] = [];
    if (only !== 'composed') copiedResult(await measureCopying({ counts, seconds }, say), metrics, missed);
    if (only !== 'copied') await compose({ seconds, turns, say, metrics, missed });
    return { params: { seconds, turns, counts: counts.join(',') }, metrics, missed };
  },
};

function countsOption(text: string): number[] {
  const counts = text.split(',').map(Number);
  if (counts.some((count) => !Number.isInteger(count) || count < 1)) throw new InvalidArgumentError('whole numbers');
  return counts.sort((a, b) => a - b);
}

function copiedResult(rows: readonly Copied[], metrics: Record<string, Metrics>, missed: string[]): void {
  for (const { recordings, cores, threadCores, perCore, cameShare, rssMiB, holes } of rows) {
    metrics[`copied${recordings}`] = { cores, threadCores, perCore, cameShare, rssMiB };
    metrics['copiedHoles'] = { count: holes };
    if (cameShare < cameShareMin)
      missed.push(`${recordings} copied: ${(100 * cameShare).toFixed(0)} % of it is written`);
  }
  const most = rows.at(-1);
  if (most !== undefined && most.perCore < copiedAim)
    missed.push(`${most.perCore.toFixed(0)} copied recordings on a core, aim ${copiedAim}`);
}

interface Composing {
  readonly seconds: number;
  readonly turns: number;
  readonly say: Say;
  readonly metrics: Record<string, Metrics>;
  readonly missed: string[];
}

async function compose({ seconds, turns, say, metrics, missed }: Composing): Promise<void> {
  const rig = new CompositionRig();
  try {
    for (const [codec, tiles] of cases) {
      const rows: Composed[] = [];
      for (let turn = 0; turn < turns; turn += 1) rows.push(await rig.composed({ codec, tiles, seconds }));
      const middle = (of: (row: Composed) => number): number => percentile(rows.map(of), 0.5);
      const toPlain = middle(({ plainCores, cores }) => plainCores / cores);
      const [cores, plainCores] = [middle((row) => row.cores), middle((row) => row.plainCores)];
      const [changeMs, plainStartMs] = [middle((row) => row.changeMs), middle((row) => row.plainStartMs)];
      const cameShare = Math.min(...rows.map((row) => row.cameShare));
      const name = `${codec}At${tiles}Tiles`;
      metrics[name] = { cores, plainCores, toPlain, cameShare, changeMs, plainStartMs };
      if (toPlain < toPlainAim) missed.push(`${name} at ${toPlain.toFixed(2)} of plain ffmpeg, aim ${toPlainAim}`);
      say(`${name}: ${cores.toFixed(2)} cores, ffmpeg ${plainCores.toFixed(2)} (${toPlain.toFixed(2)}); \
  ${(cameShare * 100).toFixed(0)} % of pictures came, ${changeMs.toFixed(0)} ms without one at a change`);
    }
    const { playing, stalled } = await rig.stalled();
    metrics['plainGraph'] = { picturesWhilePlaying: playing, picturesWhileOneStalls: stalled };
    say(`one graph: ${playing} pictures in 3 s while both tracks play, ${stalled} while one stalls`);
  } finally {
    rig.close();
  }
}
