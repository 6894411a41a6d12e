// A show's crowd of any size by the code that ships, in one process and in virtual time: real owner and signaling nodes
// with links and sockets in memory. Every promise is checked for every viewer; played once with a tenth of the viewers
// too, because the owner's work must not grow with them.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { crowdPolicy, nextAttempt } from '../../../client/src/connection/reconnect.ts';
import { type ShowReport, showAtSize } from '../../../signaling/test/support/show-at-size.ts';
import { countOption } from '../../support/case.ts';
import type { CrowdPart } from './part.ts';

/** Of the owner's messages with all viewers to those with a tenth: a second of numbers more or less. */
const GROWTH_MAX = 1.2;

export const simulatedCrowd: CrowdPart = {
  flag: 'simulated',
  summary: 'the crowd of a show by simulation with the code that ships: 100,000 viewers at 10 signaling nodes',
  configure: (command) => command.option('--nodes <n>', 'signaling nodes with a crowd, of --simulated', countOption),
  run: async (options, say) => {
    const { viewers = 100_000 } = options;
    const nodes = typeof options['nodes'] === 'number' ? options['nodes'] : 10;
    setFlagsFromString('--expose-gc');
    globalThis.gc = runInNewContext('gc');
    const tenth = await played(Math.ceil(viewers / 10), nodes, say);
    const all = await played(viewers, nodes, say);
    const missed = [...tenth.missed, ...all.missed];
    for (const work of ['ownerMessagesPerS', 'ownerMessagesPerSOfReactions']) {
      const growth = (all.metrics[work] ?? Number.NaN) / (tenth.metrics[work] ?? Number.NaN);
      if (!(growth <= GROWTH_MAX))
        missed.push(`${work}: ${growth.toFixed(2)} times as many with ten times the viewers`);
    }
    return { params: { viewers, nodes }, metrics: { tenth: tenth.metrics, all: all.metrics }, missed };
  },
};

async function played(viewers: number, nodes: number, say: (line: string) => void): Promise<ShowReport> {
  const startedMs = performance.now();
  const report = await showAtSize({ viewers, nodes, rejoinAfterMs: firstDelayMs, say });
  say(`${viewers} viewers: played in ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
  return report;
}

/** As a client of ours comes back. */
function firstDelayMs(rand: () => number): number {
  const lost = { attempt: 0, elapsedMs: 0, retryAfterMs: 0, retryable: true };
  const decision = nextAttempt(crowdPolicy, lost, rand);
  return decision.retry ? decision.delayMs : 0;
}
