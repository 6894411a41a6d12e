// What a library node's work costs, part by part.
import { countOption, type LabCase, type LabResult, type Say } from '../support/case.ts';
import { cachePart } from './library/cache.ts';
import { transcodePart } from './library/transcode.ts';
import { uploadPart } from './library/upload.ts';

type Options = Readonly<Record<string, unknown>>;
const parts: Readonly<Record<string, (options: Options, say: Say) => Promise<LabResult>>> = {
  upload: (options, say) => uploadPart({ megabytes: Number(options['megabytes']) }, say),
  transcode: (options, say) => {
    const [seconds = 0, chunks = 0, turns = 0] = ['seconds', 'chunks', 'turns'].map((name) => Number(options[name]));
    return transcodePart({ seconds, chunks, turns }, say);
  },
  cache: (options, say) => cachePart({ quick: options['quick'] === true }, say),
};

export const libraryBench: LabCase = {
  name: 'library',
  summary: 'uploads beside nginx with the same bytes; renditions beside ffmpeg alone; edges beside an ideal cache',
  configure: (command) =>
    void command
      .option('--only <part>', 'upload, transcode or cache; all without')
      .option('--megabytes <n>', 'of a file that is uploaded', countOption, 512)
      .option('--seconds <n>', 'of the film', countOption, 240)
      .option('--chunks <n>', 'into which it is cut', countOption, 4)
      .option('--turns <n>', 'of each of the compared', countOption, 1)
      .option('--quick', 'edges with a tenth of the requests and viewers, for tests of this tool'),
  run: async (options, say) => {
    const only = options['only'];
    const asked = Object.entries(parts).filter(([name]) => only === undefined || only === name);
    if (asked.length === 0) throw new Error('--only upload, transcode or cache');
    const result = { params: {}, metrics: {}, missed: [] as string[] };
    for (const [name, part] of asked) {
      const { params, metrics, missed } = await part(options, say);
      // Parts have parameters of the same name.
      const named = Object.entries(params).map(([key, value]) => [asked.length > 1 ? `${name}.${key}` : key, value]);
      Object.assign(result.params, Object.fromEntries(named));
      Object.assign(result.metrics, { [name]: metrics });
      result.missed.push(...missed);
    }
    return result;
  },
};
