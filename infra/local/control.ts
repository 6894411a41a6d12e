// Supervisor's HTTP API for the centre's `process` driver: three requests, loopback only, with a token of this start
// (docs/adr/0005-autoscaling-by-a-driver.md). It can only start and end media nodes of this cloud, by order of the
// leading centre and of no earlier one (order-fence.ts).
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { ExtraNodes } from './extra-nodes.ts';
import { EPOCH_HEADER, judgeOrder } from './order-fence.ts';

const bodyBytesMax = 1024;
const requestLimitMs = 5000;
const connectionsMax = 16;
/** A node's name becomes a folder name, so it has no dots and no slashes. */
const namePattern = /^[a-z][a-z0-9-]{0,63}$/;

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export class Control {
  readonly #nodes: ExtraNodes;
  readonly #token: Buffer;
  readonly #server: Server;
  /** Highest epoch of a request. It need not survive this process, as the nodes end with it. */
  #epochSeen = 0;

  constructor(nodes: ExtraNodes, token: string) {
    this.#nodes = nodes;
    this.#token = digest(token);
    const limits = { requestTimeout: requestLimitMs, headersTimeout: requestLimitMs, keepAliveTimeout: requestLimitMs };
    this.#server = createServer(limits, (request, response) => {
      this.#answer(request).then(
        (answer) => send(response, answer),
        (error: unknown) =>
          send(response, refusal(500, 'INTERNAL', error instanceof Error ? error.message : String(error))),
      );
    });
    this.#server.maxConnections = connectionsMax;
  }

  /** Resolves with the port; 0 chooses any. Rejects when the port is taken. */
  listen(o: { ip: string; port: number }): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(o.port, o.ip, () => {
        const address = this.#server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : o.port);
      });
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if (!timingSafeEqual(digest(given), this.#token))
      return refusal(401, 'TOKEN_INVALID', 'the token is missing or wrong');
    const path = request.url ?? '';
    if (path === '/v1/nodes' && request.method === 'GET')
      return this.#refused(request) ?? { status: 200, body: { nodes: await this.#nodes.list() } };
    const id = /^\/v1\/nodes\/([^/?]+)$/.exec(path)?.[1];
    if (id === undefined || !namePattern.test(id)) return refusal(404, 'NOT_FOUND', 'there is nothing here');
    if (request.method === 'PUT') {
      const region = regionOf(await bodyOf(request));
      if (region === undefined) return refusal(400, 'REQUEST_INVALID', 'the body must be {"region": "…"}');
      const isRefused = this.#refused(request);
      if (isRefused !== undefined) return isRefused;
      const taken = await this.#nodes.start(id, region);
      return taken === 'taken' ? { status: 200, body: { nodeId: id } } : refusal(409, 'OUT_OF_ORDER', taken.refused);
    }
    if (request.method !== 'DELETE') return refusal(405, 'REQUEST_INVALID', 'GET, PUT or DELETE');
    const isRefused = this.#refused(request);
    if (isRefused !== undefined) return isRefused;
    this.#nodes.stop(id);
    return { status: 200, body: { nodeId: id } };
  }

  /**
   * Call this right before carrying out the order, without an await in between: while a body is read another centre may
   * take over.
   */
  #refused(request: IncomingMessage): Answer | undefined {
    const header = request.headers[EPOCH_HEADER];
    const verdict = judgeOrder(this.#epochSeen, typeof header === 'string' ? header : undefined);
    if (verdict.what === 'malformed') return refusal(400, 'REQUEST_INVALID', `${EPOCH_HEADER} must be an epoch`);
    if (verdict.what === 'stale') {
      const { status, body } = refusal(409, 'EPOCH_STALE', `a centre has led since, under epoch ${verdict.seen}`);
      return { status, body: { ...body, epoch: verdict.seen } };
    }
    this.#epochSeen = verdict.seen;
    return undefined;
  }
}

function regionOf(text: string | undefined): string | undefined {
  try {
    const { region } = JSON.parse(text ?? '') as Record<string, unknown>;
    return typeof region === 'string' && namePattern.test(region) ? region : undefined;
  } catch (error) {
    // Invalid JSON and null have the same error.
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** Returns undefined for a body that is too long. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyBytesMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function refusal(status: number, code: string, message: string) {
  return { status, body: { code, message } };
}

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
