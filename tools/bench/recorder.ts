// What a composed room costs a recorder, in cores, beside one ffmpeg with the same filters, in the same run; what a
// change of the layout and a stalled track do to the one and the other (docs/adr/0031-composition.md).
import { countOption, type LabCase, type Metrics, percentile } from '../support/case.ts';
import { type Composed, CompositionRig, type TrackCodec } from './recorder/composition.ts';

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
  summary: 'what a composed picture of a room costs, beside ffmpeg alone with the same filters',
  configure: (command) =>
    void command
      .option('--seconds <n>', 'of each window', countOption, 8)
      .option('--turns <n>', 'of each of the compared', countOption, 3),
  run: async (options, say) => {
    const [seconds, turns] = [Number(options['seconds']), Number(options['turns'])];
    const metrics: Record<string, Metrics> = {};
    const missed: string[] = [];
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
    return { params: { seconds, turns }, metrics, missed };
  },
};
