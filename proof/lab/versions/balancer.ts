// A load balancer in front of two apis. It sends requests to them in turn, skips an api that is down, and counts
// failures.
import { Agent, createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Address from which the apis trust forwarded headers. */
const localAddress = '127.0.0.2';

export interface Balancer {
  readonly url: string;
  /** Number of answers of each api, by port. */
  readonly answerCounts: ReadonlyMap<number, number>;
  /** Sentences about answers with a status of 500 and above, and about requests that broke off. */
  readonly failed: readonly string[];
  close(): Promise<void>;
}

export async function startBalancer(ports: readonly number[]): Promise<Balancer> {
  const answered = new Map<number, number>();
  const failed: string[] = [];
  const agent = new Agent({ keepAlive: false });
  let turn = 0;
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      turn += 1;
      const order = ports.map((_, at) => ports[(turn + at) % ports.length] ?? 0);
      forward({ request, response, body: Buffer.concat(parts), order });
    });
  });
  const forward = (o: ForwardOptions): void => {
    const { request, response, body, order } = o;
    const [port = 0, ...others] = order;
    const what = `${request.method} ${request.url}`;
    const { method, url: path, headers } = request;
    const out = send({ host: '127.0.0.1', port, method, path, headers, agent, localAddress }, (answer) => {
      const status = answer.statusCode ?? 0;
      answered.set(port, (answered.get(port) ?? 0) + 1);
      if (status >= 500) failed.push(`${what}: ${status} of :${port}`);
      response.writeHead(status, answer.headers);
      answer.pipe(response);
    });
    out.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' && others.length > 0) return forward(Object.assign({}, o, { order: others }));
      failed.push(`${what}: ${error.code ?? error.message} of :${port}`);
      if (!response.headersSent) response.writeHead(502);
      response.end();
    });
    out.end(body);
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answerCounts: answered,
    failed,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface ForwardOptions {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Buffer;
  /** Ports to try, in order. */
  readonly order: readonly number[];
}
