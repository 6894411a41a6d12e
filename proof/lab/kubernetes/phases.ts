// Phases of the case `kubernetes`. Their metrics are in milliseconds.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Metrics } from '../../support/case.ts';
import type { Participant } from '../../test/support/browser.ts';
import { until } from '../../test/support/poll.ts';
import { playTimesOf } from '../plays.ts';
import { Call, type Gaps } from '../two-servers/call.ts';
import { elapsedMs, gapMetrics, gapsDuring, lateGaps, missedAims } from '../two-servers/gaps.ts';
import { apiUrl, nodes } from './cluster.ts';
import type { Stage } from './stage.ts';
import { runSuites } from './suites.ts';
import * as values from './values.ts';

export const phaseNames = [
  'suites',
  'install',
  'call',
  'upgrade',
  'deleted',
  'killed',
  'scale',
  'api-server',
  'drain',
  'uninstall',
] as const;
export type PhaseName = (typeof phaseNames)[number];

/** Result of a phase. A phase fails by an error; a broken promise goes into `missed`. */
export interface Outcome {
  readonly metrics: Metrics;
  readonly missed: readonly string[];
}
export type Phase = (stage: Stage) => Promise<Outcome>;

/** Longest gap that people may hear or see while nodes drain. */
const plannedGapAimMs = 1000;
const killedGapAimMs = 2000;
const readyAimMs = 180_000;
const LIMIT_MS = 180_000;
/** Limit for all media nodes, which are upgraded one after another. */
const UPGRADE_LIMIT_MS = 420_000;
const POLL_MS = 1000;
const API_AWAY_MS = 60_000;
const EXTRA_NODES = 2;

const chart = join(import.meta.dirname, '../../../infra/helm/meridian');
const inNamespace = ['--namespace', values.namespace];

