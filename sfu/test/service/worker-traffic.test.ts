// The worker counts the bytes of all its transports, which the media node then need not ask (patch `node-traffic`).
import { routerConstant } from '@meridian/protocol';
import { createWorker, type types } from 'mediasoup';
import { afterEach, expect, test } from 'vitest';
import { until } from './kit/cloud.ts';
import { opusPacket, opusParameters } from './kit/rtp.ts';

const workers: types.Worker[] = [];
afterEach(() => {
  for (const worker of workers.splice(0)) worker.close();
});

async function workerWithout(off: string): Promise<types.Worker> {
  const before = process.env['MERIDIAN_WORKER_OFF'];
  process.env['MERIDIAN_WORKER_OFF'] = off;
  const starting = createWorker({ logLevel: 'error' });
  if (before === undefined) delete process.env['MERIDIAN_WORKER_OFF'];
  else process.env['MERIDIAN_WORKER_OFF'] = before;
  const worker = await starting;
  workers.push(worker);
  return worker;
}

/** Sends ten packets to two receivers, and returns what the transports have counted. */
async function forwarded(worker: types.Worker): Promise<{ sent: number; received: number; close(): void }> {
  const router = await worker.createRouter({
    mediaCodecs: routerConstant.mediaCodecs as types.RouterRtpCodecCapability[],
  });
  const publisher = await router.createDirectTransport();
  const producer = await publisher.produce({ kind: 'audio', rtpParameters: opusParameters(1) as types.RtpParameters });
  const receivers: types.PlainTransport[] = [];
  for (let at = 0; at < 2; at += 1) {
    const receiver = await router.createPlainTransport({ listenInfo: { protocol: 'udp', ip: '127.0.0.1' } });
    await receiver.connect({ ip: '127.0.0.1', port: 9 });
    const rtpCapabilities = routerConstant.capabilities as types.RtpCapabilities;
    await receiver.consume({ producerId: producer.id, rtpCapabilities });
    receivers.push(receiver);
  }
  for (let seq = 0; seq < 10; seq += 1) producer.send(opusPacket(1, seq));
  const countsOf = async () => {
    const stats = (await Promise.all([publisher, ...receivers].map((one) => one.getStats()))).flat();
    const total = (of: (stat: (typeof stats)[number]) => number): number => stats.reduce((sum, s) => sum + of(s), 0);
    return { sent: total(({ bytesSent }) => bytesSent), received: total(({ bytesReceived }) => bytesReceived) };
  };
  await until('both receivers were sent all packets', async () => (await countsOf()).sent > 2 * 10 * 12);
  return { ...(await countsOf()), close: () => receivers[0]?.close() };
}

test('the worker says what all transports have sent and received, also those that have closed', async () => {
  const worker = await workerWithout('');
  const { sent, received, close } = await forwarded(worker);
  expect(received).toBeGreaterThan(0);
  const traffic = async () => {
    const { ru_msgsnd, ru_msgrcv } = await worker.getResourceUsage();
    return [ru_msgsnd, ru_msgrcv];
  };
  expect(await traffic()).toEqual([sent, received]);
  close();
  expect(await traffic()).toEqual([sent, received]);
});

test('a stock worker says nothing', async () => {
  const worker = await workerWithout('node-traffic');
  await forwarded(worker);
  expect(await worker.getResourceUsage()).toMatchObject({ ru_msgsnd: 0, ru_msgrcv: 0 });
});
