// Two hundred viewers that come and go, some of them in the middle of a handshake, some without ever reading:
// afterwards the gateway has what it had before, and whoever watches all along notices nothing.
import { connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import WebSocket from 'ws';
import { clip, LiveSource } from '../support/live-source.ts';
import { Loop } from '../support/loop.ts';
import { byFlv, byH5, byRtmp, type LoopViewer } from '../support/loop-viewers.ts';
import { ffmpegs, openFiles } from '../support/processes.ts';
import { streamKey } from '../support/scripted-room.ts';

const VIEWERS = 200;
/** Of viewers that come while others go. */
const AT_ONCE = 40;
const ROUNDS = 2;
const LONG = { timeout: 60_000, interval: 50 };
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

let loop: Loop;
let source: LiveSource | undefined;
beforeEach(async () => {
  loop = await Loop.open();
});
afterEach(async () => {
  source?.close();
  await loop.close();
  expect(ffmpegs()).toEqual([]);
});

const httpConnections = (): Promise<number> =>
  new Promise((resolve) => loop.http.server.getConnections((_error, count) => resolve(count)));
/** What a viewer may leave behind. */
async function held() {
  const { h5, hls } = loop.streams;
  const presences = loop.rooms.viewers.service.sockets.filter(({ closedWith }) => closedWith === undefined);
  return {
    connections: [loop.rtmp.connections, await httpConnections()],
    seats: loop.programmes.movable('KICKED').length,
    programmes: loop.programmes.size,
    streams: [h5.size, hls.size, hls.waiting],
    presences: presences.length,
    transcoders: [ffmpegs().length, loop.transcoders.supervisor.usedMillicores],
    files: openFiles(),
    timers: process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length,
  };
}

/** Begins; the returned function goes, whether or not it had begun. */
type Come = (at: number) => () => void;
const key = (at: number): string => loop.key({ use: 'play', identity: `v${at}` });
const socketTo = (text: string, port: number) => {
  const socket = connect({ host: '127.0.0.1', port });
  socket.on('error', () => undefined).on('connect', () => void socket.write(text));
  return socket;
};
const upgradeOf = (path: string): string =>
  [`GET ${path} HTTP/1.1`, 'host: gw', 'connection: upgrade', 'upgrade: websocket', 'sec-websocket-version: 13'].join(
    '\r\n',
  );
const COMERS: readonly Come[] = [
  () => byFlv(loop).close,
  () => byRtmp(loop).close,
  () => byH5(loop).close,
  (at) => {
    const socket = new WebSocket(`ws://${loop.host}/live/${key(at)}.flv`);
    socket.on('error', () => undefined);
    return () => socket.terminate();
  },
  (at) => {
    const gone = new AbortController();
    fetch(`http://${loop.host}/hls/${key(at)}/index.m3u8`, { signal: gone.signal }).then(
      (response) => response.arrayBuffer().catch(() => undefined),
      () => undefined,
    );
    return () => gone.abort();
  },
  // A request that never ends, half an upgrade, half a handshake of RTMP.
  () => destroyer(socketTo('GET /live/', httpPort())),
  (at) => destroyer(socketTo(upgradeOf(`/live/${key(at)}.ts`), httpPort())),
  () => destroyer(socketTo('\u0003'.padEnd(700, 'x'), loop.rtmp.port)),
  // Viewers that never read.
  (at) => destroyer(socketTo(`GET /live/${key(at)}.flv HTTP/1.1\r\nhost: gw\r\n\r\n`, httpPort()).pause()),
  (at) => {
    const socket = new WebSocket(`ws://${loop.host}/live/${key(at)}.ts`);
    socket.on('error', () => undefined).on('open', () => socket.pause());
    return () => socket.terminate();
  },
];
const httpPort = (): number => Number(loop.host.split(':')[1]);
const destroyer = (socket: { destroy(): void }) => (): void => socket.destroy();

async function comeAndGo(): Promise<void> {
  const there: (() => void)[] = [];
  for (let at = 0; at < VIEWERS; at += 1) {
    there.push(COMERS[at % COMERS.length]?.(at) ?? expect.unreachable());
    // Every third goes before it was answered.
    if (at % 3 === 0) there.pop()?.();
    if (there.length > AT_ONCE) there.shift()?.();
    if (at % 5 === 0) await new Promise(setImmediate);
  }
  await vi.waitFor(() => expect(loop.programmes.movable('KICKED').length).toBeGreaterThan(0), LONG);
  for (const go of there) go();
}

it(`${VIEWERS} viewers leave nothing behind, and one that stays notices nothing`, async () => {
  const empty = await vi.waitFor(held, LONG);
  await loop.programmes.open(streamKey({ use: 'play' }));
  const point = await loop.points.open(streamKey(), { protocol: 'rtmp', clientIp: '' });
  const small = await clip({ size: '320x180', sampleRate: 48_000, channels: 2 });
  source = new LiveSource({ point, clock: loop.clock, clip: small });
  const stays: LoopViewer = byFlv(loop);
  const heaps: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await comeAndGo();
    await vi.waitFor(
      async () => expect(await held()).toMatchObject({ connections: [0, 1], seats: 1, presences: 1 }),
      LONG,
    );
    collect();
    heaps.push(process.memoryUsage().heapUsed);
  }
  const [first = 0, last = 0] = heaps;
  expect(last - first).toBeLessThan(20 * 1024 * 1024);
  expect(stays.endedWith()).toBeUndefined();
  const sound = stays.got.filter(({ kind, isFormat }) => kind === 'audio' && !isFormat);
  expect(sound.length).toBeGreaterThan(10);
  expect(Math.max(...sound.map(({ atMs }, at) => atMs - (sound[at - 1]?.atMs ?? atMs)))).toBeLessThan(5000);
  stays.close();
  loop.streams.hls.close(); // it would wait for players that come back
  source.close();
  point.close();
  // A timer of the set-up may have run out meanwhile.
  const timers = expect.toSatisfy((count: number) => count <= empty.timers);
  await vi.waitFor(async () => expect(await held()).toEqual({ ...empty, timers }), LONG);
});
