// Clients of the benchmark: bodies from one buffer, and answers whose bytes are only counted.
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';

const pieceBytes = 1_048_576;
const piece = Buffer.alloc(pieceBytes, 'a body of this benchmark ');

export class Requests {
  readonly #agent = new Agent({ keepAlive: true });

  /** Sends `bytes` bytes. Throws for an answer other than 2xx. */
  async send(url: string, o: { method: string; bytes: number; headers?: Record<string, string> }): Promise<void> {
    const sent = request(url, {
      method: o.method,
      agent: this.#agent,
      headers: { 'content-length': o.bytes, ...o.headers },
    });
    const answered = once(sent, 'response') as Promise<[IncomingMessage]>;
    answered.catch(() => undefined); // awaited below
    for (let left = o.bytes; left > 0; left -= pieceBytes)
      if (!sent.write(left < pieceBytes ? piece.subarray(0, left) : piece)) await once(sent, 'drain');
    sent.end();
    const [answer] = await answered;
    answer.resume();
    await once(answer, 'end');
    if (answer.statusCode === undefined || answer.statusCode >= 300)
      throw new Error(`${o.method} was answered with ${answer.statusCode}`);
  }

  /** Returns the number of bytes of the answer. Throws for an answer other than 2xx. */
  async read(url: string): Promise<number> {
    const asked = request(url, { agent: this.#agent }).end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    let bytes = 0;
    answer.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    await once(answer, 'end');
    if (answer.statusCode === undefined || answer.statusCode >= 300)
      throw new Error(`GET was answered with ${answer.statusCode}`);
    return bytes;
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** Runs the work for each item, at most `atOnce` at a time. */
export async function each<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const run = async (): Promise<void> => {
    while (next < items.length) await work(items[next++] as T);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, run));
}
