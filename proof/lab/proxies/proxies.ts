// Runs the proxy examples in front of a real server, and checks what they must pass and what no client may forge.
import { setTimeout as pause } from 'node:timers/promises';
import { InvalidArgumentError } from 'commander';
import type { LabCase, Metrics, Say } from '../../support/case.ts';
import { closeResources } from '../../test/support/resources.ts';
import { playTimesOf } from '../plays.ts';
import { Call } from '../two-servers/call.ts';
import { auditHolds, bodiesPass, locationsHold, type Outcome, policyHolds, ratesHold, streamsPass } from './checks.ts';
import { Front, type FrontName, frontNames } from './fronts.ts';
import { domain, otherClients, Stage } from './stage.ts';

const WINDOW_MS = 8000;
/** How much longer a pause may be than the longest one of the same call without a reload, as on a busy machine. */
const TOLERANCE_MS = 150;

export const proxies: LabCase = {
  name: 'proxies',
  summary:
    'nginx and Caddy by their examples in front of a server: a call, streams, made-up addresses, a reload (root)',
  configure: (command) => {
    command.option('--fronts <list>', `which of ${frontNames.join(',')}`, frontsOption, [...frontNames]);
  },
  run: async (options, say) => {
    const fronts = options['fronts'] as FrontName[];
    try {
      const stage = await Stage.create();
      const metrics: Record<string, Metrics> = {};
      const missed: string[] = [];
      for (const name of fronts) {
        const outcome = await tryFront(name, stage, say);
        metrics[name] = outcome.metrics;
        missed.push(...outcome.missed.map((text) => `${name}: ${text}`));
      }
      return { params: { fronts: fronts.join(',') }, metrics, missed };
    } finally {
      await closeResources(() => undefined);
    }
  },
};

function frontsOption(list: string): FrontName[] {
  const wanted = list.split(',');
  const unknown = wanted.find((name) => !frontNames.some((each) => each === name));
  if (unknown !== undefined) throw new InvalidArgumentError(`${unknown} is none of ${frontNames.join(', ')}`);
  return frontNames.filter((name) => wanted.includes(name));
}

async function tryFront(name: FrontName, stage: Stage, say: Say): Promise<Outcome> {
  say(`${name}: a call through it`);
  const front = await Front.open(name, stage);
  const { apiKey, apiSecret } = stage.secrets();
  const url = `https://${domain}`;
  const prepared = await stage.act('client', 'prepare', { url, apiKey, apiSecret, room: `hello-${name}` });
  const call = await Call.open(stage.clients, prepared.links);
  try {
    await call.watch();
    const openedMs = Date.now();
    const checks: readonly (readonly [string, () => Promise<Outcome>])[] = [
      ['large bodies', () => bodiesPass(stage)],
      ['the policy of the page', () => policyHolds(call)],
      ['streams', () => streamsPass(stage, prepared)],
      ['the audit log', () => auditHolds(stage)],
      ['locations', () => locationsHold(stage)],
      ['rates', () => ratesHold(stage, otherClients)],
      ['the socket of the call', () => socketStays(call, openedMs)],
      ['a new certificate', () => reloadHolds(stage, front, call)],
    ];
    const outcomes: Outcome[] = [];
    for (const [what, check] of checks) {
      say(`${name}: ${what}`);
      outcomes.push(await check());
    }
    return {
      metrics: Object.assign({}, ...outcomes.map(({ metrics }) => metrics)) as Metrics,
      missed: outcomes.flatMap(({ missed }) => missed),
    };
  } finally {
    await call.close();
    await front.close();
  }
}

/** Returns when each page lost its signaling since the last `forget`; undefined for a page that did not. */
async function signalingLostMs(call: Call): Promise<(number | undefined)[]> {
  return Promise.all(call.people.map(async (p) => (await playTimesOf(p)).eventsMs['told']));
}

async function madeConnections({ people }: Call): Promise<number> {
  const made = people.map((p) => p.page.evaluate(() => (window as unknown as { pcs: unknown[] }).pcs.length));
  return (await Promise.all(made)).reduce((sum, count) => sum + count, 0);
}

/** Checks that the proxy keeps the signaling sockets open. The call lasts longer than its timeout for idle ones. */
async function socketStays(call: Call, openedMs: number): Promise<Outcome> {
  const lost = (await signalingLostMs(call)).filter((ms) => ms !== undefined);
  const callS = Math.round((Date.now() - openedMs) / 1000);
  return { metrics: { callS }, missed: lost.length > 0 ? [`${lost.length} of the call lost their signaling`] : [] };
}

async function reloadHolds(stage: Stage, front: Front, call: Call): Promise<Outcome> {
  const before = await madeConnections(call);
  const startMs = Date.now();
  await pause(WINDOW_MS);
  const usualGaps = await call.gaps(startMs, startMs + WINDOW_MS);
  stage.renewCertificate();
  const reloadedMs = Date.now();
  await front.reload();
  const seenMs = Date.now() - reloadedMs;
  await pause(Math.max(0, WINDOW_MS - seenMs));
  const gaps = await call.gaps(reloadedMs, Date.now());
  await call.plays();
  const remade = (await madeConnections(call)) - before;
  const reconnected = (await signalingLostMs(call)).filter((ms) => ms !== undefined).length;
  const missed = (['audio', 'video'] as const).flatMap((kind) =>
    gaps[kind] <= usualGaps[kind] + TOLERANCE_MS
      ? []
      : [`${kind} paused for ${gaps[kind]} ms, usually ${usualGaps[kind]} ms`],
  );
  if (remade > 0) missed.push(`${remade} peer connections were made anew`);
  const metrics: Metrics = {
    reloadSeenMs: seenMs,
    signalingReconnected: reconnected,
    mediaReconnected: remade,
    gapMs: { audio: gaps.audio, video: gaps.video },
    usualGapMs: { audio: usualGaps.audio, video: usualGaps.video },
  };
  return { metrics, missed };
}
