// An encoder with default settings, which include B-frames; no browser takes them by WebRTC.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { browserAndFfmpegs } from '../../support/browser-and-ffmpegs.ts';
import { join, untilMoreFrames } from '../../support/call.ts';
import { until } from '../../support/poll.ts';
import { sharedCloud } from '../../support/shared-cloud.ts';
import { waysOf } from '../../support/ways.ts';

const cloud = sharedCloud();
const bench = browserAndFfmpegs();
const { ffmpegs } = bench;

async function kindsOf(url: string): Promise<string[]> {
  const shown = ['-select_streams', 'v', '-show_entries', 'frame=pict_type', '-of', 'default=nw=1:nk=1'];
  const { stdout } = await promisify(execFile)('ffprobe', ['-v', 'error', '-read_intervals', '%+2', ...shown, url]);
  return stdout.trim().split(/\s+/);
}

it('a stream with B-frames is seen by a browser in another region, and played unchanged by HTTP-FLV there', async () => {
  const room = 'bframes';
  const { publish } = await waysOf(cloud, 'frankfurt', { room, identity: 'ann' });
  // Most pictures are B-frames.
  const encoder = ffmpegs.publish(publish?.rtmp.url, ['-bf', '2']);
  const flv = (await waysOf(cloud, 'singapore', { room, identity: 'cy' })).play?.flv ?? '';
  const bo = await join(bench.browser, cloud, { room, name: 'Bo', from: 'singapore', camera: '0' });
  await until('Bo sees the encoder', () =>
    bo.room<boolean>('return [...room.remoteParticipants.values()].some((p) => p.identity === "ann-encoder");'),
  );
  const [kinds] = await Promise.all([kindsOf(flv), untilMoreFrames(bo, 50)]);
  expect(kinds.filter((kind) => kind === 'B').length).toBeGreaterThan(kinds.length / 2);
  const { video } = await bo.stats();
  expect(video.some(({ frameWidth }) => frameWidth === 320)).toBe(true);
  expect(encoder.exitCode).toBe(null);
});
