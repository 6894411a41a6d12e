// Faults planted in the fed world: how long until the console shows each, and until its alarm is said, and is over.
import { setTimeout as delay } from 'node:timers/promises';
import type { WorldLink } from '../../../api/src/console/schemas.ts';
import type { Say } from '../../support/case.ts';
import type { Metrics } from '../../support/result.ts';
import { type AlarmFigures, alarmsJudged } from './alarm-judge.ts';
import { type Chosen, chosenFrom, type ShownNode } from './fault-subjects.ts';
import { type Fault, LOOK_EVERY_MS, leftMap, type Planted, type Planting, planting, secondsUntil } from './planting.ts';
import type { Stage } from './stage.ts';
import type { SeenWorld } from './world-events.ts';

/** In this order: the disk's alarm takes longest to be over. */
export const plants = ['disk', 'loss', 'region', 'node', 'clock', 'drift'] as const;
export type Plant = (typeof plants)[number];

const PLANTED_LOSS = 0.1;
/** What the map must show of it: probes and the centre smooth their figures. */
const SEEN_LOSS = 0.05;
const HEALED_LOSS = 0.02;
/** Lines of people come and go, and their records wander. */
const MORE_WEAK_MAX = 0.05;
const PLANTED_CLOCK_MS = 120_000;
/** As the rule sees it: more than ntp leaves. */
const SEEN_CLOCK_MS = 2000;
const FULL_SHARE = 0.95;
/** config-drift waits ten minutes for changes that go from node to node; nothing here does. */
const DRIFT_FOR_S = 10;
/** The longest until an alarm is over: 120 s of the disk's. */
const OVER_WITHIN_MS = 240_000;

export interface FaultsFound {
  /** Seconds until the map or the fleet shows each fault, and its end; NaN: it did not. */
  readonly seconds: Readonly<Record<string, number>>;
  readonly alarms: Metrics;
  readonly missed: readonly string[];
}

/**
 * Plants one after another, each until its alarm was said; that it is over is awaited for all together at the end:
 * they share no subject. Nothing else may be said from the start of `messages` on.
 */
export async function faultsFound(kinds: readonly Plant[], o: Planting, say: Say): Promise<FaultsFound> {
  const { messages } = o;
  const openBefore = (await messages.open()).map(
    ({ rule, subject, text }) => `open before: ${rule} ${subject}: ${text}`,
  );
  const chosen = chosenFrom(o.stream.world, await nodesOf(o.stage));
  const seconds: Record<string, number> = {};
  const faults: Planted[] = [];
  try {
    for (const kind of kinds) {
      const fault = faultOf[kind](o, chosen);
      const planted = await planting(kind, fault, o, say);
      faults.push(planted);
      seconds[`${kind}Seconds`] = planted.seenSeconds;
      seconds[`${kind}HealedSeconds`] = planted.waits['healed'] ?? Number.NaN;
    }
    const left = await secondsUntil(async () => (await messages.open()).length === 0, OVER_WITHIN_MS);
    say(Number.isNaN(left) ? 'not all alarms are over' : `all alarms are over ${left.toFixed(1)} s later`);
    await leftMap(faults, o);
  } finally {
    if (kinds.includes('drift')) await o.stage.ask('PATCH', '/alarm-rules/config-drift', { forS: null });
  }
  // The last messages are on their way.
  await delay(LOOK_EVERY_MS * 4);
  const { figures, missed } = alarmsJudged(faults, messages.items);
  for (const [kind, found] of Object.entries(figures)) say(`${kind}: ${saidOf(found)}`);
  const open = (await messages.open()).map(({ rule, subject, text }) => `still open: ${rule} ${subject}: ${text}`);
  return {
    seconds,
    alarms: Object.fromEntries(Object.entries(figures).map(metricsOf)),
    missed: [...openBefore, ...missed, ...open],
  };
}

const metricsOf = ([kind, { waits, ...figures }]: [string, AlarmFigures]): [string, Metrics] => {
  const waited = Object.entries(waits).map(([name, seconds]) => [`${name}Seconds`, seconds]);
  return [kind, { ...figures, ...Object.fromEntries(waited) }];
};

function saidOf({ seenSeconds, alarmSeconds, healedSeconds, messages, keptQuiet, waits }: AlarmFigures): string {
  const times = { seen: seenSeconds, alarm: alarmSeconds, over: healedSeconds };
  const said = [times, waits].flatMap(Object.entries<number>).map(([name, s]) => `${name} ${s.toFixed(1)} s`);
  return `${said.join(', ')}, messages ${messages}, kept quiet ${keptQuiet ?? '–'}`;
}

