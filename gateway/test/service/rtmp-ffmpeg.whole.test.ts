// Real encoders and players against our server and client: what is decoded at the end is what was encoded.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { concatBytes, FlvFileReader, flvHeader, flvTag, flvTagType } from '@meridian/opener/core';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { FlvMediaReader } from '../../src/core/flv/media.ts';
import { RtmpClientConnection, type RtmpClientEvent } from '../../src/core/rtmp/client.ts';
import { HANDSHAKE_RANDOM_BYTES } from '../../src/core/rtmp/handshake.ts';
import { encodeMedia } from '../../src/core/rtmp/media.ts';
import type { RtmpServerEvent } from '../../src/core/rtmp/server.ts';
import { type FfmpegRun, frameSums, runFfmpeg } from '../support/ffmpeg.ts';
import { RtmpRelay } from '../support/rtmp-relay.ts';

let folder: string;
let file: string;
let expected: Map<string, string[]>;
const ends: (() => unknown)[] = [];

/** Two seconds with B-frames and stereo AAC, and the checksums of its frames. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-rtmp-'));
  file = join(folder, 'source.flv');
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25'];
  const sound = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000'];
  const coding = ['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '2', '-g', '25', '-pix_fmt', 'yuv420p'];
  await runFfmpeg([...picture, ...sound, '-t', '2', ...coding, '-c:a', 'aac', '-ac', '2', file]).done;
  expected = frameSums(await runFfmpeg(['-i', file, '-f', 'framemd5', '-']).done);
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

it('gives a player every frame that an encoder published', async () => {
  const events: RtmpServerEvent[] = [];
  const relay = await startRelay((event) => events.push(event));
  const url = `rtmp://127.0.0.1:${relay.port}/live/key?token=abc`;
  const player = run(['-i', url, '-f', 'framemd5', '-']);
  await vi.waitFor(() => expect(events.map(({ kind }) => kind)).toContain('playRequested'), { timeout: 60_000 });
  const publisher = run(['-i', file, '-c', 'copy', '-f', 'flv', url]);
  await publisher.done;

  expect(frameSums(await player.done)).toEqual(expected);
  expect(events.find(({ kind }) => kind === 'publishRequested')).toMatchObject({
    app: 'live',
    name: 'key',
    query: 'token=abc',
  });
  expect(events.filter(({ kind }) => kind === 'ended')).toEqual([]);
  expect(events.find((event) => event.kind === 'metadata')?.metadata.get('width')).toBe(320);
});

it('publishes to a foreign server, which decodes every frame', async () => {
  const port = await freePort();
  const url = `rtmp://127.0.0.1:${port}/live`;
  const server = run(['-listen', '1', '-i', `${url}/key`, '-f', 'framemd5', '-']);
  const socket = await connected(port);
  const { connection, heard, events } = drive(socket, { role: 'publish', tcUrl: url });
  await heard('ready');
  const streamId = events.find((event) => event.kind === 'ready')?.streamId ?? 0;
  for (const { type, timestampMs, body } of new FlvFileReader().push(readFileSync(file))) {
    if (type === flvTagType.script) continue;
    const kind = type === flvTagType.audio ? 'audio' : 'video';
    socket.write(encodeMedia({ kind, streamId, timestampMs, body }));
  }
  connection.close();
  for (const bytes of connection.takeOutput()) socket.write(bytes);
  socket.end();
  // The listener tells audio from video by what comes first, and so may swap their numbers.
  expect([...frameSums(await server.done).values()].sort()).toEqual([...expected.values()].sort());
});

it('plays from a server what an encoder publishes there, as units and as FLV', async () => {
  const heard: string[] = [];
  const relay = await startRelay(({ kind }) => heard.push(kind));
  const socket = await connected(relay.port);
  const client = drive(socket, { role: 'play', tcUrl: `rtmp://127.0.0.1:${relay.port}/live` });
  await vi.waitFor(() => expect(heard).toContain('playRequested'), { timeout: 60_000 });
  await run(['-i', file, '-c', 'copy', '-f', 'flv', `rtmp://127.0.0.1:${relay.port}/live/key`]).done;
  await client.heard('ended');

  const media = client.events.flatMap((event) => (event.kind === 'audio' || event.kind === 'video' ? [event] : []));
  const reader = new FlvMediaReader();
  const units = media.map(({ kind, timestampMs, body }) => reader[kind](timestampMs, body));
  expect(units.filter((unit) => unit?.kind === 'video')).toHaveLength(expected.get('0')?.length ?? -1);
  expect(units.find((unit) => unit?.kind === 'audioFormat')).toMatchObject({
    format: { codec: 'aac', sampleRate: 48_000, channels: 2 },
  });
  const tags = media.map(({ kind, timestampMs, body }) => flvTag(flvTagType[kind], timestampMs, body));
  const copy = join(folder, 'copy.flv');
  writeFileSync(copy, concatBytes([flvHeader({ hasAudio: true, hasVideo: true }), ...tags]));
  expect(frameSums(await run(['-i', copy, '-f', 'framemd5', '-']).done)).toEqual(expected);
});

/** A client on a socket, and what it has heard. */
function drive(socket: Socket, o: { role: 'publish' | 'play'; tcUrl: string }) {
  const random = randomBytes(HANDSHAKE_RANDOM_BYTES);
  const connection = new RtmpClientConnection({ ...o, app: 'live', name: 'key', random, nowMs: performance.now() });
  const events: RtmpClientEvent[] = [];
  const flush = () => {
    for (const bytes of connection.takeOutput()) socket.write(bytes);
  };
  socket.on('data', (bytes) => {
    events.push(...connection.receive(bytes, performance.now()));
    flush();
  });
  flush();
  const heard = (kind: RtmpClientEvent['kind']) =>
    vi.waitFor(() => expect(events.map((event) => event.kind)).toContain(kind), { timeout: 60_000 });
  return { connection, events, heard };
}

async function startRelay(onEvent: (event: RtmpServerEvent) => void): Promise<RtmpRelay> {
  const relay = await RtmpRelay.listen(onEvent);
  ends.push(() => relay.close());
  return relay;
}

/** A run that ends with its test. */
function run(args: readonly string[]): FfmpegRun {
  const started = runFfmpeg(args);
  ends.push(() => started.child.kill('SIGKILL'));
  return started;
}

/** Connected as soon as something listens there. */
async function connected(port: number): Promise<Socket> {
  const socket = await vi.waitFor(
    () =>
      new Promise<Socket>((resolve, reject) => {
        const attempt = connect(port, '127.0.0.1', () => resolve(attempt));
        attempt.on('error', reject);
      }),
    { timeout: 60_000 },
  );
  ends.push(() => socket.destroy());
  return socket;
}

/** A port for a server that cannot choose one itself. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
