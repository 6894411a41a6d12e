// A client whose network path changes loses pictures that it sends or receives; the node requests key frames for them.
// The worker, transports, producers and consumers are real; the new path is an emitted ICE event.
import { createLogger } from '@meridian/runtime';
import type { types } from 'mediasoup';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { MediasoupEngine } from '../../src/adapters/mediasoup/engine.ts';
import type { MediasoupConsumer } from '../../src/adapters/mediasoup/streams.ts';
import type { ClientTransport } from '../../src/engine.ts';
import { opusParameters, vp8Parameters } from './kit/rtp.ts';

let engine: MediasoupEngine;
const transports = new Map<string, types.WebRtcTransport>();
beforeEach(async () => {
  engine = await MediasoupEngine.start(
    {
      workerBin: process.env['MEDIASOUP_WORKER_BIN'],
      mediaListen: [{ ip: '127.0.0.1', port: 0 }],
      pipeListen: { ip: '127.0.0.1', portMin: 20_000, portMax: 59_000 },
      log: createLogger({ name: 'quiet', level: 'fatal' }),
    },
    () => expect.unreachable('it was closed'),
  );
  engine.handles.router.observer.on('newtransport', (transport) => {
    transports.set(transport.id, transport as types.WebRtcTransport);
  });
});
afterEach(() => {
  engine.close('test over');
  transports.clear();
});

const client = () => engine.createClientTransport({ endpoint: { kind: 'webrtc' }, onState: () => undefined });
const changePath = ({ id }: ClientTransport) =>
  transports.get(id)?.emit('iceselectedtuplechange', {} as types.TransportTuple);

async function publish(transport: ClientTransport, id: string, kind: 'audio' | 'video', ssrc: number): Promise<void> {
  const rtpParameters = kind === 'audio' ? opusParameters(ssrc) : vp8Parameters([ssrc]);
  await transport.produce({
    id,
    kind,
    rtpParameters,
    paused: false,
    keyFrameRequestDelayMs: 0,
    onScore: () => undefined,
  });
}

/** Makes a flowing consumer and counts its key frame requests from then on. */
async function receive(transport: ClientTransport, producerId: string) {
  const ignore = (): void => undefined;
  const events = { closed: ignore, producerPaused: ignore, score: ignore, layers: ignore };
  const consumer = (await transport.consume({
    producerId,
    capabilities: engine.capabilities,
    events,
  })) as MediasoupConsumer;
  await consumer.resume();
  const requestSpy = vi.spyOn(consumer.handle, 'requestKeyFrame');
  return { consumer, count: () => requestSpy.mock.calls.length };
}

test('a receiver gets key frames of all video that flows to it when its path changes, not for its first path', async () => {
  const [sender, receiver, other] = [await client(), await client(), await client()];
  await publish(sender, 'voice', 'audio', 100);
  await publish(sender, 'camera', 'video', 200);
  const voice = await receive(receiver, 'voice');
  const camera = await receive(receiver, 'camera');
  const otherCamera = await receive(other, 'camera');
  changePath(receiver);
  expect(camera.count()).toBe(0);
  changePath(receiver);
  expect([voice.count(), camera.count(), otherCamera.count()]).toEqual([0, 1, 0]);
  await camera.consumer.pause();
  changePath(receiver);
  expect(camera.count()).toBe(1);
});

test('a video track gets one key frame request, by one of its receivers, when its sender’s path changes', async () => {
  const [sender, bystander] = [await client(), await client()];
  await publish(sender, 'camera', 'video', 200);
  await publish(bystander, 'screen', 'video', 300);
  const receivers = [await client(), await client(), await client()];
  const cameras = await Promise.all(receivers.map((receiver) => receive(receiver, 'camera')));
  const screen = await receive(await client(), 'screen');
  await cameras[2]?.consumer.pause();
  const requestCounts = () => cameras.map(({ count }) => count());
  changePath(sender);
  expect(requestCounts()).toEqual([0, 0, 0]);
  changePath(sender);
  expect(requestCounts().reduce((sum, count) => sum + count)).toBe(1);
  expect([requestCounts()[2], screen.count()]).toEqual([0, 0]);
  const requestingCamera = cameras[requestCounts().indexOf(1)];
  requestingCamera?.consumer.close();
  changePath(sender);
  expect(requestCounts().reduce((sum, count) => sum + count)).toBe(2);
  expect(requestingCamera?.count()).toBe(1);
});
