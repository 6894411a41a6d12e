export type * from './units.ts';
