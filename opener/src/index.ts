// What gateways and recorders need to open sessions over their links and to exchange media with media nodes.
export * from './adapters/rtp/node-socket.ts';
export * from './adapters/rtp/rtp-socket.ts';
export * from './adapters/rtp/rtp-sockets.ts';
export * from './adapters/rtp/srtp-crypto.ts';
export * from './adapters/rtp/srtp-sides.ts';
export * from './links/signaling-links.ts';
export * from './room/codecs.ts';
export * from './room/node-watch.ts';
export * from './room/received-stream.ts';
