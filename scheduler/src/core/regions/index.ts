export * from './changes.ts';
export * from './charge-check.ts';
export * from './decision-region.ts';
export * from './world.ts';
