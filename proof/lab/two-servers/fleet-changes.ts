// Phases that restart, add, remove and move servers during a call.

import type { Metrics } from '../../support/case.ts';
import { until } from '../../test/support/poll.ts';
import { elapsedMs, gapMetrics, gapsDuring, lateGaps, missedAims } from './gaps.ts';
import type { Reader } from './guide-run.ts';
import { hosts } from './network.ts';
import { minutes15Ms, type Phase, restartGapAimMs } from './outcome.ts';
import { replaceDisk } from './server-changes.ts';
import { addressesOf, backLimitMs, callAt, callAtBoth, running, type Spots, spots } from './spots.ts';
import type { Stage } from './stage.ts';

/** Number of refused links to wait for; nodes of the old disk keep retrying. */
const refusalsMin = 20;
const movedIp = '203.0.113.44';

/** Reader who applies the blocks for the second server to the third server and its region. */
const third: Reader = {
  words: [
    ['singapore', 'tokyo'],
    ['sgp.example.org', 'tyo.example.org'],
    [hosts['server-2'].ip, hosts['server-3'].ip],
  ],
  machines: { 'server-2': 'server-3' },
};

export const rolling: Phase = async (stage) => {
  await stage.call?.close();
  const atSecondServer: Spots = [spots.two, spots.two];
  const call = await callAt(stage, atSecondServer, backLimitMs);
  await call.watch();
  const startedMs = performance.now();
  const gaps = await gapsDuring(call, async () => void (await stage.guide.run('rolling')));
  const tookMs = elapsedMs(startedMs);
  const addresses = await addressesOf(call);
  await call.close();
  stage.call = undefined;
  const home = stage.net.ipOf('server-2');
  return {
    metrics: Object.assign(gapMetrics(gaps, restartGapAimMs), { tookMs }),
    missed: [
      ...lateGaps('rolling restart of server-2', gaps, restartGapAimMs),
      ...(addresses.every((ip) => ip === home) ? [] : [`the call left the region: ${addresses.join(' and ')}`]),
    ],
  };
};

export const region: Phase = async (stage) => {
  const call = await running(stage);
  const startedMs = performance.now();
  const gaps = await gapsDuring(call, async () => {
    await stage.install('server-3');
    await stage.boot('server-3');
    await stage.guide.run('install', { only: 'server-2', reader: third });
    await stage.guide.run('join', { reader: third });
  });
  await call.close();
  stage.call = await callAt(stage, [spots.one, spots.three], backLimitMs);
  const openMs = elapsedMs(startedMs);
  return {
    metrics: Object.assign(gapMetrics(gaps, restartGapAimMs), { openMs, aimMs: minutes15Ms }),
    missed: [
      ...lateGaps('a region is added', gaps, restartGapAimMs),
      ...missedAims('from a bare machine to a call in the third region', openMs, minutes15Ms),
    ],
  };
};

export const moved: Phase = async (stage) => {
  await stage.call?.close();
  const otherServers = stage.runningServers.filter((name) => name !== 'server-1');
  const isThree = otherServers.includes('server-3');
  const call = await callAt(stage, [spots.two, isThree ? spots.three : spots.two], backLimitMs);
  await call.watch();
  const startedMs = performance.now();
  const onOthers = (phase: 'both-centres' | 'centre') => async (): Promise<void> => {
    for (const name of otherServers)
      await stage.guide.run(phase, { reader: { words: [], machines: { 'server-2': name } } });
  };
  const steps = { both: onOthers('both-centres'), away: () => moveFirst(stage), settled: onOthers('centre') };
  const metrics: Record<string, Metrics> = {};
  const missed: string[] = [];
  for (const [name, step] of Object.entries(steps)) {
    const stepMs = performance.now();
    const gaps = await gapsDuring(call, step);
    metrics[name] = Object.assign(gapMetrics(gaps, restartGapAimMs), { tookMs: elapsedMs(stepMs) });
    stage.say(`  ${name}: ${JSON.stringify(metrics[name])}`);
    missed.push(...lateGaps(`the centre moves, ${name}`, gaps, restartGapAimMs));
  }
  await call.close();
  await stage.clients.closeBrowsers();
  stage.call = await callAtBoth(stage, backLimitMs);
  const movedMs = elapsedMs(startedMs);
  await stage.call.watch();
  metrics['all'] = { movedMs, aimMs: minutes15Ms };
  return { metrics, missed: [...missed, ...missedAims('the centre is moved', movedMs, minutes15Ms)] };
};

