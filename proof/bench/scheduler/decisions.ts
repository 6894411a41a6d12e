// Decisions of a centre in this process: how many it makes in a second of CPU time, and how long each holds its thread.
import { percentile } from '../../support/case.ts';
import { type BenchCentre, cpuMsSince } from './bench-centre.ts';

/** Requests that arrive in a turn; their answers go out when the page with their charges is written. */
const TURN = 50;
/** Requests between two reports of a node. */
const PER_SECOND = 2000;

export interface DecisionCost {
  readonly perCpuSecond: number;
  readonly usP50: number;
  readonly usP99: number;
  readonly usP999: number;
  readonly refused: number;
}

/**
 * Makes decisions until the fleet has its usual sessions, and measures the `count` after these: in turn a second
 * without a clock for each decision, and a second with one.
 */
export async function measureDecisions(
  bench: BenchCentre,
  o: { count: number; warmUp: number; timed: number },
): Promise<DecisionCost> {
  for (let made = 0; made < o.warmUp; made += PER_SECOND) await decideForSecond(bench, o.timed);
  const us: number[] = [];
  let [cpuMs, made, refused] = [0, 0, 0];
  while (us.length < o.count / 2) {
    const cost = await decideForSecond(bench, o.timed);
    cpuMs += cost.cpuMs;
    made += PER_SECOND;
    refused += cost.refused + (await decideForSecond(bench, o.timed, us)).refused;
  }
  return {
    perCpuSecond: (made / cpuMs) * 1000,
    usP50: percentile(us, 0.5),
    usP99: percentile(us, 0.99),
    usP999: percentile(us, 0.999),
    refused,
  };
}

/** `us`: gets the time for which each decision holds the thread; other programs may interrupt it. */
async function decideForSecond(bench: BenchCentre, timed: number, us?: number[]) {
  let [cpuMs, refused] = [0, 0];
  for (let made = 0; made < PER_SECOND; made += TURN) {
    const asks = bench.asks(TURN, { timed });
    const from = process.cpuUsage();
    const answers = asks.map(({ ask, signalingId }) => {
      if (us === undefined) return bench.centre.place(ask, signalingId);
      const startedMs = performance.now();
      const answer = bench.centre.place(ask, signalingId);
      us.push((performance.now() - startedMs) * 1000);
      return answer;
    });
    const placed = await Promise.all(answers);
    cpuMs += cpuMsSince(from);
    for (const { record } of placed) {
      const { decision, decisionId, want } = record;
      if (!decision.ok) refused += 1;
      else bench.placed({ decisionId, sessionId: want.sessionId, roomKey: want.roomKey, nodeId: decision.nodeId });
    }
  }
  bench.second();
  return { cpuMs, refused };
}

/**
 * Returns the p99 of a loop without memory that takes as long as a decision: what other programs and the machine add to
 * the p99 of decisions.
 */
export function loopUsP99(loopUs: number): number {
  const turnsPerUs = 200;
  const us: number[] = [];
  let sum = 0;
  for (let round = 0; round < 20_000; round += 1) {
    const startedMs = performance.now();
    for (let turn = 0; turn < loopUs * turnsPerUs; turn += 1) sum += turn & 7;
    us.push((performance.now() - startedMs) * 1000);
  }
  if (sum < 0) throw new Error('the loop was left out');
  return percentile(us, 0.99);
}