const faultOf: Readonly<Record<Plant, (o: Planting, chosen: Chosen) => Fault>> = {
  loss: ({ feed, stream }, { link }) => {
    const pair = `${link.from} ${link.to}`;
    const lossOf = (): number => stream.world.links.get(pair)?.loss ?? 0;
    const weakBefore = weakShareOf(stream.world, link);
    let wasFelt = false;
    return {
      rule: 'link-loss',
      subject: `${link.from} - ${link.to}`,
      says: [link.from, link.to, '%', 'lost'],
      at: { from: link.from, to: link.to },
      // The centre sends media by a relay, as it does in a real cloud.
      isLeft: async () => {
        const { harmed } = await feed.counts();
        wasFelt ||= harmed > 0;
        return wasFelt && harmed === 0;
      },
      isWell: () => weakShareOf(stream.world, link) <= weakBefore + MORE_WEAK_MAX,
      plant: () => feed.plantLoss(pair, PLANTED_LOSS),
      heal: () => feed.plantLoss(pair, 0),
      isSeen: () => lossOf() >= SEEN_LOSS,
      isSeenHealed: () => lossOf() < HEALED_LOSS,
    };
  },
  node: ({ feed, stream }, { victim: { nodeId, region, city } }) => {
    const stateOf = (): string => stream.world.sites.get(`${region}/${city}`)?.state ?? '';
    return {
      rule: 'node-lost',
      subject: nodeId,
      says: [nodeId, 'silent'],
      at: { site: `${region}/${city}` },
      plant: () => feed.kill(nodeId),
      heal: () => feed.revive(nodeId),
      isSeen: () => ['suspect', 'dead'].includes(stateOf()),
      isSeenHealed: () => stateOf() === 'alive',
    };
  },
  region: ({ feed, stream }, { region }) => {
    const sites = () => [...stream.world.sites.values()].filter((site) => site.region === region);
    return {
      rule: 'region-lost',
      subject: region,
      says: [region, 'silent'],
      at: { region },
      hasFollowers: true,
      plant: () => feed.killRegion(region),
      heal: () => feed.reviveRegion(region),
      isSeen: () => sites().every(({ state }) => state === 'suspect' || state === 'dead'),
      isSeenHealed: () => sites().every(({ state }) => state === 'alive'),
    };
  },
  clock: (o, { clock: { nodeId, region, city } }) => {
    const offsetMs = async (): Promise<number> => (await nodeOf(o.stage, nodeId)).clockOffsetMs ?? 0;
    return {
      rule: 'clock-skew',
      subject: nodeId,
      says: [nodeId, 'clock', 'ahead'],
      at: { site: `${region}/${city}` },
      plant: () => o.feed.plant({ nodeId, clockOffsetMs: PLANTED_CLOCK_MS }),
      heal: () => o.feed.plant({ nodeId, clockOffsetMs: 0 }),
      isSeen: async () => (await offsetMs()) > SEEN_CLOCK_MS,
      isSeenHealed: async () => Math.abs(await offsetMs()) <= SEEN_CLOCK_MS,
    };
  },
  disk: (o, { disk: { nodeId, region, city } }) => {
    const used = async (): Promise<number> => {
      const { bytes, freeBytes } = (await nodeOf(o.stage, nodeId)).disk ?? { bytes: 1, freeBytes: 1 };
      return 1 - freeBytes / bytes;
    };
    return {
      rule: 'disk-full',
      subject: nodeId,
      says: [nodeId, 'disk', 'full'],
      at: { site: `${region}/${city}` },
      hasFollowers: true,
      plant: () => o.feed.plant({ nodeId, disk: 'full' }),
      heal: () => o.feed.plant({ nodeId, disk: 'usual' }),
      isSeen: async () => (await used()) >= FULL_SHARE,
      isSeenHealed: async () => (await used()) < FULL_SHARE,
    };
  },
  drift: (o, { drift: { nodeId, region, city } }) => {
    const keys = async (): Promise<string[]> =>
      ((await nodeOf(o.stage, nodeId)).configDrift ?? []).map(({ key }) => key);
    return {
      rule: 'config-drift',
      subject: nodeId,
      says: [nodeId, 'drainLimitMs'],
      at: { site: `${region}/${city}` },
      plant: async () => {
        await o.stage.ask('PATCH', '/alarm-rules/config-drift', { forS: DRIFT_FOR_S });
        await o.feed.plant({ nodeId, config: { drainLimitMs: '5000' } });
      },
      heal: () => o.feed.plant({ nodeId, config: {} }),
      isSeen: async () => (await keys()).includes('drainLimitMs'),
      isSeenHealed: async () => (await keys()).length === 0,
    };
  },
};

/** Of the rated sessions in the regions of its two ends. */
function weakShareOf(world: SeenWorld, { from, to }: WorldLink): number {
  const regions = [from, to].map((site) => world.sites.get(site)?.region);
  const counts = [...world.sites.values()].filter(({ region }) => regions.includes(region)).map((one) => one.strength);
  const weak = counts.reduce((sum, count) => sum + count.weak, 0);
  const rated = counts.reduce((sum, { strong, medium }) => sum + strong + medium, weak);
  return weak / Math.max(1, rated);
}

async function nodesOf(stage: Stage): Promise<readonly ShownNode[]> {
  return (await stage.ask('GET', '/console/nodes'))['nodes'] as ShownNode[];
}

async function nodeOf(stage: Stage, nodeId: string): Promise<ShownNode> {
  const node = (await nodesOf(stage)).find((one) => one.nodeId === nodeId);
  if (node === undefined) throw new Error(`the fleet has no ${nodeId}`);
  return node;
}
