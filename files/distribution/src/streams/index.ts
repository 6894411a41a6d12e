export { type ChannelsConfig, channelIssues, channelsConfig } from './config.ts';
export { openInboxPort } from './inbox-port.ts';
export { inboxText } from './keys.ts';
export { openNoticePort } from './notice-port.ts';
export type * from './types.ts';
