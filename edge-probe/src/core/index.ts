/** The pure part of the edge probe. */
export * from './estimate.ts';
export * from './peers.ts';
