// The thread of OpusDecoders: a decoder per voice. What it cannot go on from ends it, and its owner starts another.
import { parentPort } from 'node:worker_threads';
import { OpusDecoder } from 'opus-decoder';
import type { DecodedPacket, DecodeRequest } from './messages.ts';

const port = parentPort;
if (port === null) throw new Error('this file is a thread of its own');

const decoders = new Map<string, OpusDecoder>();
/** One after another: a decoder becomes ready later than its first packets come. */
let last: Promise<void> = Promise.resolve();

port.on('message', (request: DecodeRequest) => {
  last = last.then(() => handle(request));
});

async function handle(request: DecodeRequest): Promise<void> {
  if (request.kind === 'packet') await decode(request);
  else {
    decoders.get(request.voice)?.free();
    decoders.delete(request.voice);
  }
}

async function decode({ voice, ptsMs, packet }: Extract<DecodeRequest, { kind: 'packet' }>): Promise<void> {
  let decoder = decoders.get(voice);
  if (decoder === undefined) {
    decoder = new OpusDecoder({ channels: 2 });
    decoders.set(voice, decoder);
    await decoder.ready;
  }
  const { channelData, samplesDecoded, errors } = decoder.decodeFrame(packet);
  const [left, right] = channelData;
  if (errors.length > 0 || samplesDecoded === 0 || left === undefined || right === undefined) {
    port?.postMessage({ voice, ptsMs } satisfies DecodedPacket);
    return;
  }
  // Copies of their own, which go over without another one.
  const sound = { left: left.slice(), right: right.slice() };
  port?.postMessage({ voice, ptsMs, sound } satisfies DecodedPacket, [sound.left.buffer, sound.right.buffer]);
}
