import type { Centre } from './centre.ts';
import { publicState } from './core/node.ts';
import type { CentreMetrics } from './metrics.ts';

/** Sets the gauges to what is now; called once a second, so that nothing else has to remember them. */
export function updateGauges(centre: Centre, metrics: CentreMetrics, links: number, nowMs: number): void {
  metrics.nodes.reset();
  let distrusted = 0;
  for (const record of centre.fleet.list()) {
    metrics.nodes.inc({ kind: record.description.kind, state: publicState(record) });
    if (record.distrust !== undefined) distrusted += 1;
  }
  metrics.distrusted.set(distrusted);
  const charges = centre.ledger.list();
  const assumed = charges.filter((charge) => charge.state === 'assumed').length;
  metrics.charges.set({ state: 'assumed' }, assumed);
  metrics.charges.set({ state: 'confirmed' }, charges.length - assumed);
  const leases = centre.leases.list();
  const live = leases.filter((lease) => centre.leases.isLive(lease, nowMs)).length;
  metrics.leases.set({ state: 'owned' }, live);
  metrics.leases.set({ state: 'free' }, leases.length - live);
  metrics.links.set(links);
}
