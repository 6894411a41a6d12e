// Twenty subscribers in two regions change the size of a picture at random: how many key frames does its publisher
// send?
import { setTimeout as pause } from 'node:timers/promises';
import { launchChromium } from '../../test/support/browser.ts';
import { join, seesMore } from '../../test/support/call.ts';
import { TestCloud } from '../../test/support/cloud.ts';
import { until } from '../../test/support/poll.ts';
import { countOption, type LabCase } from '../support/case.ts';

const aimPerSecond = 0.5;
const settleMs = 10_000;
const camera = { width: 960, height: 540, frameRate: 10 };

/**
 * `arg`: { entry, tokens, seed }. Rooms of the same SDK, each with one video element whose width is one of five,
 * changed every 1 to 3 s.
 */
const audience = `
  const Room = room.constructor;
  let x = arg.seed;
  const random = (max) => { x ^= x << 13; x ^= x >>> 17; x ^= x << 5; return (x >>> 0) % max; };
  window.audience = [];
  window.sizes = 0;
  const widths = [120, 240, 420, 640, 960];
  const show = (one) => one.on('trackSubscribed', (track) => {
    if (track.kind !== 'video') return;
    const video = document.createElement('video');
    video.muted = true; video.autoplay = true;
    Object.assign(video.style, { position: 'fixed', left: 0, top: 0, width: '120px', aspectRatio: '16/9', zIndex: 9, opacity: 0.01 });
    document.body.append(video);
    track.attach(video);
    const change = () => { video.style.width = widths[random(widths.length)] + 'px'; window.sizes += 1; setTimeout(change, 1000 + random(2000)); };
    change();
  });
  for (const token of arg.tokens) {
    const one = new Room();
    show(one);
    await one.connect(arg.entry, token, {});
    window.audience.push(one);
  }`;
const seen = `return window.audience.filter((one) => [...one.remoteParticipants.values()].some((p) => p.getTrackPublication('camera')?.track)).length;`;
const sent = `
  const rows = [];
  for (const pc of window.pcs) for (const s of (await pc.getStats()).values())
    if (s.type === 'outbound-rtp' && s.kind === 'video') rows.push({ rid: s.rid ?? '', keyFrames: s.keyFramesEncoded ?? 0, frames: s.framesEncoded ?? 0, plis: s.pliCount ?? 0 });
  return rows;`;
interface Row {
  rid: string;
  keyFrames: number;
  frames: number;
  plis: number;
}

export const keyFrames: LabCase = {
  name: 'key-frames',
  summary: 'twenty subscribers change the size of a picture at random: key frames that its publisher sends per second',
  configure: (command) =>
    void command
      .option('--subscribers <n>', 'how many', countOption, 20)
      .option('--seconds <n>', 'measured time', countOption, 60)
      .option('--seed <n>', 'of the sizes', countOption, 7),
  run: async (options, say) => {
    const [subscribers, seconds, seed] = [options['subscribers'], options['seconds'], options['seed']].map(Number) as [
      number,
      number,
      number,
    ];
    const cloud = await TestCloud.start({ extraArgs: ['--log-level', 'warn'] });
    const browser = await launchChromium();
    try {
      const hosts = await Promise.all(
        (['frankfurt', 'singapore'] as const).map((from) =>
          join(browser, cloud, { room: 'sizes', name: `Host of ${from}`, from, camera: '0', mic: '0' }),
        ),
      );
      const half = Math.ceil(subscribers / 2);
      for (const [index, host] of hosts.entries()) {
        const names = Array.from({ length: index === 0 ? half : subscribers - half }, (_, n) => `S${index}-${n}`);
        const tokens = await Promise.all(names.map((name) => cloud.token('sizes', name)));
        const entry = cloud.entryUrl(index === 0 ? 'frankfurt' : 'singapore');
        await host.room(audience, { entry, tokens, seed: seed + index });
        say(`${names.length} subscribers are in`);
      }
      const ana = await join(browser, cloud, { room: 'sizes', name: 'Ana', from: 'frankfurt', mic: '0' }, camera);
      await until(
        'all see Ana',
        async () =>
          (await Promise.all(hosts.map((host) => host.room<number>(seen)))).reduce((a, b) => a + b) >= subscribers,
        120_000,
      );
      await seesMore(hosts[1] ?? ana, 5, 60_000);
      await pause(settleMs);
      const [before, changesBefore] = [await ana.room<Row[]>(sent), await sizes(hosts)];
      const fromMs = performance.now();
      await pause(seconds * 1000);
      const [after, changes] = [await ana.room<Row[]>(sent), (await sizes(hosts)) - changesBefore];
      const elapsed = (performance.now() - fromMs) / 1000;
      const grown = (what: 'keyFrames' | 'frames' | 'plis'): number[] =>
        after.map((row) => row[what] - (before.find(({ rid }) => rid === row.rid)?.[what] ?? 0));
      const keyFramesPerSecond = Math.max(...grown('keyFrames')) / elapsed;
      const metrics = {
        keyFramesPerSecond,
        keyFramesPerSecondAllEncodings: grown('keyFrames').reduce((a, b) => a + b, 0) / elapsed,
        keyFrameRequestsPerSecond: Math.max(...grown('plis')) / elapsed,
        encodings: after.length,
        sizeChangesPerSecond: changes / elapsed,
        framesPerSecond: Math.max(...grown('frames')) / elapsed,
      };
      const missed =
        keyFramesPerSecond <= aimPerSecond
          ? []
          : [`key frames: ${keyFramesPerSecond.toFixed(2)} a second, aim ${aimPerSecond}`];
      return { params: { subscribers, seconds, seed }, metrics, missed };
    } finally {
      await browser.close();
      await cloud.stop();
    }
  },
};

const sizes = async (hosts: readonly { room<T>(body: string): Promise<T> }[]): Promise<number> =>
  (await Promise.all(hosts.map((host) => host.room<number>('return window.sizes;')))).reduce((a, b) => a + b, 0);
