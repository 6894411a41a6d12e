// Browsers without WebRTC and without MSE, by MPEG-1 and MP2 over WebSocket, in a room with a browser in the other
// region. ffmpeg makes and decodes the streams.
import { TsDemuxer } from '@meridian/client';
import { afterEach, expect, it } from 'vitest';
import { browserAndFfmpegs } from '../../support/browser-and-ffmpegs.ts';
import { join, untilMoreFrames, untilMoreSound } from '../../support/call.ts';
import { type Decoded, pictureInput, soundInput, untilDecoding } from '../../support/ffmpegs.ts';
import { until } from '../../support/poll.ts';
import { sharedCloud } from '../../support/shared-cloud.ts';
import { waysOf } from '../../support/ways.ts';

const cloud = sharedCloud();
const bench = browserAndFfmpegs();
const { ffmpegs } = bench;
const sockets: WebSocket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});

function open(url: string | undefined): { socket: WebSocket; closed: Promise<CloseEvent> } {
  const socket = new WebSocket(url ?? '');
  socket.binaryType = 'arraybuffer';
  sockets.push(socket);
  return { socket, closed: new Promise((resolve) => socket.addEventListener('close', resolve)) };
}

async function publish(url: string | undefined): Promise<{ closed: Promise<CloseEvent> }> {
  const { socket, closed } = open(url);
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', reject);
  });
  const coding = ['-c:v', 'mpeg1video', '-b:v', '600k', '-g', '25', '-bf', '0', '-c:a', 'mp2', '-b:a', '128k'];
  const { stdout } = ffmpegs.start([
    '-nostdin',
    ...pictureInput,
    ...soundInput,
    ...coding,
    '-f',
    'mpegts',
    '-flush_packets',
    '1',
    '-',
  ]);
  stdout?.on('data', (bytes: Buffer) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(Uint8Array.from(bytes));
  });
  return { closed };
}

function play(url: string | undefined): { decoded: Decoded; closed: Promise<CloseEvent> } {
  const { socket, closed } = open(url);
  const { decoded, child } = ffmpegs.play('pipe:0', ['-f', 'mpegts']);
  const feed = ({ data }: MessageEvent<ArrayBuffer>) => void child.stdin?.write(Buffer.from(data));
  socket.addEventListener('message', feed);
  return { decoded, closed };
}

it('an H5 page in one region and a browser in the other see and hear each other, until the page is removed', async () => {
  const room = 'h5';
  const bo = await join(bench.browser, cloud, { room, name: 'Bo', from: 'singapore', codec: 'vp8' });
  const ways = await waysOf(cloud, 'frankfurt', { room, identity: 'ann' }, { client: 'h5' });
  const published = await publish(ways.publish?.h5);
  const played = play(ways.play?.h5);
  await Promise.all([untilMoreFrames(bo), untilMoreSound(bo)]);
  await untilDecoding(played.decoded);
  // A removal ends what the person publishes and what it plays.
  await bo.room("await room.performAdmin.kick('ann');");
  for (const { closed } of [published, played]) expect(await closed).toMatchObject({ code: 1008, reason: 'KICKED' });
});

it('the stream of an H5 page is played unchanged by another in the other region', async () => {
  const room = 'h5-h5';
  const ways = await waysOf(cloud, 'frankfurt', { room, identity: 'ann' }, { client: 'h5' });
  await publish(ways.publish?.h5);
  const singaporeWays = await waysOf(cloud, 'singapore', { room, identity: 'cy' }, { client: 'h5' });
  const { socket } = open(singaporeWays.play?.h5);
  const demuxer = new TsDemuxer();
  const sizes = new Set<string>();
  let frames = 0;
  socket.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => {
    for (const unit of demuxer.push(new Uint8Array(data)))
      if (unit.kind === 'audio') frames += 1;
      else sizes.add(sizeOf(unit.data));
  });
  await until('pictures of the size that was sent, and sound', () => sizes.has('320×180') && frames >= 50);
  expect([...sizes].filter((size) => size !== '')).toEqual(['320×180']);
});

function sizeOf(picture: Uint8Array): string {
  const at = Buffer.from(picture).indexOf(Buffer.of(0, 0, 1, 0xb3));
  const [a = 0, b = 0, c = 0] = picture.subarray(at + 4);
  return at < 0 ? '' : `${(a << 4) | (b >> 4)}×${((b & 15) << 8) | c}`;
}

it('bytes that are no transport stream end only their publisher', async () => {
  const ways = await waysOf(cloud, 'frankfurt', { room: 'junk', identity: 'ann' }, { client: 'h5' });
  const { socket, closed } = open(ways.publish?.h5);
  socket.addEventListener('open', () => socket.send(new Uint8Array(200_000)));
  expect(await closed).toMatchObject({ code: 1008, reason: 'REQUEST_INVALID' });
  const text = open(ways.publish?.h5);
  text.socket.addEventListener('open', () => text.socket.send('hello'));
  expect(await text.closed).toMatchObject({ code: 1008, reason: 'REQUEST_INVALID' });
});
