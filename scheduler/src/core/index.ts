/** The pure part of the scheduling centre, for simulations and tests. */
export * from './cities.ts';
export * from './decision-log.ts';
export * from './explain.ts';
export * from './fleet.ts';
export * from './geo.ts';
export * from './ingress/index.ts';
export * from './leases.ts';
export * from './ledger.ts';
export * from './node.ts';
export * from './place.ts';
export * from './plan.ts';
export * from './policy.ts';
export * from './rehome.ts';
export * from './routes/index.ts';
export * from './rules.ts';
export * from './snapshot.ts';
export * from './view.ts';
