// What batches of records cost the process that takes them, and the rolling up of a minute after them.

import { wire } from '@meridian/protocol';
import { type Rng, seededRng, systemClock } from '@meridian/runtime';
import { QualityBatchIntake } from '../../../api/src/quality/intake.ts';
import { LiveQuality } from '../../../api/src/quality/live-quality.ts';
import { RollingUp } from '../../../api/src/quality/rolling-up.ts';
import type { Store } from '../../../api/src/store/store.ts';
import { type Metrics, percentile } from '../../support/case.ts';
import { liveIdOf, NODES } from './fill.ts';

const BATCH = 500;
/** A minute: what is rolled up at once. */
const ROUNDS = 6;

/** Of `sessions` live ones, each with a record of every 10 s. Their clock is an hour ahead: nothing of it is late. */
export async function intakeCosts(store: Store, { sessions, nowMs }: { sessions: number; nowMs: number }) {
  const rng = seededRng('quality');
  const atMs = Math.ceil((nowMs + 3_600_000) / 60_000) * 60_000 + 60_000;
  const real = systemClock();
  const clock = { ...real, wallMs: () => atMs + 15_000 };
  const intake = new QualityBatchIntake({ store, clock, rng });
  const tookMs: number[] = [];
  let cpuMs = 0;
  for (let round = 1; round <= ROUNDS; round += 1)
    for (let from = 0; from < sessions; from += BATCH) {
      const bytes = batchOf(rng, { from, to: Math.min(sessions, from + BATCH), atMs: atMs - 60_000 + round * 10_000 });
      const [beginMs, cpu] = [performance.now(), process.cpuUsage()];
      await intake.take(wire.QualityBatch.decode(bytes), { id: 'sig', region: 'eu' });
      cpuMs += usedMs(cpu);
      tookMs.push(performance.now() - beginMs);
    }
  const records = ROUNDS * sessions;
  const live = new LiveQuality({ db: store.db, clock });
  const viewMs: number[] = [];
  for (let times = 0; times < 10; times += 1) {
    const cpu = process.cpuUsage();
    await new LiveQuality({ db: store.db, clock }).view();
    viewMs.push(usedMs(cpu));
  }
  const { sessions: seen } = await live.view();
  if (seen < sessions) throw new Error(`${seen} of ${sessions} sessions are live`);
  const rolling = await rollingCosts(new RollingUp({ store, clock }));
  return {
    cpuUsPerRecord: (cpuMs * 1000) / records,
    batchMsP50: percentile(tookMs, 0.5),
    batchMsP95: percentile(tookMs, 0.95),
    liveViewCpuMsP50: percentile(viewMs, 0.5),
    liveViewCpuMsMax: Math.max(...viewMs),
    rollingCpuUsPerRecord: (rolling.cpuMs * 1000) / records,
    rollingStepCpuMsMax: rolling.stepMsMax,
  } satisfies Metrics;
}

/** How much the process used between two turns of its loop at most: a step. Others on the machine do not count. */
async function rollingCosts(rollingUp: RollingUp): Promise<{ cpuMs: number; stepMsMax: number }> {
  let [stepMsMax, last, isRunning] = [0, process.cpuUsage(), true];
  const look = (): void => {
    stepMsMax = Math.max(stepMsMax, usedMs(last));
    last = process.cpuUsage();
    if (isRunning) setImmediate(look);
  };
  look();
  const cpu = process.cpuUsage();
  try {
    await rollingUp.run();
    return { cpuMs: usedMs(cpu), stepMsMax };
  } finally {
    isRunning = false;
  }
}

const usedMs = (since: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
};

function batchOf(rng: Rng, { from, to, atMs }: { from: number; to: number; atMs: number }): Uint8Array {
  const records = Array.from({ length: to - from }, (_, at) => ({
    sessionId: liveIdOf(from + at),
    wallMs: atMs - rng.int(2000),
    periodMs: 10_000,
    nodeId: `sfu-${(from + at) % NODES}`,
    fromNodeIds: [`sfu-${(from + at + 1) % NODES}`, `sfu-${(from + at + 7) % NODES}`],
    source: 'client',
    rttMs: 20 + 60 * rng.next(),
    outboundLoss: 0.01 * rng.next(),
    inboundLoss: 0.01 * rng.next(),
    jitterMs: 5 * rng.next(),
    freezeCount: rng.int(2),
    freezeMs: rng.int(200),
    sentBps: 1e6 * rng.next(),
    receivedBps: 3e6 * rng.next(),
    availableBps: 5e6 * rng.next(),
    sentHeight: 720,
    receivedHeight: 720,
    receivedFps: 30 * rng.next(),
    concealed: 0.01 * rng.next(),
    layer: 2,
    layerSwitches: rng.int(3),
  }));
  return wire.QualityBatch.encode({ records }).finish();
}
