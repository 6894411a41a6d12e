// The player for browsers that can only receive MPEG-1 over a WebSocket. An entry of its own (`@meridian/sdk-web/h5`):
// the others never load it.
export { H5Player, type H5PlayerOptions, type H5PlayerState, type H5PlayerStats } from './player.ts';
