// Thousands that watch: one bench of several parts, each in a file of its own, which run one at a time.
import { countOption, type LabCase } from '../support/case.ts';
import { hlsCrowd } from './crowd/hls.ts';
import { latencyCrowd } from './crowd/latency.ts';
import type { CrowdPart } from './crowd/part.ts';
import { signalingCrowd } from './crowd/signaling.ts';
import { simulatedCrowd } from './crowd/simulated.ts';

/** One flag each, but for the part that runs without any. */
const parts: readonly CrowdPart[] = [hlsCrowd, signalingCrowd, simulatedCrowd, latencyCrowd];

export const crowdBench: LabCase = {
  name: 'crowd',
  summary: 'what viewers in thousands cost: by HLS from an edge cache, beside nginx with plain files (gcc)',
  configure: (command) => {
    command
      .option('--viewers <n>', 'at once', countOption)
      .option('--seconds <n>', 'of each window', countOption)
      .option('--turns <n>', 'of each of the compared', countOption);
    for (const { flag, summary, configure } of parts) {
      if (flag !== undefined) command.option(`--${flag}`, summary);
      configure?.(command);
    }
  },
  run: (options, say) => {
    const named = parts.find(({ flag }) => flag !== undefined && options[flag] === true);
    const part = named ?? parts.find(({ flag }) => flag === undefined);
    if (part === undefined) throw new Error('a part of the bench has no flag');
    return part.run(options, say);
  },
};