export const runPhase: Readonly<Record<PhaseName, Phase>> = {
  suites: async ({ cluster, net }) => {
    const { caFile, tokenFile, folder } = cluster;
    const startedMs = performance.now();
    const { passed, failures } = await runSuites({ apiUrl, caFile, tokenFile }, net.prefix('server-1'), folder);
    return { metrics: { passed, ms: elapsedMs(startedMs) }, missed: failures };
  },

  install: async (stage) => {
    const { cluster } = stage;
    const importedMs = performance.now();
    await cluster.importImage(stage.images.meridian);
    const importMs = elapsedMs(importedMs);
    await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: values.namespace } });
    await cluster.apply(...values.secretObjects(stage.stores));
    for (const node of nodes)
      await cluster.kubectl('label', 'node', node, `${values.regionLabel(values.regionOf[node])}=true`);
    const startedMs = performance.now();
    await helm(stage, 'install');
    await untilServing(stage, noExtraNodes);
    const readyMs = elapsedMs(startedMs);
    return {
      metrics: { importMs, readyMs, aimMs: readyAimMs },
      missed: missedAims('the chart is ready', readyMs, readyAimMs),
    };
  },

  call: async (stage) => {
    await stage.cli('rooms', 'create', 'hello');
    const links = await Promise.all(
      ['Ann', 'Bob'].map((name) =>
        stage.cli(
          'links',
          'create',
          '--room',
          'hello',
          '--identity',
          name.toLowerCase(),
          '--name',
          name,
          '--valid',
          '1d',
        ),
      ),
    );
    stage.links = links.map((text) => /https:\S+/.exec(text)?.[0] ?? text);
    const startedMs = performance.now();
    const call = await runningCall(stage);
    const openMs = elapsedMs(startedMs);
    const gaps = await gapsDuring(call, async () => undefined);
    return { metrics: Object.assign({ openMs }, gapMetrics(gaps, plannedGapAimMs)), missed: [] };
  },

  upgrade: async (stage) => {
    await untilServing(stage, noExtraNodes);
    const before = await stage.pods(ofRelease);
    return measuredPlanned(stage, 'the rolling upgrade', async () => {
      await helm(stage, 'upgrade', '--set', 'podAnnotations.lab=upgraded');
      await eventually(
        'all pods are new and ready',
        async () => {
          const pods = [...(await stage.pods(ofRelease)).values()];
          const isNew = (pod: (typeof pods)[number]): boolean => pod.metadata.annotations['lab'] === 'upgraded';
          return pods.length >= before.size && pods.every((pod) => isNew(pod) && isReady(pod));
        },
        UPGRADE_LIMIT_MS,
      );
    });
  },

  deleted: async (stage) => {
    await untilServing(stage, noExtraNodes);
    return measuredPlanned(stage, 'a deleted pod', async (call) => {
      const victim = await nodeOf(call, 1);
      // The command ends when the pod has drained and is gone.
      await stage.cluster.kubectl('delete', 'pod', victim, ...inNamespace);
    });
  },

  killed: async (stage) => {
    await untilServing(stage, noExtraNodes);
    return measured(stage, 'a killed pod', killedGapAimMs, async (call) => {
      const victim = await nodeOf(call, 1);
      await stage.cluster.kubectl('delete', 'pod', victim, ...inNamespace, '--grace-period=0', '--force');
    });
  },

  scale: async (stage) => {
    await untilServing(stage, noExtraNodes);
    const metrics: Record<string, number> = {};
    const missed: string[] = [];
    const { metrics: gaps, missed: lateOnes } = await measured(stage, 'autoscaling', plannedGapAimMs, async () => {
      const before = new Set((await stage.pods()).keys());
      const upMs = performance.now();
      await setBooking(stage, values.NODES_MIN + EXTRA_NODES);
      await untilServing(stage, { frankfurt: EXTRA_NODES, singapore: 0 });
      metrics['upMs'] = elapsedMs(upMs);
      const grown = await stage.pods();
      stage.say(`  started: ${[...grown.keys()].filter((name) => !before.has(name)).join(', ')}`);
      const downMs = performance.now();
      await setBooking(stage, 0);
      const drained = await drainedUntil(stage, async () => (await stage.pods()).size === before.size);
      metrics['downMs'] = elapsedMs(downMs);
      const remaining = await stage.pods();
      const endedNames = [...grown.keys()].filter((name) => !remaining.has(name)).sort();
      stage.say(`  drained: ${[...drained].join(', ')}; ended: ${endedNames.join(', ')}`);
      metrics['ended'] = endedNames.length;
      // A recreated pod has the name of its predecessor, but another uid.
      const recreated = [...remaining].filter(([name, pod]) => grown.get(name)?.metadata.uid !== pod.metadata.uid);
      if (recreated.length > 0) missed.push(`other pods ended: ${recreated.map(([name]) => name).join(', ')}`);
      const undrained = endedNames.filter((name) => !drained.has(name));
      if (endedNames.length !== EXTRA_NODES) missed.push(`${endedNames.length} pods ended, not ${EXTRA_NODES}`);
      if (undrained.length > 0) missed.push(`ended without a drain: ${undrained.join(', ')}`);
    });
    return { metrics: Object.assign(metrics, gaps), missed: [...missed, ...lateOnes] };
  },

  'api-server': async (stage) => {
    await untilServing(stage, noExtraNodes);
    const metrics: Record<string, number | string> = {};
    const { metrics: gaps, missed } = await measured(stage, 'no API server', plannedGapAimMs, async () => {
      await stage.cluster.killApi();
      await setBooking(stage, values.NODES_MIN + 1);
      await eventually('the centre says that it cannot scale', async () => {
        const problem = await problemOf(stage);
        metrics['problem'] = problem ?? '';
        return problem !== undefined;
      });
      await pause(API_AWAY_MS);
      const startedMs = performance.now();
      stage.cluster.startApi();
      await stage.cluster.untilApiAnswers();
      metrics['answersMs'] = elapsedMs(startedMs);
      await untilServing(stage, { frankfurt: 1, singapore: 0 });
      metrics['recoveredMs'] = elapsedMs(startedMs);
      if ((await problemOf(stage)) !== undefined) throw new Error('the centre still says that it cannot scale');
    });
    await setBooking(stage, 0);
    await untilServing(stage, noExtraNodes);
    return { metrics: Object.assign(metrics, gaps), missed };
  },

  drain: async (stage) => {
    await untilServing(stage, noExtraNodes);
    // The other machine also takes pods of the drained region; otherwise they would wait until the drained machine is
    // back.
    await stage.cluster.kubectl('label', 'node', 'node-1', `${values.regionLabel('singapore')}=true`);
    const outcome = await measuredPlanned(stage, 'kubectl drain', async () => {
      const all = ['--ignore-daemonsets', '--delete-emptydir-data', `--timeout=${LIMIT_MS / 1000}s`];
      await stage.cluster.kubectl('drain', 'node-2', ...all);
    });
    const pods = [...(await stage.pods(ofRelease)).values()];
    const leftPods = pods.filter(({ spec, metadata }) => spec.nodeName === 'node-2' && !isOfDaemonSet(metadata));
    await stage.cluster.kubectl('uncordon', 'node-2');
    await untilServing(stage, noExtraNodes);
    const missed = leftPods.length === 0 ? [] : [`${leftPods.length} pods are left on the drained machine`];
    return { metrics: outcome.metrics, missed: [...outcome.missed, ...missed] };
  },

  uninstall: async (stage) => {
    await stage.call?.close();
    stage.call = undefined;
    const startedMs = performance.now();
    await stage.cluster.helm('uninstall', values.release, ...inNamespace, '--wait', '--timeout', '5m');
    await eventually('all pods are gone', async () => (await stage.pods(ofRelease)).size === 0);
    return { metrics: { ms: elapsedMs(startedMs) }, missed: [] };
  },
};

