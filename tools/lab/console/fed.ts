// Whether the feed is what it claims to be, seen by the centre and by whoever takes its batches.
import { setTimeout as delay } from 'node:timers/promises';
import { admin, type CentreAddress } from '../../../scheduler/test/service/support/centre.ts';
import { until } from '../../../test/support/poll.ts';
import { treeCpuMs } from '../../bench/capacity/processor.ts';
import type { Say } from '../../support/case.ts';
import type { Metrics } from '../../support/result.ts';
import { RECORD_EVERY_MS } from './feed.ts';
import type { FeedProcess } from './feed-process.ts';
import { Receiver } from './receiver.ts';
import type { Stage } from './stage.ts';

interface FleetNode {
  readonly nodeId: string;
  readonly kind: string;
  readonly state: string;
  readonly load: { readonly sessions: number };
}
interface LinkRow {
  readonly source: string;
}

export async function fleetOf(centre: CentreAddress): Promise<readonly FleetNode[]> {
  const { body } = await admin(centre, 'GET', '/v1/fleet');
  return (body as { nodes: FleetNode[] }).nodes;
}

export async function linksOf(centre: CentreAddress): Promise<readonly LinkRow[]> {
  const { body } = await admin(centre, 'GET', '/v1/links');
  return (body as { links: LinkRow[] }).links;
}

/** Registers the feed at a centre and lets its people join, after `whenRegistered`. */
export async function feedAll(
  { stage, feed, users, nodes, seed }: { stage: Stage; feed: FeedProcess; users: number; nodes: number; seed: string },
  say: Say,
  whenRegistered: () => Promise<void> = () => Promise.resolve(),
): Promise<Metrics> {
  const beganMs = performance.now();
  await feed.register({ centre: stage.centre, users, nodes, seed });
  const registeredMs = performance.now();
  const registerSeconds = (registeredMs - beganMs) / 1000;
  say(
    `${nodes} media nodes, their probes and the signaling nodes are registered after ${registerSeconds.toFixed(0)} s`,
  );
  await until('an api has links to all signaling nodes', async () => {
    const { linked, of } = await feed.linkedToApi();
    return linked === of && of > 0;
  });
  await whenRegistered();
  const [cpuBeforeMs, beginMs] = [treeCpuMs(stage.centrePid), performance.now()];
  const counts = await feed.begin();
  const joinSeconds = (performance.now() - beginMs) / 1000;
  say(
    `${counts.sessions} sessions are placed after ${joinSeconds.toFixed(0)} s, ${counts.refused} refused ${counts.refusal}; the feed stood still for ${counts.stallMsMax.toFixed(0)} ms at most`,
  );
  const centreCpuUsPerJoin = ((treeCpuMs(stage.centrePid) - cpuBeforeMs) * 1000) / Math.max(1, counts.placed);
  return { registerSeconds, joinSeconds, sessions: counts.sessions, refused: counts.refused, centreCpuUsPerJoin };
}

/** The feed at a centre, without api and page: what the centre sees, what a receiver gets in some periods. */
export async function feedAlone(
  o: { stage: Stage; feed: FeedProcess; users: number; nodes: number; seed: string },
  say: Say,
): Promise<{ metrics: Metrics; missed: string[] }> {
  const receiver = await Receiver.start(o.stage.centre);
  try {
    const fed = await feedAll({ ...o }, say);
    // The first period is one of facts.
    await delay(RECORD_EVERY_MS);
    const [before, recordsBefore, beganMs] = [treeCpuMs(o.stage.centrePid), receiver.records, performance.now()];
    await delay(2 * RECORD_EVERY_MS);
    const elapsedMs = performance.now() - beganMs;
    const recordsPerPeriod = ((receiver.records - recordsBefore) * RECORD_EVERY_MS) / elapsedMs;
    const counts = await o.feed.counts();
    const [fleet, links] = [await fleetOf(o.stage.centre), await linksOf(o.stage.centre)];
    const media = fleet.filter(({ kind }) => kind === 'sfu');
    const metrics = {
      ...fed,
      mediaNodesAlive: media.filter(({ state }) => state === 'alive').length,
      sessionsReported: media.reduce((sum, { load }) => sum + load.sessions, 0),
      linksMeasured: links.filter(({ source }) => source !== 'guess').length,
      links: links.length,
      linkSources: [...new Set(links.map(({ source }) => source))].join(' '),
      sessionsKnown: receiver.sessions,
      withoutFacts: receiver.withoutFacts.size,
      events: receiver.events,
      recordsPerPeriod,
      centreCpuShare: (treeCpuMs(o.stage.centrePid) - before) / elapsedMs,
      sendCpuUsPerRecord: counts.sendCpuUs / Math.max(1, counts.records),
      feedStallMsMax: counts.stallMsMax,
      moved: counts.moved,
      left: counts.left,
    };
    const missed = [
      ...(metrics.mediaNodesAlive === o.nodes ? [] : [`${metrics.mediaNodesAlive} media nodes alive of ${o.nodes}`]),
      ...(metrics.withoutFacts === 0 ? [] : [`${metrics.withoutFacts} sessions had records before their facts`]),
      ...(recordsPerPeriod > 0.95 * counts.sessions ? [] : [`${recordsPerPeriod.toFixed(0)} records in a period`]),
    ];
    return { metrics, missed };
  } finally {
    receiver.close();
  }
}
