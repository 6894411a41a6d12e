// Faults planted in the fed world, and how long until the map's stream shows each, and shows that it is over.
import type { Say } from '../../support/case.ts';
import { fleetOf } from './fed.ts';
import type { FeedProcess } from './feed-process.ts';
import { pairOf } from './sessions.ts';
import type { Stage } from './stage.ts';
import type { WorldStream } from './stream.ts';
import { busiestLink } from './world-events.ts';

export const plants = ['loss', 'node'] as const;
export type Plant = (typeof plants)[number];

const PLANTED_LOSS = 0.1;
/** What the map must show of it: probes and the centre smooth their figures. */
const SEEN_LOSS = 0.05;
const HEALED_LOSS = 0.02;
const SEEN_WITHIN_MS = 60_000;
/** Its sessions are elsewhere after 3 s and a join. */
const GONE_FOR_MS = 10_000;

interface Planting {
  readonly stage: Stage;
  readonly feed: FeedProcess;
  readonly stream: WorldStream;
}

/** Seconds from each fault to its event, and from its end to the event of that; NaN: it did not come. */
export async function secondsToSee(kinds: readonly Plant[], o: Planting, say: Say): Promise<Record<string, number>> {
  const seconds: Record<string, number> = {};
  for (const kind of kinds) Object.assign(seconds, kind === 'loss' ? await lossSeen(o, say) : await nodeSeen(o, say));
  return seconds;
}

async function lossSeen({ feed, stream }: Planting, say: Say): Promise<Record<string, number>> {
  const link = busiestLink(stream.world);
  if (link === undefined) throw new Error('the map shows no link that is in use');
  const pair = pairOf(link.from, link.to);
  const lossOf = (): number => stream.world.links.get(pair)?.loss ?? 0;
  await feed.plantLoss(pair, PLANTED_LOSS);
  const lossSeconds = await stream.secondsUntil(() => lossOf() >= SEEN_LOSS, SEEN_WITHIN_MS);
  say(`${PLANTED_LOSS * 100} % of ${pair} lost (${link.sessions} sessions): on the map after ${lossSeconds} s`);
  await feed.plantLoss(pair, 0);
  const lossHealedSeconds = await stream.secondsUntil(() => lossOf() < HEALED_LOSS, SEEN_WITHIN_MS);
  say(`healed: on the map after ${lossHealedSeconds} s`);
  return { lossSeconds, lossHealedSeconds };
}

async function nodeSeen({ stage, feed, stream }: Planting, say: Say): Promise<Record<string, number>> {
  const fleet = await fleetOf(stage.centre);
  const media = fleet.filter(({ kind, state }) => kind === 'sfu' && state === 'alive');
  const victim = media.sort((a, b) => b.load.sessions - a.load.sessions)[0];
  const site = [...stream.world.sites.values()].find(({ city }) => victim?.nodeId.startsWith(`sfu-${city}-`));
  if (victim === undefined || site === undefined) throw new Error('the map shows no site of the busiest node');
  const stateOf = (): string => stream.world.sites.get(site.site)?.state ?? '';
  await feed.kill(victim.nodeId);
  const nodeSeconds = await stream.secondsUntil(() => ['suspect', 'dead'].includes(stateOf()), SEEN_WITHIN_MS);
  say(`${victim.nodeId} killed (${victim.load.sessions} sessions): ${stateOf()} on the map after ${nodeSeconds} s`);
  await stream.secondsUntil(() => stateOf() === 'dead', GONE_FOR_MS);
  await feed.revive(victim.nodeId);
  const nodeHealedSeconds = await stream.secondsUntil(() => stateOf() === 'alive', SEEN_WITHIN_MS);
  say(`it runs again: on the map after ${nodeHealedSeconds} s`);
  return { nodeSeconds, nodeHealedSeconds };
}
