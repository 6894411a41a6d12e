// Media nodes that freeze, with encoders and players at the gateways of their hosts.
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { TestCloud } from '../../support/cloud.ts';
import { type Decoded, decodes, ended, Ffmpegs } from '../../support/ffmpegs.ts';
import { fleetAlive } from '../../support/fleet.ts';
import { until } from '../../support/poll.ts';
import { sharedCloud } from '../../support/shared-cloud.ts';
import { waysOf } from '../../support/ways.ts';

let cloud: TestCloud;
const ffmpegs = new Ffmpegs();
const thaws: (() => void)[] = [];
beforeAll(async () => {
  cloud = sharedCloud();
  await fleetAlive(cloud);
});
afterEach(async () => {
  for (const thaw of thaws.splice(0)) thaw();
  ffmpegs.end();
  await fleetAlive(cloud);
});
afterAll(() => fleetAlive(cloud));

/** Stops a media node where it stands: its agent, and its worker too, which forwards media. */
function freeze(id: string, { withWorker }: { withWorker: boolean }): void {
  const pid = cloud.pid(id);
  const workers = withWorker ? readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ') : [];
  thaws.push(cloud.freeze(id));
  for (const worker of workers.map(Number)) {
    process.kill(worker, 'SIGSTOP');
    thaws.push(() => void process.kill(worker, 'SIGCONT'));
  }
}

/** A participant whose identity begins so has joined at this media node, by the word of the room's owner. */
const isAt = (nodeId: string, o: { room: string; identity: string }): boolean =>
  ['sig-fra', 'sig-sgp'].some((id) =>
    cloud.log(id).some((line) => {
      if (!line.includes('participant joined')) return false;
      const said = JSON.parse(line) as Record<string, unknown>;
      return (
        said['roomKey'] === `dev/${o.room}` &&
        String(said['identity']).startsWith(o.identity) &&
        said['nodeId'] === nodeId
      );
    }),
  );

/** For how long no picture came at most, until a second of them has come after `isOver`. */
async function longestGapMs(decoded: Decoded, isOver: () => boolean): Promise<number> {
  let last = { frames: decoded.frames, atMs: performance.now() };
  let longestMs = 0;
  let enough = Number.POSITIVE_INFINITY;
  await until('pictures after the change', () => {
    const nowMs = performance.now();
    const { frames } = decoded;
    longestMs = Math.max(longestMs, nowMs - last.atMs);
    if (frames !== last.frames) last = { frames, atMs: nowMs };
    if (enough === Number.POSITIVE_INFINITY && isOver()) enough = frames + 25;
    return frames >= enough;
  });
  return longestMs;
}

async function playing(room: string) {
  const encoder = ffmpegs.publish((await waysOf(cloud, 'frankfurt', { room, identity: 'ann' })).publish?.rtmp.url);
  const { decoded } = ffmpegs.play((await waysOf(cloud, 'singapore', { room, identity: 'cy' })).play?.flv);
  await decodes(decoded);
  return { encoder, decoded };
}

it.each([
  { what: 'freezes', withWorker: true },
  { what: 'freezes while its worker forwards on', withWorker: false },
])(
  'an encoder whose media node $what is on that of another host, and seen by players',
  async ({ what, withWorker }) => {
    const room = `node ${what}`;
    const { encoder, decoded } = await playing(room);
    freeze('sfu-fra-1', { withWorker });
    const fromMs = performance.now();
    let movedMs = 0;
    const gapMs = await longestGapMs(decoded, () => {
      movedMs = performance.now() - fromMs;
      return isAt('sfu-sgp-1', { room, identity: 'ann-encoder' });
    });
    console.log(`${what}: gap ${Math.round(gapMs)} ms, elsewhere after ${Math.round(movedMs)} ms`);
    expect(gapMs).toBeLessThan(10_000);
    expect(encoder.exitCode).toBe(null);
  },
);

it('a player whose media node freezes is served by that of another host', async () => {
  const room = 'player';
  const { decoded } = await playing(room);
  freeze('sfu-sgp-1', { withWorker: true });
  const gapMs = await longestGapMs(decoded, () => isAt('sfu-fra-1', { room, identity: 'programme' }));
  console.log(`player: gap ${Math.round(gapMs)} ms`);
  expect(gapMs).toBeLessThan(10_000);
});

it('an encoder that no media node can take is sent away, and comes again', async () => {
  const room = 'no node';
  const { encoder } = await playing(room);
  for (const id of ['sfu-fra-1', 'sfu-sgp-1']) freeze(id, { withWorker: true });
  const fromMs = performance.now();
  expect(await ended(encoder)).toBeGreaterThan(0);
  const ms = performance.now() - fromMs;
  console.log(`sent away after ${Math.round(ms)} ms`);
  expect(ms).toBeLessThan(15_000);
});
