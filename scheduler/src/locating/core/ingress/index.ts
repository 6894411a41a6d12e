/** What is believed of a client's round trips, and which sites it times. */
export * from './belief.ts';
export * from './echo-sites.ts';
