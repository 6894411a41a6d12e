/** The pure part of the edge probe. */
export * from './arrivals.ts';
export * from './datagram.ts';
export * from './estimator.ts';
export * from './peak-ewma.ts';
export * from './peer.ts';
export * from './peers.ts';
export * from './rates.ts';
export * from './round-trips.ts';
export * from './route-view.ts';
export * from './sliding-min.ts';
export * from './token-bucket.ts';
export * from './udp-targets.ts';
