// The addresses that the stories show.
import type { LiveStreams } from '../core/live-streams.ts';
import type { RoomAddresses, StreamAddresses } from '../core/stream-addresses.ts';

const KEY = 'k1.Zk4rB1vYxkq0m2Qy7HfW9sTn';
const PLAY_KEY = 'k1.p7LwaT3cVdR8xUe0GjNh5KsM';
const server = 'rtmp://gateway.example.org:1935/live';
const tls = 'rtmps://gateway.example.org:1936/live';
const http = 'https://gateway.example.org';

const addresses: StreamAddresses = {
  room: 'design-review',
  expiresWallMs: Date.UTC(2026, 4, 13, 9, 41),
  publish: {
    rtmp: { server, key: KEY, url: `${server}/${KEY}` },
    rtmps: { server: tls, key: KEY, url: `${tls}/${KEY}` },
    whip: { url: `${http}/whip`, key: KEY },
  },
  play: {
    rtmp: `${server}/${PLAY_KEY}`,
    rtmps: `${tls}/${PLAY_KEY}`,
    flv: `${http}/live/${PLAY_KEY}.flv`,
    hls: `${http}/hls/${PLAY_KEY}/index.m3u8`,
  },
};

export const roomAddresses: RoomAddresses = { encoder: addresses, miniprogram: addresses, takesPlace: false };

export const liveStreams: LiveStreams = {
  publishers: [
    {
      identity: 'obs',
      protocol: 'rtmp',
      warnings: ['KEYFRAME_INTERVAL'],
      video: { codec: 'h264', width: 1920, height: 1080, fps: 29.97, bitrateKbps: 4480, keyFrameIntervalMs: 8341 },
      audio: { codec: 'aac', bitrateKbps: 160 },
    },
    {
      identity: 'phone',
      protocol: 'miniprogram',
      warnings: [],
      video: { codec: 'h264', width: 360, height: 640, fps: 15, bitrateKbps: 610, keyFrameIntervalMs: 2000 },
      audio: { codec: 'aac', bitrateKbps: 48 },
    },
  ],
  outputs: [
    { protocol: 'flv', viewers: 1, bitrateKbps: 1240 },
    { protocol: 'hls', viewers: 1234, bitrateKbps: 1_560_000 },
    { protocol: 'push', viewers: 2, bitrateKbps: 2480 },
  ],
};
