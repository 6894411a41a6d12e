import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TargetAddresses } from '@meridian/node-shell';
import { FlvFileReader, flvTagType } from '@meridian/room-media/core';
import { createLogger, secureRng, systemClock, type Timer } from '@meridian/runtime';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { Cdn, type RoomAdmin } from '../../src/cdn/cdn.ts';
import { type Programmes, Seat } from '../../src/room/programmes.ts';
import { PublishPoints } from '../../src/room/publish-points.ts';
import { FakeProgramme, type Tag } from '../support/cdn.ts';
import { LONG } from '../support/eventually.ts';
import { frameSums, runFfmpeg } from '../support/ffmpeg.ts';
import { NginxRtmp } from '../support/nginx-rtmp.ts';
import { RtmpEntrance } from '../support/rtmp-entrance.ts';
import { ScriptedRoom } from '../support/scripted-room.ts';

const clock = systemClock();
const log = createLogger({ name: 'gateway', level: 'silent' });
const admin: RoomAdmin = {
  apiKey: 'one',
  room: 'lobby',
  roomKey: 'dev/lobby' as RoomAdmin['roomKey'],
  identity: 'ann',
  fence: '',
};
const FRAME_MS = 40;

let folder: string;
let tags: Tag[];
const ends: (() => unknown)[] = [];
const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25'];
const tone = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000'];
const coding = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '25', '-pix_fmt', 'yuv420p'];
const sound = ['-c:a', 'aac', '-ac', '2'];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-cdn-'));
  const file = join(folder, 'source.flv');
  await runFfmpeg([...picture, ...tone, '-t', '2', ...coding, ...sound, file]).done;
  tags = new FlvFileReader().push(readFileSync(file)).flatMap(({ type, timestampMs, body }) => {
    if (type === flvTagType.script) return [];
    return [
      { kind: type === flvTagType.audio ? ('audio' as const) : ('video' as const), timestampMs, body: body.slice() },
    ];
  });
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function running(): FakeProgramme {
  const programme = new FakeProgramme();
  const isFormat = ({ body }: Tag): boolean => body[1] === 0;
  for (const tag of tags.filter(isFormat)) programme.give(tag);
  const media = tags.filter((tag) => !isFormat(tag));
  const startMs = clock.nowMs();
  let given = 0;
  const timer: Timer = clock.every(FRAME_MS / 2, () => {
    for (;;) {
      const tag = media[given % media.length];
      const timestampMs = (tag?.timestampMs ?? 0) + 2000 * Math.floor(given / media.length);
      if (tag === undefined || timestampMs > clock.nowMs() - startMs) return;
      given += 1;
      programme.give({ ...tag, timestampMs });
    }
  });
  ends.push(() => timer.cancel());
  return programme;
}

async function start() {
  const room = await ScriptedRoom.open();
  const points = new PublishPoints({
    ...room.base,
    converters: () => ({ write: () => undefined, close: () => undefined }),
  });
  const addresses = new TargetAddresses({ key: 'cdnAllowed', allowed: ['127.0.0.0/8'], clock, log });
  const programme = running();
  const cdn = new Cdn({
    clock,
    rng: secureRng(),
    log,
    addresses,
    points,
    publications: room.publications,
    live: room.live,
    programmes: { open: async () => programme },
    heldMs: 60_000,
  });
  ends.push(async () => {
    cdn.close();
    await points.close();
    room.close();
  });
  return { room, cdn };
}
async function nginx(directives = ''): Promise<NginxRtmp> {
  const server = await NginxRtmp.start(directives);
  ends.push(() => server.close());
  return server;
}

/** Resolves when ffmpeg has decoded some picture and sound of a stream. */
async function plays(url: string): Promise<void> {
  const enough = ['-frames:v', '20', '-frames:a', '20'];
  const player = runFfmpeg(['-i', url, '-map', '0:v', '-map', '0:a', ...enough, '-f', 'framemd5', '-']);
  ends.push(() => player.child.kill('SIGKILL'));
  const sums = frameSums(await player.done);
  expect([sums.get('0')?.length, sums.get('1')?.length]).toEqual([20, 20]);
}

it('nginx as a client pulls a playing stream from our listener', async () => {
  const programme = running();
  // The programme is the test's; its seat is given later, as the gateway does.
  const programmes = {
    seat: async (...[, , { source }]: Parameters<Programmes['seat']>) => new Seat(source(programme as never)),
  };
  const entrance = await RtmpEntrance.open({ programmes: programmes as never });
  ends.push(() => entrance.close());
  const key = entrance.key('viewer', 'play');
  const server = await nginx(`pull rtmp://127.0.0.1:${entrance.listener.port}/live/${key} name=show;`);
  await plays(server.url('show'));
});

it('nginx as a client pushes a stream that we push to it back to our listener', async () => {
  const entrance = await RtmpEntrance.open();
  ends.push(() => entrance.close());
  const server = await nginx(`push rtmp://127.0.0.1:${entrance.listener.port}/live/${entrance.key('back')};`);
  const { cdn } = await start();
  await cdn.push(admin, { url: server.url('show') });
  await vi.waitFor(() => expect(entrance.taken.get('back')?.pictures).toBeGreaterThan(50), LONG);
  expect(entrance.taken.get('back')?.sounds).toBeGreaterThan(50);
  expect(entrance.requests).toEqual(['publishRequested']);
});
