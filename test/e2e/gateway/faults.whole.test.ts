// Gateways that die, with encoders and players at them.
import { type ChildProcess, spawn } from 'node:child_process';
import { get } from 'node:http';
import { FlvFileReader, flvTagType } from '@meridian/opener/core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { TestCloud } from '../../support/cloud.ts';
import { fleetAlive } from '../../support/fleet.ts';
import { until } from '../../support/poll.ts';
import { sharedCloud } from '../../support/shared-cloud.ts';
import { closeUdp, openUdp } from '../../support/udp-client.ts';
import { waysOf } from '../../support/ways.ts';

let cloud: TestCloud;
const ends: (() => unknown)[] = [];
beforeAll(async () => {
  cloud = sharedCloud();
  await fleetAlive(cloud);
});
afterEach(() => {
  for (const end of ends.splice(0)) end();
});
afterAll(() => fleetAlive(cloud));

/** A moving picture and a tone to this address, as an encoder sends them. */
function publish(url: string): ChildProcess {
  const picture = ['-re', '-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25'];
  const sound = ['-re', '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000'];
  const coding = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '25', '-pix_fmt', 'yuv420p'];
  const args = ['-loglevel', 'error', '-nostdin', ...picture, ...sound, ...coding, '-c:a', 'aac', '-f', 'flv', url];
  const encoder = spawn('ffmpeg', args, { stdio: 'ignore' });
  ends.push(() => encoder.kill('SIGKILL'));
  return encoder;
}

/** Encoders begin anew when their connection is lost, until the test is over. */
function publishAlways(url: string): void {
  let isOver = false;
  ends.push(() => {
    isOver = true;
  });
  const begin = (): void => void publish(url).once('exit', () => void (isOver || setTimeout(begin, 500)));
  begin();
}

interface Player {
  readonly pictures: () => number;
  readonly sounds: () => number;
  /** Responses so far: redirects are followed. */
  readonly hosts: string[];
}
/** A player of FLV that comes back to its address whenever its connection ends. */
function play(url: string): Player {
  const counted = { pictures: 0, sounds: 0 };
  const hosts: string[] = [];
  let isOver = false;
  const ask = (where: string): void => {
    if (isOver) return;
    const again = (): void => void (isOver || setTimeout(() => ask(url), 500));
    const request = get(where, (response) => {
      if (response.statusCode === 307) {
        response.resume();
        ask(response.headers.location ?? '');
        return;
      }
      if (response.statusCode === 200) hosts.push(new URL(where).hostname);
      const reader = new FlvFileReader();
      response.on('data', (bytes: Buffer) => {
        if (response.statusCode !== 200) return;
        for (const { type } of reader.push(bytes)) {
          if (type === flvTagType.video) counted.pictures += 1;
          if (type === flvTagType.audio) counted.sounds += 1;
        }
      });
      response.once('close', again);
      response.on('error', () => undefined); // its close follows
    });
    request.once('error', again);
    ends.push(() => request.destroy());
  };
  ends.push(() => {
    isOver = true;
  });
  ask(url);
  return { pictures: () => counted.pictures, sounds: () => counted.sounds, hosts };
}
/** More than a second of both comes. */
async function goesOn(what: string, player: Player): Promise<void> {
  const [pictures, sounds] = [player.pictures(), player.sounds()];
  await until(`${what} goes on`, () => player.pictures() > pictures + 30 && player.sounds() > sounds + 50);
}

it('a gateway that is killed: encoder and players come back to the next one, and none is there twice', async () => {
  const room = 'killed';
  const [ways, other] = await Promise.all([
    waysOf(cloud, 'frankfurt', { room, identity: 'ann' }),
    waysOf(cloud, 'singapore', { room, identity: 'bo' }),
  ]);
  publishAlways(ways.publish?.rtmp.url ?? '');
  const [here, there] = [play(ways.play?.flv ?? ''), play(other.play?.flv ?? '')];
  /** As a participant sees it that comes for a moment. */
  const names = async (): Promise<string> => {
    const look = await openUdp(cloud, 'singapore', { room, identity: 'cy', request: { subscribe: true } });
    await closeUdp(cloud, 'singapore', look.id);
    return look.participants
      .map(({ identity }) => identity)
      .sort()
      .join();
  };
  await Promise.all([goesOn('the player here', here), goesOn('the player there', there)]);
  const areThere = async (): Promise<boolean> => {
    const there = await names();
    if (there !== 'ann-encoder,ann-viewer,bo-viewer') throw new Error(there);
    return true;
  };
  await until('all are in the roster', areThere);

  cloud.kill('gw-fra');
  const killedAt = there.sounds();
  await until('sound goes on elsewhere at once', () => there.sounds() > killedAt + 50);
  await Promise.all([goesOn('the player here', here), goesOn('the player there', there)]);
  await until('no client is there twice', areThere);
  expect(here.hosts.length).toBe(2);
  expect(there.hosts.length).toBe(1);
});
