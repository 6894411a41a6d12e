// Messages of the centre to the api: its fleet, the links between hosts, stories of decisions. Reads only.
import { limits, type wire } from '@meridian/protocol';
import { whyPath } from '../../administration/link-report.ts';
import type { Centre } from '../../centre/centre.ts';
import { differingConfigs } from '../../fleet/core/config.ts';
import { type ConfigValue, type NodeRecord, publicState, type SentTo, sessionsSeen } from '../../fleet/core/node.ts';
import { shownRates } from '../../fleet/core/pipe-rates.ts';
import type { DecisionStory, StoryCandidate } from '../../placing/core/story.ts';
import { isOfEveryHost } from '../../routing/core/plan.ts';

/** Limit of links in an answer: 200 bytes each with usual names stay below the megabyte that a link takes. */
export const LINKS_LISTED_MAX = 4_000;
/** Limit of links in an answer with reasons, 200 characters of English each. */
export const LINKS_WITH_REASONS_MAX = 2_000;
/** Limit of a story's lines: a proposal of 16 hosts with 64 nodes each would be more than a reader takes. */
const STORY_LINES_MAX = 200;
const STORY_LINE_CHARACTERS_MAX = 1_000;

export interface FleetAsk {
  /** Whether to include the rates between media nodes: for 120 nodes 330 kB beside 30 kB of other fields. */
  readonly withSent: boolean;
  readonly nowMs: number;
  readonly wallMs: number;
  readonly epoch: number;
  notAfterMsOf(nodeId: string): number;
  /** Returns a registered node's wall clock less the centre's; undefined: not reported. */
  clockOffsetMsOf(nodeId: string): number | undefined;
}

/** Lists nodes without rooms, addresses and charges, with their differences in configuration within a kind. */
export function fleetToWire(centre: Centre, ask: FleetAsk): wire.FleetSeen.$Properties {
  const records = shownRecords(centre.fleet.list());
  const { waiting, oldestMs } = centre.recording.queue();
  const configs = differingConfigs(records.map(({ description }) => description));
  const sent = ask.withSent ? shownRates(records) : new Map<string, SentTo[]>();
  const details = (nodeId: string): Details => ({ config: configs.get(nodeId) ?? [], sent: sent.get(nodeId) });
  return {
    centreIncarnation: centre.incarnation,
    centreEpoch: ask.epoch,
    planVersion: centre.fleet.planVersion,
    nodes: records.map((record) => nodeToWire(centre, record, details(record.description.nodeId), ask)),
    deniedIds: [...centre.denied.ids],
    wallMs: ask.wallMs,
    recordingsWaiting: waiting,
    recordingWaitMs: oldestMs,
  };
}

/** Returns as many nodes as an answer may have: of a larger fleet, some media nodes and probes are left out. */
function shownRecords(records: readonly NodeRecord[]): readonly NodeRecord[] {
  if (records.length <= limits.nodesMax) return records;
  const ofEveryHost = records.filter(({ description: { kind } }) => isOfEveryHost(kind));
  const others = records.filter(({ description: { kind } }) => !isOfEveryHost(kind));
  return [...others, ...ofEveryHost].slice(0, limits.nodesMax);
}

interface Details {
  readonly config: readonly ConfigValue[];
  readonly sent: readonly SentTo[] | undefined;
}

function nodeToWire(
  centre: Centre,
  record: NodeRecord,
  { config, sent }: Details,
  ask: FleetAsk,
): wire.FleetNode.$Properties {
  const { description, load, drainReason, cordonReason } = record;
  const { nodeId, kind, region, city, hostId, latitude, longitude, capacity, versions, incarnation } = description;
  const { cpu, txBps, rxBps, sessions, loopLagMsP99, rssBytes } = load;
  const { recordSlots, recordSlotsUsed, diskBytes, diskFreeBytes } = load;
  const clockOffsetMs = ask.clockOffsetMsOf(nodeId);
  return {
    node: {
      nodeId,
      kind,
      region,
      city,
      hostId,
      latitude,
      longitude,
      capacity,
      versions,
      incarnation,
      config: [...config],
    },
    load: {
      cpu,
      txBps,
      rxBps,
      sessions,
      loopLagMsP99,
      rssBytes,
      recordSlots,
      recordSlotsUsed,
      diskBytes,
      diskFreeBytes,
      ...(sent && { sent: { rows: [...sent] } }),
    },
    state: publicState(record),
    liveness: record.liveness,
    isLinked: record.isLinked,
    silentMs: Math.round(ask.nowMs - record.heardAtMs),
    draining: drainReason !== undefined,
    drainReason: drainReason ?? '',
    cordoned: cordonReason !== undefined,
    cordonReason: cordonReason ?? '',
    distrust: record.distrust ?? '',
    isLeaving: record.isLeaving,
    sessionsSeen: sessionsSeen(record),
    sessionsAssumed: centre.ledger.assumedOn(nodeId),
    sessionsToMove: centre.drains.progress(record)?.sessionsLeft ?? 0,
    certificateNotAfterMs: ask.notAfterMsOf(nodeId),
    ...(clockOffsetMs !== undefined && { clockOffsetMs }),
  };
}

