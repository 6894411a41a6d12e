// The thread of OpusDecoders: a decoder per voice. What it cannot go on from ends it, and its owner starts another.
import { parentPort } from 'node:worker_threads';
import { OpusDecoder } from 'opus-decoder';
import type { Decoded, DecodedPacket, DecodeRequest, OpusPacket } from './messages.ts';

const port = parentPort;
if (port === null) throw new Error('this file is a thread of its own');

const decoders = new Map<string, OpusDecoder>();
/** One after another: a decoder becomes ready later than its first packets come. */
let last: Promise<void> = Promise.resolve();

port.on('message', (request: DecodeRequest) => {
  last = last.then(() => handle(request));
});

async function handle(request: DecodeRequest): Promise<void> {
  if (request.kind === 'remove') {
    decoders.get(request.voice)?.free();
    decoders.delete(request.voice);
    return;
  }
  for (const { voice } of request.packets) if (!decoders.has(voice)) await begin(voice);
  const decoded = request.packets.map(decode);
  // Copies of their own, which go over without another one.
  const buffers = decoded.flatMap(({ sound }) => (sound === undefined ? [] : [sound.left.buffer, sound.right.buffer]));
  port?.postMessage(decoded satisfies Decoded, buffers);
}

async function begin(voice: string): Promise<void> {
  const decoder = new OpusDecoder({ channels: 2 });
  decoders.set(voice, decoder);
  await decoder.ready;
}

function decode({ voice, ptsMs, packet }: OpusPacket): DecodedPacket {
  const decoder = decoders.get(voice);
  if (decoder === undefined) return { voice, ptsMs };
  const { channelData, samplesDecoded, errors } = decoder.decodeFrame(packet);
  const [left, right] = channelData;
  if (errors.length > 0 || samplesDecoded === 0 || left === undefined || right === undefined) return { voice, ptsMs };
  return { voice, ptsMs, sound: { left: left.slice(), right: right.slice() } };
}
