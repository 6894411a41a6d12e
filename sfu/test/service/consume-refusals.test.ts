// Tests why a real router refuses a consumer: by the codec that the receiver lacks, and by a track that has ended.
import { type RtpParameters, routerConstant } from '@meridian/protocol';
import { createLogger } from '@meridian/runtime';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MediasoupEngine } from '../../src/adapters/mediasoup/engine.ts';
import type { ClientTransport, EngineProducer } from '../../src/engine.ts';

let engine: MediasoupEngine;
let sender: ClientTransport;
let receiver: ClientTransport;
const transport = (): Promise<ClientTransport> =>
  engine.createClientTransport({ endpoint: { kind: 'webrtc' }, onState: () => undefined });
beforeAll(async () => {
  engine = await MediasoupEngine.start(
    {
      workerBin: process.env['MEDIASOUP_WORKER_BIN'],
      mediaListen: [{ ip: '127.0.0.1', port: 0 }],
      pipeListen: { ip: '127.0.0.1', portMin: 20_000, portMax: 59_000 },
      log: createLogger({ name: 'quiet', level: 'fatal' }),
    },
    () => expect.unreachable('it was closed'),
  );
  [sender, receiver] = await Promise.all([transport(), transport()]);
});
afterAll(() => engine.close('test over'));

const ignore = (): void => undefined;
const events = { closed: ignore, producerPaused: ignore, score: ignore, layers: ignore };
const consume = (producer: EngineProducer, codecs = routerConstant.capabilities.codecs ?? []) =>
  receiver.consume({ producerId: producer.id, capabilities: { ...routerConstant.capabilities, codecs }, events });

function produce(id: string, ssrc: number): Promise<EngineProducer> {
  const codec = (routerConstant.capabilities.codecs ?? []).find(({ mimeType }) => mimeType === 'video/VP8');
  if (codec?.preferredPayloadType === undefined) throw new Error('the router routes no VP8');
  const codecs = [{ mimeType: 'video/VP8', clockRate: 90_000, payloadType: codec.preferredPayloadType }];
  const rtpParameters: RtpParameters = { codecs, encodings: [{ ssrc }] };
  return sender.produce({
    id,
    kind: 'video',
    rtpParameters,
    paused: false,
    keyFrameRequestDelayMs: 0,
    onScore: ignore,
  });
}

it('a receiver without the codec gets CODEC_UNSUPPORTED, one with it gets the consumer', async () => {
  const producer = await produce('TR_1', 1000);
  const others = (routerConstant.capabilities.codecs ?? []).filter(({ mimeType }) => mimeType !== 'video/VP8');
  await expect(consume(producer, others)).rejects.toMatchObject({ code: 'CODEC_UNSUPPORTED' });
  expect((await consume(producer)).id).not.toBe('');
});

it('a track that has ended gets TRACK_UNKNOWN', async () => {
  const producer = await produce('TR_2', 2000);
  producer.close();
  await expect(consume(producer)).rejects.toMatchObject({ code: 'TRACK_UNKNOWN' });
});
