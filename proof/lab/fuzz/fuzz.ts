// `npm run lab -- fuzz` fuzzes every parser of foreign bytes, with a million inputs each or as many as fit into the
// time.
import { fuzzRtmp } from '../../../media/gateway/test/fuzz/rtmp.ts';
import { fuzzRtp } from '../../../media/gateway/test/fuzz/rtp.ts';
import { countOption, type LabCase, type Metrics } from '../../support/case.ts';
import { fuzz } from './target.ts';
import { targets } from './targets.ts';

interface Bounds {
  readonly executions: number;
  readonly seconds: number;
  readonly seed: number;
}

/** Fuzzers of whole sessions, which keep state from one execution to the next. */
const sessions = { rtmp: fuzzRtmp, rtp: fuzzRtp };
const SESSION_EXECUTIONS = 500;

export const fuzzCase: LabCase = {
  name: 'fuzz',
  summary: 'mutated and arbitrary bytes into every parser of foreign protocols: errors, allocations, time',
  configure: (command) =>
    void command
      .option('--executions <n>', 'inputs for each parser', (text) => countOption(String(Number(text))), 1_000_000)
      .option('--seconds <n>', 'time limit for each parser', countOption, 60)
      .option('--seed <n>', 'seed of all inputs; by default from the clock', countOption)
      .argument(
        '[names...]',
        `parsers to fuzz, of ${[...Object.keys(sessions), ...targets.map(({ name }) => name)].join(', ')}`,
      ),
  run: async (options, say, names) => {
    const [executions, seconds] = [Number(options['executions']), Number(options['seconds'])];
    const seed = Number(options['seed'] ?? (Date.now() % 1_000_000) + 1);
    const all: Record<string, (bounds: Bounds) => Metrics> = {
      ...Object.fromEntries(Object.entries(sessions).map(([name, run]) => [name, (o: Bounds) => fuzzSessions(run, o)])),
      ...Object.fromEntries(targets.map((target) => [target.name, (o: Bounds): Metrics => ({ ...fuzz(target, o) })])),
    };
    const missed = names.filter((name) => all[name] === undefined).map((name) => `${name}: no such parser`);
    const metrics: Record<string, Metrics> = {};
    for (const [name, run] of Object.entries(all)) {
      if (names.length > 0 && !names.includes(name)) continue;
      try {
        metrics[name] = run({ executions, seconds, seed });
        say(`${name}: ${metrics[name]['executions']} executions`);
      } catch (error) {
        const cause = error instanceof Error && error.cause instanceof Error ? error.cause.stack : undefined;
        say(`${error}\n${cause ?? ''}`);
        missed.push(`${name} keeps its promises: ${String(error).slice(0, 200)}`);
      }
    }
    return { params: { executions, seconds, seed }, metrics, missed };
  },
};

function fuzzSessions(
  run: (executions: number, seed: number) => unknown,
  { executions, seconds, seed }: Bounds,
): Metrics {
  const endMs = performance.now() + seconds * 1000;
  let done = 0;
  for (; done < executions && performance.now() < endMs; done += SESSION_EXECUTIONS)
    run(Math.min(SESSION_EXECUTIONS, executions - done), seed + done);
  return { executions: Math.min(done, executions) };
}
