// A thread of OpusThreads, which ends with a packet that begins like this.
import { parentPort } from 'node:worker_threads';

parentPort?.on('message', ({ bytes = new Uint8Array(0) }: { bytes?: Uint8Array }) => {
  if (bytes[0] === 0xde) process.exit(3);
});
await import('../../../opener/src/adapters/opus-worker/thread.ts');
