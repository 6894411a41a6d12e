// What a library node's work costs, part by part.
import { countOption, type LabCase } from '../support/case.ts';
import { measureTranscoding, transcodingResult } from './library/transcode.ts';

export const libraryBench: LabCase = {
  name: 'library',
  summary: 'renditions of a content: processor time beside ffmpeg alone with the same settings, and workers at once',
  configure: (command) =>
    void command
      .option('--only <part>', 'transcode')
      .option('--seconds <n>', 'of the film', countOption, 240)
      .option('--chunks <n>', 'into which it is cut', countOption, 4)
      .option('--turns <n>', 'of each of the compared', countOption, 1),
  run: async (options, say) => {
    const [seconds, chunks, turns] = ['seconds', 'chunks', 'turns'].map((name) => Number(options[name]));
    const params = { seconds: seconds ?? 0, chunks: chunks ?? 0, turns: turns ?? 0 };
    const { metrics, missed } = transcodingResult(await measureTranscoding(params, say));
    return { params, metrics: { transcode: metrics }, missed };
  },
};
