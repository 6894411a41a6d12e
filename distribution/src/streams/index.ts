/** Notices and receipts through Redis. */
export { type ChannelsConfig, channelIssues, channelsConfig } from './config.ts';
export type * from './types.ts';
