// What a library node's work costs, part by part.
import { countOption, type LabCase } from '../support/case.ts';
import { measureTranscoding, transcodingResult } from './library/transcode.ts';
import { uploadPart } from './library/upload.ts';

export const libraryBench: LabCase = {
  name: 'library',
  summary: 'uploads beside nginx with the same bytes; renditions beside ffmpeg alone, and by workers at once',
  configure: (command) =>
    void command
      .option('--only <part>', 'upload or transcode; both without')
      .option('--megabytes <n>', 'of a file that is uploaded', countOption, 512)
      .option('--seconds <n>', 'of the film', countOption, 240)
      .option('--chunks <n>', 'into which it is cut', countOption, 4)
      .option('--turns <n>', 'of each of the compared', countOption, 1),
  run: async (options, say) => {
    const [seconds, chunks, turns] = ['seconds', 'chunks', 'turns'].map((name) => Number(options[name]));
    const params = { seconds: seconds ?? 0, chunks: chunks ?? 0, turns: turns ?? 0 };
    const only = options['only'];
    if (only !== undefined && only !== 'upload' && only !== 'transcode') throw new Error('--only upload or transcode');
    const isAsked = (part: string): boolean => only === undefined || only === part;
    const upload = isAsked('upload') ? await uploadPart({ megabytes: Number(options['megabytes']) }, say) : undefined;
    const transcode = isAsked('transcode')
      ? transcodingResult(await measureTranscoding(params, say))
      : { metrics: {}, missed: [] };
    return {
      params: Object.assign(params, upload?.params),
      metrics: { upload: upload?.metrics ?? {}, transcode: transcode.metrics },
      missed: [...(upload?.missed ?? []), ...transcode.missed],
    };
  },
};
