export * from './answer.ts';
export * from './description.ts';
export type { IceCredentials, NodeTransport } from './lines.ts';
export * from './node-transport.ts';
export * from './offer.ts';
export * from './publisher.ts';
export * from './subscriber.ts';
export * from './text.ts';
export type { LineFormat, OfferedTrack } from './track.ts';
