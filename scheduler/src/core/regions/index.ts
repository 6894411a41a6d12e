export type { Delta } from '../versioned-map.ts';
export * from './decision-region.ts';
export * from './world.ts';
