// What gateways and recorders need to open sessions over their links, to exchange media with media nodes, and to make
// media of other media, and one picture of a whole room.
export * from './adapters/ffmpeg/audio.ts';
export * from './adapters/ffmpeg/encoders.ts';
export * from './adapters/ffmpeg/find-ffmpeg.ts';
export * from './adapters/ffmpeg/pipe-args.ts';
export * from './adapters/ffmpeg/run-ffmpeg.ts';
export * from './adapters/ffmpeg/sandbox.ts';
export * from './adapters/ffmpeg/supervisor.ts';
export * from './adapters/ffmpeg/transcode-metrics.ts';
export * from './adapters/opus-worker/messages.ts';
export * from './adapters/opus-worker/threads.ts';
export * from './adapters/rtp/node-socket.ts';
export * from './adapters/rtp/rtp-socket.ts';
export * from './adapters/rtp/rtp-sockets.ts';
export * from './adapters/rtp/srtp-crypto.ts';
export * from './adapters/rtp/srtp-sides.ts';
export { COMPOSE_DELAY_MS } from './composing/composed-pictures.ts';
export * from './composing/composer.ts';
export * from './composing/core/canvas.ts';
export * from './composing/core/shown.ts';
export * from './composing/room-composition.ts';
export * from './composing/track-pictures.ts';
export * from './links/signaling-links.ts';
export * from './room/codecs.ts';
export * from './room/node-watch.ts';
export * from './room/received-stream.ts';
export * from './room/received-track.ts';
export * from './room/room-tracks.ts';
