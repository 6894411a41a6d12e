import { createServer } from 'node:net';

/**
 * Range above every port of a test cloud, and below the ports that the system gives to connections and to `listen(0)`
 * (32768 and up), which another process could take before the program under test listens.
 */
const [FIRST, END] = [31_000, 32_768];
let next = FIRST + Math.floor(Math.random() * (END - FIRST));

/** Returns a port that is free now, and that this process has not received before. */
export async function freePort(): Promise<number> {
  for (let tries = FIRST; tries < END; tries += 1) {
    const port = next;
    next = port + 1 === END ? FIRST : port + 1;
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port from ${FIRST} to ${END - 1}`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const isListening = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
  });
  if (isListening) await new Promise((resolve) => server.close(resolve));
  return isListening;
}
