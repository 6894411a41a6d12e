// The ways that the stories show.
import type { RoomWays, WaysModel } from '../core/ways.ts';

const KEY = 'k1.Zk4rB1vYxkq0m2Qy7HfW9sTn';
const PLAY_KEY = 'k1.p7LwaT3cVdR8xUe0GjNh5KsM';
const server = 'rtmp://gateway.example.org:1935/live';
const http = 'https://gateway.example.org';

const ways: WaysModel = {
  room: 'design-review',
  expiresWallMs: Date.UTC(2026, 4, 13, 9, 41),
  publish: { rtmp: { server, key: KEY, url: `${server}/${KEY}` }, whip: { url: `${http}/whip`, key: KEY } },
  play: {
    rtmp: `${server}/${PLAY_KEY}`,
    flv: `${http}/live/${PLAY_KEY}.flv`,
    hls: `${http}/hls/${PLAY_KEY}/index.m3u8`,
  },
};

export const roomWays: RoomWays = { encoder: ways, miniprogram: ways, takesPlace: false };
