// Player and publisher for browsers that can only receive or send MPEG-1 over a WebSocket. They are a separate entry
// (`@meridian/sdk-web/h5`), which other pages do not load.
export { H5PublishError } from './core/publish-error.ts';
export { H5Player, type H5PlayerOptions, type H5PlayerState, type H5PlayerStats } from './player.ts';
export { H5Publisher, type H5PublisherOptions, type H5PublisherState, type H5PublisherStats } from './publisher.ts';