/** Polls once a second, since each poll starts a process, whose CPU time disturbs the measurement. */
const eventually = (what: string, holds: () => Promise<boolean>, limitMs = LIMIT_MS): Promise<boolean> =>
  until(
    what,
    async () => {
      if (await holds()) return true;
      await pause(POLL_MS);
      return false;
    },
    limitMs,
  );

const ofRelease = `app.kubernetes.io/instance=${values.release}`;
const noExtraNodes = { frankfurt: 0, singapore: 0 };

// biome-ignore lint/suspicious/noExplicitAny: objects of the API server, as they come
type Json = any;

const isReady = ({ metadata, status }: Json): boolean =>
  metadata.deletionTimestamp === undefined &&
  (status.conditions ?? []).some((each: Json) => each.type === 'Ready' && each.status === 'True');
const isOfDaemonSet = ({ ownerReferences = [] }: Json): boolean =>
  ownerReferences.some(({ kind }: Json) => kind === 'DaemonSet');

async function helm(stage: Stage, verb: 'install' | 'upgrade', ...extraArgs: string[]): Promise<void> {
  const file = join(stage.cluster.folder, 'values.json');
  writeFileSync(file, JSON.stringify(values.chartValues()));
  await stage.cluster.helm(verb, values.release, chart, ...inNamespace, '--values', file, ...extraArgs);
}

/**
 * Resolves when all pods are ready and the centre has each region's minimum of media nodes plus `more`. No pod may be
 * ending, since it would still occupy its slot at the next order.
 */
async function untilServing(stage: Stage, extraNodes: Readonly<Record<values.Region, number>>): Promise<void> {
  await eventually('all pods are ready, and the centre has its media nodes', async () => {
    const fleet = await stage.mediaNodes();
    const isServing = values.regions.every((region) => {
      const here = fleet.filter((node) => node.region === region && node.state === 'alive');
      return here.length === values.NODES_MIN + extraNodes[region];
    });
    const extra = Object.values(extraNodes).reduce((sum, count) => sum + count, 0);
    const isAlone = (await stage.pods()).size === values.NODES_MIN * values.regions.length + extra;
    return isServing && isAlone && [...(await stage.pods(ofRelease)).values()].every(isReady);
  });
}

