// Worker thread of `OpusThreads`, with one decoder per voice. An unexpected error ends the thread.
import { parentPort } from 'node:worker_threads';
import { OpusDecoder } from 'opus-decoder';
import type { Decoded, DecodeRequest } from './messages.ts';

const port = parentPort;
if (port === null) throw new Error('this file is a thread of its own');

const decoders = new Map<number, OpusDecoder>();
/** Requests are handled in sequence, because a decoder may become ready after its first packets arrive. */
let lastRequest: Promise<void> = Promise.resolve();

port.on('message', (request: DecodeRequest) => {
  lastRequest = lastRequest.then(() => handle(request));
});

async function handle(request: DecodeRequest): Promise<void> {
  if (request.kind === 'remove') {
    decoders.get(request.voice)?.free();
    decoders.delete(request.voice);
    return;
  }
  for (const voice of request.voices) if (!decoders.has(voice)) await begin(voice);
  const decoded = concatenated(sounds(request), request.spare);
  port?.postMessage(decoded, [decoded.sound.buffer]);
}

async function begin(voice: number): Promise<void> {
  const decoder = new OpusDecoder({ channels: 2 });
  decoders.set(voice, decoder);
  await decoder.ready;
}

type Sound = readonly [left: Float32Array, right: Float32Array];
const noSound: Sound = [new Float32Array(0), new Float32Array(0)];

function sounds({ voices, lengths, bytes }: DecodeRequest & { readonly kind: 'packets' }): Sound[] {
  let at = 0;
  return voices.map((voice, index) => {
    const packet = bytes.subarray(at, at + (lengths[index] ?? 0));
    at += packet.byteLength;
    const decoded = decoders.get(voice)?.decodeFrame(packet);
    const [left, right] = decoded?.channelData ?? [];
    return decoded?.errors.length !== 0 || left === undefined || right === undefined ? noSound : [left, right];
  });
}

function concatenated(all: readonly Sound[], spare: Decoded['sound'] | undefined): Decoded {
  const samples = all.map(([left]) => left.length);
  const length = 2 * samples.reduce((sum, count) => sum + count, 0);
  const sound = spare !== undefined && spare.length >= length ? spare : new Float32Array(length);
  let at = 0;
  for (const channel of all.flat()) {
    sound.set(channel, at);
    at += channel.length;
  }
  return { samples, sound };
}