export interface LinksAsk {
  readonly usedOnly: boolean;
  /** Host at which links begin or end, or over which their path goes; '': all links. */
  readonly hostId: string;
  readonly withReasons: boolean;
}

/** Puts links in use first, then (if wanted) the others; in each group the first link of each two sites leads. */
export function linksToWire(centre: Centre, ask: LinksAsk, nowMs: number): wire.LinksSeen.$Properties {
  const { routing } = centre;
  const linksMax = ask.withReasons ? LINKS_WITH_REASONS_MAX : LINKS_LISTED_MAX;
  const pairs = pairsInOrder(usedPairs(centre, ask), centre, linksMax);
  if (!ask.usedOnly && pairs.length < linksMax)
    pairs.push(...pairsInOrder(unusedPairs(centre, ask), centre, linksMax - pairs.length));
  const links = pairs.flatMap(([from, to]) => linkToWire(centre, { from, to, ...ask }, nowMs) ?? []);
  return { version: routing.version, links };
}

type Pair = readonly [from: string, to: string];

function isSelected({ routing }: Centre, { hostId }: LinksAsk, from: string, to: string): boolean {
  return hostId === '' || from === hostId || to === hostId || routing.planner.route(from, to)?.via === hostId;
}

function* usedPairs(centre: Centre, ask: LinksAsk): Iterable<Pair> {
  for (const pair of centre.routing.pairsInUse) {
    const [a = '', b = ''] = pair.split(' ');
    if (isSelected(centre, ask, a, b)) yield [a, b];
    if (isSelected(centre, ask, b, a)) yield [b, a];
  }
}

function* unusedPairs(centre: Centre, ask: LinksAsk): Iterable<Pair> {
  const { routing } = centre;
  for (const { hostId: from } of routing.planner.hosts)
    for (const { hostId: to } of routing.planner.hosts)
      if (from !== to && !routing.isInUse(from, to) && isSelected(centre, ask, from, to)) yield [from, to];
}

/** Puts the first link of each two sites first, so that a cut list still shows every connection of sites. */
function pairsInOrder(pairs: Iterable<Pair>, { routing }: Centre, linksMax: number): Pair[] {
  const siteOf = new Map(routing.planner.hosts.map(({ hostId, site }) => [hostId, site]));
  const [firsts, others]: [Pair[], Pair[]] = [[], []];
  const seenSitePairs = new Set<string>();
  for (const pair of pairs) {
    const sites = `${siteOf.get(pair[0])} ${siteOf.get(pair[1])}`;
    if (seenSitePairs.has(sites)) others.push(pair);
    else firsts.push(pair);
    seenSitePairs.add(sites);
  }
  return [...firsts, ...others].slice(0, linksMax);
}

/** Returns undefined when a host is not planned. Unknown figures are -1. */
function linkToWire(
  { routing }: Centre,
  { from, to, withReasons }: { readonly from: string; readonly to: string; readonly withReasons: boolean },
  nowMs: number,
): wire.LinkSeen.$Properties | undefined {
  const link = routing.planner.link(from, to, nowMs);
  const route = routing.planner.route(from, to);
  if (link === undefined || route === undefined) return undefined;
  const isMeasured = link.source !== 'guessed';
  return {
    fromHostId: from,
    toHostId: to,
    source: link.source === 'measured' ? link.by : link.source,
    rttMs: figure(link.rttMs),
    onewayMs: figure(link.onewayMs),
    jitterMs: isMeasured ? figure(link.jitterMs) : -1,
    lossFast: isMeasured ? figure(link.lossFast) : -1,
    lossSlow: isMeasured ? figure(link.lossSlow) : -1,
    ageMs: figure(link.ageMs),
    inUse: routing.isInUse(from, to),
    isReachable: route.isReachable,
    via: route.via,
    hasStandby: route.standbyVia !== undefined,
    standbyVia: route.standbyVia ?? '',
    pathMs: figure(route.delayMs),
    why: withReasons ? whyPath(routing.planner.choices(from, to)) : '',
  };
}

const figure = (value: number): number => (Number.isFinite(value) ? Math.round(value * 10_000) / 10_000 : -1);

export function storyToWire(story: DecisionStory): wire.DecisionStory.$Properties {
  const { madeAtWallMs, chosen, nearest, lines, ...rest } = story;
  return {
    ...rest,
    madeWallMs: madeAtWallMs,
    chosen: chosen === undefined ? null : candidateToWire(chosen),
    nearest: nearest === undefined ? null : candidateToWire(nearest),
    lines: lines.slice(0, STORY_LINES_MAX).map((line) => line.slice(0, STORY_LINE_CHARACTERS_MAX)),
  };
}

function candidateToWire({
  toMembersMs = -1,
  total = 0,
  parts,
  ...rest
}: StoryCandidate): wire.DecisionCandidate.$Properties {
  return { ...rest, toMembersMs, total, parts: parts.map((part) => ({ ...part })) };
}