async function setBooking(stage: Stage, nodesWanted: number): Promise<void> {
  const path = '/v1/bookings/lab';
  if (nodesWanted === 0) return void (await stage.centre('DELETE', path));
  const [startsAt, endsAt] = [-1000, 3_600_000].map((ms) => new Date(Date.now() + ms).toISOString());
  const sessions = values.SESSIONS_PER_NODE * nodesWanted;
  await stage.centre('PUT', path, { region: values.regions[0], sessions, startsAt, endsAt });
}

const problemOf = async (stage: Stage): Promise<string | undefined> =>
  (await stage.centre('GET', '/v1/autoscale')).problem ?? undefined;

async function drainedUntil(stage: Stage, isDone: () => Promise<boolean>): Promise<ReadonlySet<string>> {
  const drained = new Set<string>();
  await eventually('the surplus nodes have ended', async () => {
    for (const { nodeId, state } of await stage.mediaNodes()) if (state === 'draining') drained.add(nodeId);
    return isDone();
  });
  return drained;
}

const placementOf = (p: Participant): Promise<{ nodeId: string; region: string }> =>
  p.room('return { nodeId: room.placement.nodeId, region: room.placement.region };');

async function nodeOf({ people }: Call, at: number): Promise<string> {
  const person = people[at];
  if (person === undefined) throw new Error('there is no such person');
  return (await placementOf(person)).nodeId;
}

async function isInBothRegions({ people }: Call): Promise<boolean> {
  const placed = await Promise.all(people.map(placementOf));
  return placed.map(({ region }) => region).join() === values.regions.join();
}

async function runningCall(stage: Stage): Promise<Call> {
  if (stage.call !== undefined && (await isInBothRegions(stage.call))) return stage.call;
  await stage.call?.close();
  stage.call = undefined;
  const endMs = performance.now() + LIMIT_MS;
  for (;;) {
    const call = await Call.open(stage.clients, stage.links);
    if (await isInBothRegions(call)) {
      stage.call = call;
      await call.watch();
      return call;
    }
    const placed = await Promise.all(call.people.map(placementOf));
    await call.close();
    if (performance.now() > endMs)
      throw new Error(`the people are not in different regions: ${JSON.stringify(placed)}`);
    stage.say(`  not yet: ${placed.map(({ nodeId }) => nodeId).join(' and ')}`);
    await pause(1000);
  }
}

async function measured(
  stage: Stage,
  what: string,
  aimMs: number,
  act: (call: Call) => Promise<void>,
): Promise<Outcome> {
  const call = await runningCall(stage);
  const startedMs = performance.now();
  let ms = 0;
  const gaps: Gaps = await gapsDuring(call, async () => {
    await act(call);
    ms = elapsedMs(startedMs);
  });
  await sayGaps(stage, call, startedMs);
  const placed = await Promise.all(call.people.map(placementOf));
  stage.say(`  afterwards: ${placed.map(({ nodeId }) => nodeId).join(' and ')}`);
  return { metrics: Object.assign({ ms }, gapMetrics(gaps, aimMs)), missed: lateGaps(what, gaps, aimMs) };
}

async function sayGaps(stage: Stage, call: Call, startedMs: number): Promise<void> {
  const epochMs = Date.now() - performance.now() + startedMs;
  for (const p of call.people) {
    for (const [track, times] of Object.entries((await playTimesOf(p)).playsMs)) {
      const gaps = times
        .slice(1)
        .map((ms, at) => ({ ms: Math.round(ms - (times[at] ?? ms)), fromMs: times[at] ?? ms }));
      const [longest] = gaps.sort((a, b) => b.ms - a.ms);
      if (longest !== undefined)
        stage.say(
          `  ${track}: ${longest.ms} ms, ${((longest.fromMs - epochMs) / 1000).toFixed(1)} s after the beginning`,
        );
    }
  }
}

const measuredPlanned = (stage: Stage, what: string, act: (call: Call) => Promise<void>): Promise<Outcome> =>
  measured(stage, what, plannedGapAimMs, act);
