// The thread of OpusDecoders, which ends when a voice of this name speaks.
import { parentPort } from 'node:worker_threads';

parentPort?.on('message', ({ packets = [] }: { packets?: readonly { voice: string }[] }) => {
  if (packets.some(({ voice }) => voice === 'deadly')) process.exit(3);
});
await import('../../src/adapters/opus-worker/thread.ts');