export const forgottenHost: Phase = async (stage) => {
  const call = await running(stage);
  const alive = await stage.servers['server-1'].run('meridian node forget singapore-1', { limitMs: 60_000 });
  if (alive.isOk || !alive.output.includes('HOST_ALIVE'))
    throw new Error(`the centre does not refuse to forget a live host: ${alive.output}`);
  await call.close();
  stage.call = undefined;
  await stage.servers['server-2'].cutPower();
  const startedMs = performance.now();
  await until('the lost host is forgotten', async () => {
    await stage.guide.run('forget');
    return true;
  });
  const forgetMs = elapsedMs(startedMs);
  const missed = await oldDiskProblems(stage);
  await stage.servers['server-2'].cutPower();
  const joiningMs = performance.now();
  await stage.install('server-2');
  await stage.boot('server-2');
  await stage.guide.run('install', { only: 'server-2' });
  await stage.guide.run('join');
  stage.call = await callAtBoth(stage, backLimitMs);
  const replacedMs = elapsedMs(joiningMs);
  await stage.call.watch();
  return {
    metrics: { forgetMs, replacedMs, aimMs: minutes15Ms },
    missed: [...missed, ...missedAims('a new machine in its place', replacedMs, minutes15Ms)],
  };
};

async function moveFirst(stage: Stage): Promise<void> {
  await stage.guide.run('backup');
  await stage.servers['server-1'].cutPower();
  stage.net.readdress('server-1', movedIp);
  for (const name of stage.runningServers) stage.servers[name].learnNames();
  await replaceDisk(stage, 'server-1');
  await stage.boot('server-1');
  await stage.guide.run('install', { only: 'server-1' });
  await stage.guide.run('moved', { only: 'server-1' });
}

async function aliveOf(stage: Stage, hostId: string): Promise<string[]> {
  const ask = `
    const token = /^clusterToken: *(\\S+)/m.exec(require('node:fs').readFileSync('/etc/meridian/scheduler.yaml'))[1];
    const headers = { authorization: 'Bearer ' + token };
    fetch('http://127.0.0.1:7001/v1/fleet', { headers }).then((answer) => answer.text()).then(console.log);`;
  const script = `/opt/meridian/current/bin/node -e "$(cat <<'END'\n${ask}\nEND\n)"`;
  const { nodes } = JSON.parse(await stage.runOrThrow('server-1', script)) as {
    nodes: { nodeId: string; hostId: string; liveness: string }[];
  };
  return nodes.filter((node) => node.hostId === hostId && node.liveness !== 'dead').map(({ nodeId }) => nodeId);
}

/** Boots the disk of the lost machine, and checks that the centre refuses all its services. */
async function oldDiskProblems(stage: Stage): Promise<string[]> {
  const refusals = async (): Promise<number> => {
    const log = 'journalctl --quiet --unit meridian-scheduler --output cat';
    return Number(await stage.runOrThrow('server-1', `${log} | grep --count 'singapore-1.* not accepted' || true`));
  };
  const before = await refusals();
  await stage.boot('server-2');
  const admittedNodes = new Set<string>();
  await until('the old disk was refused often', async () => {
    for (const id of await aliveOf(stage, 'singapore-1')) admittedNodes.add(id);
    return (await refusals()) >= before + refusalsMin;
  });
  return [...admittedNodes].map((id) => `${id} of the forgotten host was let in`);
}
