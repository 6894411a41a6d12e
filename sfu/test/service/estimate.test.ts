// The worker reports the estimate of a downlink when it changes, and not once a second (patch `quiet-estimates`).
import { routerConstant } from '@meridian/protocol';
import { createWorker, type types } from 'mediasoup';
import { afterAll, expect, test } from 'vitest';
import { Estimate } from '../../src/adapters/mediasoup/streams.ts';
import { until } from './kit/cloud.ts';
import { vp8Parameters } from './kit/rtp.ts';

const workers: types.Worker[] = [];
afterAll(() => {
  for (const worker of workers) worker.close();
});

/** Counts the reports of a worker about a receiver of video that sends feedback. */
async function followed(off: string): Promise<{ estimate: Estimate; reports(): number }> {
  const before = process.env['MERIDIAN_WORKER_OFF'];
  process.env['MERIDIAN_WORKER_OFF'] = off;
  const starting = createWorker({ logLevel: 'error' });
  if (before === undefined) delete process.env['MERIDIAN_WORKER_OFF'];
  else process.env['MERIDIAN_WORKER_OFF'] = before;
  const worker = await starting;
  workers.push(worker);
  const router = await worker.createRouter({
    mediaCodecs: routerConstant.mediaCodecs as types.RouterRtpCodecCapability[],
  });
  const publisher = await router.createDirectTransport();
  const { id } = await publisher.produce({ kind: 'video', rtpParameters: vp8Parameters([1]) as types.RtpParameters });
  const receiver = await router.createPlainTransport({ listenInfo: { protocol: 'udp', ip: '127.0.0.1' } });
  await receiver.connect({ ip: '127.0.0.1', port: 9 });
  let reports = 0;
  receiver.on('trace', () => {
    reports += 1;
  });
  const estimate = new Estimate(receiver);
  await estimate.follow();
  await receiver.consume({ producerId: id, rtpCapabilities: routerConstant.capabilities as types.RtpCapabilities });
  return { estimate, reports: () => reports };
}

test('an estimate is known without a question, and is reported again only when it has changed', async () => {
  const [quiet, stock] = await Promise.all([followed(''), followed('quiet-estimates')]);
  await until('the stock worker has reported thrice', () => stock.reports() >= 3);
  expect(quiet.estimate.bps).toBeGreaterThan(0);
  expect(quiet.estimate.bps).toBe(stock.estimate.bps);
  expect(quiet.reports()).toBe(1);
});
