export type { Delta } from '../../../base/core/versioned-map.ts';
export * from './decision-region.ts';
export * from './world.ts';
