// Players that ask edges for files, many at once.
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { isOf } from './files.ts';

export interface Asking {
  readonly url: string;
  /** Of which the answer has to be. */
  readonly content: number;
  readonly bytes: number;
}

/** A player gives up. */
const ANSWER_MS = 60_000;

/**
 * Asks for all in order, at most so many at a time. Resolves to ms until each was there. Rejects with what is wrong.
 */
export async function askAll(all: readonly Asking[], atOnce: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const tookMs: number[] = [];
  let next = 0;
  const asker = async (): Promise<void> => {
    for (let one = all[next++]; one !== undefined; one = all[next++]) tookMs.push(await ask(one, agent));
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, asker));
  } finally {
    agent.destroy();
  }
  return tookMs;
}

async function ask({ url, content, bytes }: Asking, agent: Agent): Promise<number> {
  const fromMs = performance.now();
  const asked = request(url, { agent, signal: AbortSignal.timeout(ANSWER_MS) }).end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  if (answer.statusCode !== 200) throw new Error(`an edge answered ${answer.statusCode}`);
  let came = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) {
    if (!isOf(content, piece, came)) throw new Error('an edge answered with the bytes of another content');
    came += piece.length;
  }
  if (came !== bytes) throw new Error(`an edge sent ${came} bytes of ${bytes}`);
  return performance.now() - fromMs;
}
