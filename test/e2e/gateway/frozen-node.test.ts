// Media nodes that freeze, with encoders and players at the gateways of their hosts.
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
afterEach(({ task }) => {
  if (task.result?.state === 'fail') for (const id of ['gw-fra', 'gw-sgp', 'sig-fra']) console.log(id, cloud.log(id).slice(-25).join('\n'));
  for (const thaw of thaws.splice(0)) thaw();
  ffmpegs.end();
});
afterAll(() => fleetAlive(cloud));

/** How long no picture came, when a second of them has come again. */
async function gapMs(decoded: Decoded): Promise<number> {
  let last = { frames: decoded.frames, atMs: performance.now() };
  let longestMs = 0;
  let since = 0;
  await until('pictures come again', () => {
    const nowMs = performance.now();
    const { frames } = decoded;
    if (frames !== last.frames) {
      if (nowMs - last.atMs > longestMs) {
        longestMs = nowMs - last.atMs;
        since = frames;
      }
      last = { frames, atMs: nowMs };
    }
    return longestMs > 1500 && frames > since + 25;
  });
  return longestMs;
}

it('an encoder whose media node freezes is on that of another host, and is seen by players', async () => {
  const room = 'frozen';
  const encoder = ffmpegs.publish((await waysOf(cloud, 'frankfurt', { room, identity: 'ann' })).publish?.rtmp.url);
  const player = ffmpegs.play((await waysOf(cloud, 'singapore', { room, identity: 'cy' })).play?.flv);
  await decodes(player.decoded);
  thaws.push(cloud.freeze('sfu-fra-1'));
  const ms = await gapMs(player.decoded);
  console.log(`gap ${Math.round(ms)} ms`);
  expect(ms).toBeLessThan(6000);
  expect(encoder.exitCode).toBe(null);
});

it('a player whose media node freezes is served by that of another host', async () => {
  const room = 'frozen player';
  ffmpegs.publish((await waysOf(cloud, 'frankfurt', { room, identity: 'ann' })).publish?.rtmp.url);
  const player = ffmpegs.play((await waysOf(cloud, 'singapore', { room, identity: 'cy' })).play?.flv);
  await decodes(player.decoded);
  thaws.push(cloud.freeze('sfu-sgp-1'));
  const ms = await gapMs(player.decoded);
  console.log(`player gap ${Math.round(ms)} ms`);
  expect(ms).toBeLessThan(9000);
});

it('an encoder that no media node can take is sent away in time', async () => {
  const room = 'frozen all';
  const encoder = ffmpegs.publish((await waysOf(cloud, 'frankfurt', { room, identity: 'ann' })).publish?.rtmp.url);
  const player = ffmpegs.play((await waysOf(cloud, 'singapore', { room, identity: 'cy' })).play?.flv);
  await decodes(player.decoded);
  for (const id of ['sfu-fra-1', 'sfu-sgp-1']) thaws.push(cloud.freeze(id));
  const fromMs = performance.now();
  expect(await ended(encoder)).toBeGreaterThan(0);
  const ms = performance.now() - fromMs;
  console.log(`sent away after ${Math.round(ms)} ms`);
  expect(ms).toBeLessThan(15_000);
});
