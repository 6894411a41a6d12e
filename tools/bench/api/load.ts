// Requests to one server over connections that are kept: each worker asks the next thing when it has its answer.
import { Agent, request } from 'node:http';

export interface Asked {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: object;
}

export interface Server {
  readonly port: number;
  readonly token: string;
}

export interface Load {
  readonly atOnce: number;
  /** How long, or how often; absent: without end. */
  readonly forMs?: number;
  readonly times?: number;
  /** The `index`th request; `before`: what the same worker was answered last, '' at first. */
  ask(index: number, before: string): Asked;
}

/** How long each answer took until its last byte, in milliseconds. Rejects when one is no success. */
export async function load(
  server: Server,
  { atOnce, forMs = Number.POSITIVE_INFINITY, times = Number.POSITIVE_INFINITY, ask }: Load,
): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const untilMs = performance.now() + forMs;
  const tookMs: number[] = [];
  let index = 0;
  const work = async (): Promise<void> => {
    let answer = '';
    while (performance.now() < untilMs && index < times) {
      const asked = ask(index++, answer);
      const beginMs = performance.now();
      answer = await answerOf(agent, server, asked);
      tookMs.push(performance.now() - beginMs);
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, work));
  } finally {
    agent.destroy();
  }
  return tookMs;
}

function answerOf(agent: Agent, { port, token }: Server, { method, path, body }: Asked): Promise<string> {
  const sent = body === undefined ? undefined : JSON.stringify(body);
  const headers = {
    ...(token !== '' && { authorization: `Bearer ${token}` }),
    ...(sent !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(sent) }),
  };
  return new Promise((resolve, reject) => {
    const asked = request({ agent, host: '127.0.0.1', port, method, path, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode = 0 } = response;
        const text = Buffer.concat(parts).toString('utf8');
        if (statusCode >= 200 && statusCode < 300) resolve(text);
        else reject(new Error(`${method} ${path}: ${statusCode} ${text}`));
      });
    });
    asked.on('error', reject);
    asked.end(sent);
  });
}
