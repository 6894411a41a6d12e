// A camera of three layers that is watched small in another region: what is saved at its publisher and on the way
// between the regions.
import { setTimeout as pause } from 'node:timers/promises';
import { launchChromium, type Participant } from '../../test/support/browser.ts';
import { join, seesMore } from '../../test/support/call.ts';
import { TestCloud } from '../../test/support/cloud.ts';
import { until } from '../../test/support/poll.ts';
import { countOption, type LabCase } from '../support/case.ts';

const savedAim = 0.5;
const settleMs = 10_000;
const camera = { width: 960, height: 540, frameRate: 10 };
const bytesSent = `
  let bytes = 0;
  for (const pc of window.pcs) for (const s of (await pc.getStats()).values()) if (s.type === 'outbound-rtp' && s.kind === 'video') bytes += s.bytesSent;
  return bytes;`;
const widthOf = async (p: Participant): Promise<number> =>
  Math.max(0, ...(await p.stats()).video.map((v) => v.frameWidth));

interface Rates {
  readonly publisherKbitPerS: number;
  readonly pipeKbitPerS: number;
  readonly width: number;
}

async function measure(cloud: TestCloud, ana: Participant, bo: Participant, seconds: number): Promise<Rates> {
  await pause(settleMs);
  const before = await ana.room<number>(bytesSent);
  const fromMs = performance.now();
  const samples: number[] = [];
  while (performance.now() - fromMs < seconds * 1000) {
    await pause(1000);
    // Only the publisher is on that node: what it sends goes over the pipe.
    const { nodes } = (await cloud.fleet()) as { nodes: { nodeId: string; load?: { txBps?: number } }[] };
    samples.push(nodes.find(({ nodeId }) => nodeId === 'sfu-fra-1')?.load?.txBps ?? 0);
  }
  const bytes = (await ana.room<number>(bytesSent)) - before;
  return {
    publisherKbitPerS: (bytes * 8) / (performance.now() - fromMs),
    pipeKbitPerS: samples.reduce((a, b) => a + b, 0) / samples.length / 1000,
    width: await widthOf(bo),
  };
}

export const dynacast: LabCase = {
  name: 'dynacast',
  summary: 'a camera of three layers watched small in another region: bytes saved at the publisher and on the pipe',
  configure: (command) => void command.option('--seconds <n>', 'measured time of each half', countOption, 20),
  run: async (options, say) => {
    const seconds = Number(options['seconds']);
    const cloud = await TestCloud.start({ extraArgs: ['--log-level', 'warn'] });
    const browser = await launchChromium();
    try {
      const ana = await join(
        browser,
        cloud,
        { room: 'layers', name: 'Ana', from: 'frankfurt', codec: 'vp8', mic: '0' },
        camera,
      );
      const bo = await join(browser, cloud, { room: 'layers', name: 'Bo', from: 'singapore', camera: '0', mic: '0' });
      await bo.page.setViewportSize({ width: 1600, height: 1000 });
      await seesMore(bo, 20, 60_000);
      await until('the full picture', async () => (await widthOf(bo)) >= camera.width, 60_000);
      const large = await measure(cloud, ana, bo, seconds);
      say(`watched large: ${JSON.stringify(large)}`);
      await bo.room(
        "for (const p of room.remoteParticipants.values()) p.getTrackPublication('camera').setVideoQuality('low');",
      );
      await until('the small picture', async () => (await widthOf(bo)) <= camera.width / 4, 60_000);
      const small = await measure(cloud, ana, bo, seconds);
      say(`watched small: ${JSON.stringify(small)}`);
      const publisherSavedShare = 1 - small.publisherKbitPerS / large.publisherKbitPerS;
      const pipeSavedShare = 1 - small.pipeKbitPerS / large.pipeKbitPerS;
      const missed = Object.entries({ publisherSavedShare, pipeSavedShare }).flatMap(([name, share]) =>
        share >= savedAim ? [] : [`${name}: ${(share * 100).toFixed(0)} %, aim ${savedAim * 100} %`],
      );
      return {
        params: { seconds },
        metrics: { publisherSavedShare, pipeSavedShare, large: { ...large }, small: { ...small } },
        missed,
      };
    } finally {
      await browser.close();
      await cloud.stop();
    }
  },
};
