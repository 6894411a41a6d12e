// Derives hosts from nodes: their places and relay costs. A host is described by its living nodes.
import { nodeKind } from '@meridian/protocol';
import { type NodeRecord, publicState } from '../../../fleet/core/node.ts';
import { HOSTS_MAX, UTILISATION_FULL, utilisationMs } from '../routes/index.ts';
import { type PlannerHost, RELAY_HOP_MS } from './planner.ts';

/** Kinds that carry or measure media between hosts; a machine of signaling nodes alone has no paths to plan. */
const KINDS: readonly string[] = [nodeKind.media, nodeKind.edgeProbe];
/** Step in which load moves the cost of a relay, because every change makes a new list of hosts. */
const RELAY_STEP_MS = 5;

/** Cost of each relayed gigabyte in ms-equivalents, by the region of the relay; 0: free. */
export type RelayPriceMs = (region: string) => number;
const free: RelayPriceMs = () => 0;

/** Returns hosts by id, at most `HOSTS_MAX`, those with media nodes first; and how many others have no route rows. */
export function hostsOf(
  records: readonly NodeRecord[],
  priceMs: RelayPriceMs = free,
): { hosts: PlannerHost[]; unplanned: number } {
  const { planned, unplanned } = plannedHosts(records);
  return { hosts: planned.map(([hostId, nodes]) => hostOf(hostId, nodes, priceMs)), unplanned };
}

/** Returns the ids of the hosts that have route rows. */
export function plannedHostIds(records: readonly NodeRecord[]): ReadonlySet<string> {
  return new Set(plannedHosts(records).planned.map(([hostId]) => hostId));
}

function plannedHosts(records: readonly NodeRecord[]): { planned: [string, NodeRecord[]][]; unplanned: number } {
  const byHost = new Map<string, NodeRecord[]>();
  for (const record of records) {
    const { kind, hostId } = record.description;
    if (!KINDS.includes(kind) || record.liveness === 'dead') continue;
    const nodesOfHost = byHost.get(hostId);
    if (nodesOfHost === undefined) byHost.set(hostId, [record]);
    else nodesOfHost.push(record);
  }
  const hosts = [...byHost].sort(([a], [b]) => (a < b ? -1 : 1));
  const media = hosts.filter(([, nodes]) => nodes.some(isMedia));
  const others = hosts.filter(([, nodes]) => !nodes.some(isMedia));
  const planned = [...media, ...others].slice(0, HOSTS_MAX).sort(([a], [b]) => (a < b ? -1 : 1));
  return { planned, unplanned: hosts.length - planned.length };
}

export function isSameFleet(a: readonly PlannerHost[], b: readonly PlannerHost[]): boolean {
  return a.length === b.length && a.every((host, index) => isSameHost(host, b[index] as PlannerHost));
}

function isSameHost(a: PlannerHost, b: PlannerHost): boolean {
  const isSamePlace = a.site === b.site && a.latitude === b.latitude && a.longitude === b.longitude;
  return isSamePlace && a.hostId === b.hostId && a.relayMs === b.relayMs;
}

function hostOf(hostId: string, nodes: readonly NodeRecord[], priceMs: RelayPriceMs): PlannerHost {
  // A media node describes its machine before a probe does, a lower id before a higher.
  const [first] = [...nodes].sort(
    (a, b) => Number(isMedia(b)) - Number(isMedia(a)) || (a.description.nodeId < b.description.nodeId ? -1 : 1),
  );
  const { region = '', city = '', latitude = 0, longitude = 0 } = first?.description ?? {};
  return { hostId, latitude, longitude, site: `${region}/${city}`, relayMs: relayCostOf(nodes, priceMs(region)) };
}

/**
 * Returns the cost of a relay in ms-equivalents: the hop, the load of its uplink, the price of its traffic. Infinity
 * without a forwarder, an alive media node or free bandwidth. Load and price of the two ends are in no cost, because
 * every path between them has the same.
 */
function relayCostOf(nodes: readonly NodeRecord[], priceMs: number): number {
  const serving = nodes.filter((node) => isMedia(node) && publicState(node) === 'alive');
  const hasForwarder = serving.some(({ description }) =>
    description.addresses.some(({ purpose, protocol }) => purpose === 'path' && protocol === 'udp'),
  );
  if (!hasForwarder) return Number.POSITIVE_INFINITY;
  const bandwidthBps = sum(serving.map(({ description }) => description.capacity.bandwidthBps));
  const sentBps = sum(serving.map(({ load }) => load.txBps));
  const utilisation = bandwidthBps > 0 ? Math.min(UTILISATION_FULL, sentBps / bandwidthBps) : 0;
  return RELAY_HOP_MS + Math.ceil(utilisationMs(utilisation) / RELAY_STEP_MS) * RELAY_STEP_MS + priceMs;
}

function isMedia({ description }: NodeRecord): boolean {
  return description.kind === nodeKind.media;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
