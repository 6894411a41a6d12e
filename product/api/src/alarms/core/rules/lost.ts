// Rules for dead nodes, hosts and regions. The larger alarm inhibits the smaller ones (inhibition.ts).
import type { FleetNode } from '../../../console/core/fleet.ts';
import { isMedia } from '../../../console/core/fleet.ts';
import { type AlarmRule, type JudgedSubject, labelsOf } from '../rule.ts';

const LIVENESS = 'The centre declares a node dead after its own limits of silence, by its monotonic clock.';
/** The centre detects a dead node within seconds; a second look after 5 s excludes a restart of the centre. */
const FOR_MS = 5_000;
/** Long enough that a node which restarts in a loop stays one alarm. */
const CLEAR_FOR_MS = 60_000;

export const nodeLost: AlarmRule = {
  id: 'node-lost',
  source: 'centre',
  severity: 'critical',
  reason: 'A node is dead: it stopped reporting without having been asked to leave.',
  limit: 0,
  unit: 'ms',
  limitSource: LIVENESS,
  forMs: FOR_MS,
  clearForMs: CLEAR_FOR_MS,
  judge: ({ cloud }) =>
    cloud?.nodes.map((node) => ({
      subject: node.nodeId,
      value: node.silentMs,
      isBad: isLost(node),
      labels: labelsOf(node),
      text: isLost(node)
        ? `${node.kind} ${node.nodeId} (${node.site}) has been silent for ${Math.round(node.silentMs / 1000)} s.`
        : `${node.kind} ${node.nodeId} (${node.site}) reports.`,
    })),
};

export const hostLost: AlarmRule = {
  id: 'host-lost',
  source: 'centre',
  severity: 'critical',
  reason: 'Every node of a host is dead: the host, its network or its power has failed.',
  limit: 2,
  unit: 'nodes',
  limitSource: `With fewer nodes on the host, the alarm of the node fires instead. ${LIVENESS}`,
  forMs: FOR_MS,
  clearForMs: CLEAR_FOR_MS,
  judge: ({ cloud }, limit) =>
    cloud &&
    lostGroups(cloud.nodes, {
      by: ({ hostId }) => hostId,
      labels: ({ hostId, site, region }) => ({ host: hostId, site, region }),
      count: ({ length }) => length,
      isBad: (nodes) => nodes.length >= limit,
      text: (host, { length }, [first]) => `All ${length} nodes of host ${host} (${first.site}) are silent.`,
    }),
};

export const regionLost: AlarmRule = {
  id: 'region-lost',
  source: 'centre',
  severity: 'critical',
  reason: 'Every media node of a region is dead, on several hosts: the region is cut off.',
  limit: 2,
  unit: 'hosts',
  limitSource: `In a region with one host, the alarm of the host fires instead. ${LIVENESS}`,
  forMs: FOR_MS,
  clearForMs: CLEAR_FOR_MS,
  judge: ({ cloud }, limit) =>
    cloud &&
    lostGroups(cloud.nodes.filter(isMedia), {
      by: ({ region }) => region,
      labels: ({ region }) => ({ region }),
      count: hostsOf,
      isBad: (nodes) => hostsOf(nodes) >= limit,
      text: (region, { length }) => `All ${length} media nodes of ${region} are silent.`,
    }),
};

const isLost = ({ state, isLeaving }: FleetNode): boolean => state === 'dead' && !isLeaving;

const hostsOf = (nodes: readonly FleetNode[]): number => new Set(nodes.map(({ hostId }) => hostId)).size;

type NonEmptyNodes = readonly [FleetNode, ...FleetNode[]];

function lostGroups(
  nodes: readonly FleetNode[],
  o: {
    by(node: FleetNode): string;
    labels(node: FleetNode): Record<string, string>;
    /** Counts lost nodes, in the unit of the limit. */
    count(lost: readonly FleetNode[]): number;
    isBad(nodes: NonEmptyNodes): boolean;
    text(subject: string, nodes: NonEmptyNodes, all: NonEmptyNodes): string;
  },
): JudgedSubject[] {
  return [...Map.groupBy(nodes, o.by)].map(([subject, found]) => {
    const all = found as unknown as NonEmptyNodes;
    const isBad = all.every(isLost) && o.isBad(all);
    const lost = all.filter(isLost);
    const text = isBad
      ? o.text(subject, all, all)
      : `${all.length - lost.length} of ${all.length} nodes of ${subject} report.`;
    return { subject, value: o.count(lost), isBad, labels: o.labels(all[0]), text };
  });
}
