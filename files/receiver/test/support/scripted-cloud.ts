// An api and a library node of one region, over real HTTP, controlled by a test.
import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HUB_PATH, type Notice, type Poll, type Presence, type Receipt, type Session } from '@meridian/distribution';

export const credential = `mrk_RC_one_${randomBytes(32).toString('base64url')}`;
const DAY_MS = 86_400_000;

type Answer = readonly [status: number, body: unknown];

/** Runs both on the same server, counts requests, and answers as configured. */
export class ScriptedCloud {
  readonly #server: Server;
  #sessions = 0;
  /** Bodies of session requests. */
  readonly sessionRequests: unknown[] = [];
  /** Answer instead of a session. */
  refusal: Answer | undefined;
  /** Cuts connections to the api without an answer. */
  isApiDead = false;
  wallMs: () => number = () => Date.now();
  readonly #ended = new Set<string>();
  /** Wakers of waiting polls. */
  #waiting: (() => void)[] = [];
  /** Tokens of polls, in order. */
  readonly polled: string[] = [];
  readonly presences: Presence[] = [];
  readonly #notices: Notice[] = [];
  readonly receipts: Receipt[] = [];
  readonly contents = new Map<string, Buffer>();

  constructor() {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  give(notice: Notice): void {
    this.#notices.push(notice);
    this.#wake();
  }

  /** Makes the library node refuse this token, also for waiting polls. */
  end(token: string): void {
    this.#ended.add(token);
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** Returns a notice of a content that this library node serves. */
  notice(content: string, bytes: Buffer): Notice {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    this.contents.set(content, bytes);
    const blocksSha256 = createHash('sha256').update(Buffer.from(sha256, 'hex')).digest('hex');
    const ids = { delivery: `DL_${content}`, order: 'OR_one', tenant: 'acme', receiver: 'RC_one' };
    const what = { content, item: `IT_${content}`, name: 'lesson.mp4', type: 'video/mp4', bytes: bytes.length };
    const now = this.wallMs();
    const token = { token: 'content-token', tokenEndsMs: now + 7 * DAY_MS, origins: [] };
    const pass = randomBytes(32).toString('base64url');
    return Object.assign(ids, what, token, { sha256, blocksSha256, pass, priority: 'normal' as const, orderedMs: now });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    if (path === '/api/v1/distribution/sessions' && this.isApiDead) {
      request.socket.destroy();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const asked: unknown = text === '' ? undefined : JSON.parse(text);
    const token = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
    if (path === `${HUB_PATH}/polls`) await this.#poll(token, asked as Poll);
    if (request.socket.destroyed) return; // its notices are for the next poll
    if (this.#gave(token, request, response)) return;
    const [status, body] = this.#route(token, path, asked);
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    response.writeHead(status, { 'content-length': bytes.length }).end(bytes);
  }

  /** Answers a request for a range of a content; returns false for other requests. */
  #gave(token: string, { url = '', headers }: IncomingMessage, response: ServerResponse): boolean {
    const [, content = ''] = /\/contents\/([^/]+)\/file$/.exec(url) ?? [];
    const bytes = this.contents.get(content);
    if (bytes === undefined) return false;
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
    const range = `bytes ${from}-${to}/${bytes.length}`;
    response.writeHead(token === 'content-token' ? 206 : 401, { 'content-range': range });
    response.end(bytes.subarray(Number(from), Number(to) + 1));
    return true;
  }

  /** Resolves when the poll can be answered. */
  async #poll(token: string, { presence, now }: Poll): Promise<void> {
    if (!this.#ended.has(token)) {
      this.polled.push(token);
      this.presences.push(presence);
    }
    if (now === true || this.#notices.length > 0 || this.#ended.has(token)) return;
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #route(token: string, path: string, body: unknown): Answer {
    if (path === '/api/v1/distribution/sessions') return this.#session(body);
    if (this.#ended.has(token)) return [401, { code: 'TOKEN_REVOKED', message: 'ended' }];
    if (path === `${HUB_PATH}/polls`) {
      const notices = this.#notices.splice(0);
      return [200, { notices, gone: [], hubs: [this.url] }];
    }
    if (path === `${HUB_PATH}/receipts`) {
      const { receipts } = body as { receipts: Receipt[] };
      this.receipts.push(...receipts);
      return [200, { recorded: receipts.map(({ delivery }) => delivery) }];
    }
    if (path.startsWith(`${HUB_PATH}/sources/`))
      return [200, { sources: [{ base: `${this.url}${HUB_PATH}`, kind: 'library' }] }];
    return [404, { code: 'NOT_FOUND', message: path }];
  }

  #session(body: unknown): Answer {
    this.sessionRequests.push(body);
    if (this.refusal !== undefined) return this.refusal;
    this.#sessions += 1;
    const who = { receiver: 'RC_one', tenant: 'acme', name: 'one', region: 'frankfurt' };
    const session: Session = Object.assign(who, {
      token: `session-${this.#sessions}`,
      tokenEndsMs: this.wallMs() + 7 * DAY_MS,
      hubs: [this.url],
    });
    return [200, session];
  }
}
