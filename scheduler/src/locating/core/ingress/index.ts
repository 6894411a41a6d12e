/** Beliefs of a client's round trips, and the sites that it times. */
export * from './belief.ts';
export * from './echo-sites.ts';
