// A browser without WebRTC and without MSE: MPEG-1 and MP2 in a transport stream over WebSocket. Here ffmpeg codes and
// decodes it, and this process is the socket.
import { once } from 'node:events';
import WebSocket from 'ws';
import { waysOf } from '../../../support/ways.ts';
import { ClockSource } from '../clock-source.ts';
import { FfmpegReader, lowDelay } from '../ffmpeg-reader.ts';
import type { Kind } from '../kind.ts';

const size = { width: 320, height: 240, picturesPerSecond: 25 } as const;
const mpeg1 = [
  ...['-c:v', 'mpeg1video', '-g', '25', '-bf', '0', '-b:v', '500k', '-maxrate', '500k', '-bufsize', '250k'],
  ...['-c:a', 'mp2', '-b:a', '128k', '-ar', '48000', '-ac', '2'],
  ...['-flush_packets', '1', '-f', 'mpegts', '-muxdelay', '0', '-muxpreload', '0', 'pipe:1'],
] as const;
/** Its table names both streams; nothing else has to be looked for. */
const known = ['-f', 'mpegts', '-probesize', '5000', '-analyzeduration', '0'] as const;
const sentFirst = 25;

async function opened(url: string | undefined): Promise<WebSocket> {
  const socket = new WebSocket(url ?? '');
  await once(socket, 'open'); // rejects when it cannot be opened
  return socket;
}

export const h5: Kind = {
  name: 'h5',
  reader: 'ffmpeg',
  publish: async ({ cloud }, { room, region }) => {
    const ways = await waysOf(cloud, region, { room, identity: 'h5' }, { client: 'h5' });
    const socket = await opened(ways.publish?.h5);
    const source = new ClockSource(mpeg1, size);
    source.coded.on('data', (bytes: Buffer) => socket.send(bytes));
    const stop = async (): Promise<void> => {
      source.stop();
      socket.terminate();
    };
    try {
      await source.sent(sentFirst);
    } catch (error) {
      await stop();
      throw error;
    }
    return { stop };
  },
  play: async ({ cloud }, { room, region }) => {
    const ways = await waysOf(cloud, region, { room, identity: 'viewer' }, { client: 'h5' });
    const startedMs = Date.now();
    const reader = new FfmpegReader([...lowDelay, ...known, '-i', 'pipe:0']);
    const socket = new WebSocket(ways.play?.h5 ?? '');
    let closed = '';
    socket.on('error', (error) => {
      closed = error.message;
    });
    socket.on('close', (code, reason) => {
      closed ||= `closed with ${code} ${reason.toString()}`;
    });
    socket.on('message', (bytes: Buffer) => reader.input.write(bytes));
    return {
      startedMs,
      sight: () => reader.sight(),
      said: () => `${closed} ${reader.said}`.trim(),
      stop: async () => {
        socket.terminate();
        reader.stop();
      },
    };
  },
};
