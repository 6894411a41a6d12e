import type { CentreMetrics } from '../base/metrics.ts';
import type { Centre } from '../centre/centre.ts';
import { publicState, sessionsSeen, whyDrained } from '../fleet/core/node.ts';
import type { DatabaseStatus } from '../locating/geo.ts';

/** Sets the gauges to the present state; called once a second, so that no other code has to update them. */
export function updateGauges(centre: Centre, metrics: CentreMetrics, links: number, nowMs: number): void {
  metrics.nodes.reset();
  let [distrusted, draining] = [0, 0];
  for (const record of centre.fleet.list()) {
    metrics.nodes.inc({ kind: record.description.kind, state: publicState(record) });
    if (record.distrust !== undefined) distrusted += 1;
    if (whyDrained(record) !== undefined && record.liveness !== 'dead') draining += sessionsSeen(record);
  }
  metrics.distrusted.set(distrusted);
  metrics.drainingSessions.set(draining);
  updateLinkGauges(centre, metrics, nowMs);
  const charges = centre.ledger.list();
  const assumed = charges.filter((charge) => charge.state === 'assumed').length;
  metrics.charges.set({ state: 'assumed' }, assumed);
  metrics.charges.set({ state: 'confirmed' }, charges.length - assumed);
  const leases = centre.leases.list();
  const live = leases.filter((lease) => centre.leases.isLive(lease, nowMs)).length;
  metrics.leases.set({ state: 'owned' }, live);
  metrics.leases.set({ state: 'free' }, leases.length - live);
  metrics.links.set(links);
  metrics.reserved.reset();
  metrics.reservedShort.reset();
  for (const [region, { kept, short }] of centre.reserved.regions) {
    metrics.reserved.set({ region }, kept);
    metrics.reservedShort.set({ region }, short);
  }
  updateRecordingGauges(centre, metrics);
}

function updateRecordingGauges({ recording }: Centre, metrics: CentreMetrics): void {
  const { slots, shortSlots, byPriority, oldestMs } = recording.counts();
  for (const state of ['used', 'handed', 'kept', 'free'] as const) metrics.recordSlots.set({ state }, slots[state]);
  metrics.recordSlotsShort.set(shortSlots);
  for (const [priority, count] of byPriority.entries()) metrics.recordingsWaiting.set({ priority }, count);
  metrics.recordingsOldestWait.set(oldestMs / 1000);
}

const DAY_SECONDS = 86_400;

/** Sets the gauges of location databases, by position in the chain: use, age and problems of their files. */
export function updateGeoGauges(databases: readonly DatabaseStatus[], metrics: CentreMetrics): void {
  for (const [position, database] of databases.entries()) {
    const labels = { source: database.source, position: String(position) };
    metrics.geoInUse.set(labels, Number(database.isInUse));
    metrics.geoAge.set(labels, (database.ageDays ?? 0) * DAY_SECONDS);
    metrics.geoStale.set(labels, Number(database.isStale));
    metrics.geoProblem.set(labels, Number(database.problem !== null));
  }
}

function updateLinkGauges({ routing }: Centre, metrics: CentreMetrics, nowMs: number): void {
  const counts = { measured: 0, fading: 0, guessed: 0 };
  let relayed = 0;
  const ids = routing.planner.hosts.map(({ hostId }) => hostId);
  for (const from of ids) {
    for (const to of ids) {
      const link = routing.planner.link(from, to, nowMs);
      if (link === undefined) continue;
      counts[link.source] += 1;
      if (routing.planner.route(from, to)?.via !== '') relayed += 1;
    }
  }
  for (const source of ['measured', 'fading', 'guessed'] as const) metrics.hostLinks.set({ source }, counts[source]);
  metrics.relayedPairs.set(relayed);
  metrics.hostsUnplanned.set(routing.hostsUnplanned);
}
