/** Where a client goes first: what is believed of its round trips, which sites it times, which host takes it. */
export * from './belief.ts';
export * from './echo-sites.ts';
export * from './first-pick.ts';
