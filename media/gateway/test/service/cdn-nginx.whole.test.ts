import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TargetAddresses } from '@meridian/node-shell';
import { FlvFileReader, flvTagType } from '@meridian/room-media/core';
import { createLogger, secureRng, systemClock, type Timer } from '@meridian/runtime';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { Cdn, type RoomAdmin } from '../../src/cdn/cdn.ts';
import { MergedWrites } from '../../src/room/merged-writes.ts';
import { Seat } from '../../src/room/programmes.ts';
import { PublishPoints } from '../../src/room/publish-points.ts';
import { RtmpListener } from '../../src/rtmp/listener.ts';
import { playByRtmp } from '../../src/rtmp/player.ts';
import { FakeProgramme, type Tag } from '../support/cdn.ts';
import { LONG } from '../support/eventually.ts';
import { frameSums, runFfmpeg } from '../support/ffmpeg.ts';
import { gatesOf } from '../support/gates.ts';
import { NginxRtmp } from '../support/nginx-rtmp.ts';
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
  const writes = new MergedWrites<ReturnType<FakeProgramme['begin']>[number]>({ clock, bytesOf: ({ rtmp }) => rtmp });
  const listener = await RtmpListener.listen(
    { ip: '127.0.0.1', port: 0 },
    {
      clock,
      rng: secureRng(),
      gate: gatesOf(clock).rtmp,
      log,
      open: async (request, peer) => {
        if (!request.accept()) return undefined;
        return playByRtmp({ seat: new Seat(writes.of(programme)), peer });
      },
    },
  );
  ends.push(() => listener.close('the test is over'));
  const server = await nginx(`pull rtmp://127.0.0.1:${listener.port}/live/our-key name=show;`);
  await plays(server.url('show'));
});

it('nginx as a client pushes a published stream to our listener', async () => {
  const taken: string[] = [];
  const listener = await RtmpListener.listen(
    { ip: '127.0.0.1', port: 0 },
    {
      clock,
      rng: secureRng(),
      gate: gatesOf(clock).rtmp,
      log,
      open: async (request) => {
        taken.push(`${request.kind} ${request.app}/${request.name}`);
        request.accept();
        return { take: ({ kind }) => void taken.push(kind), ended: () => undefined };
      },
    },
  );
  ends.push(() => listener.close('the test is over'));
  const server = await nginx(`push rtmp://127.0.0.1:${listener.port}/live/our-key;`);
  const { cdn } = await start();
  await cdn.push(admin, { url: server.url('show') });
  await vi.waitFor(() => expect(taken.filter((kind) => kind === 'video').length).toBeGreaterThan(50), LONG);
  expect(taken[0]).toBe('publishRequested live/our-key');
  expect(taken).toContain('audio');
});
