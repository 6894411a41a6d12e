// A tus server in memory whose connections break as a test says.
import { createServer, type Server as HttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { DataStore, ERRORS, Server, Upload } from '@tus/server';

interface Kept {
  readonly bytes: Buffer;
  offset: number;
}

/** Fault of a request: a status instead of the server's answer, 'silence', or none. */
export type Trouble = number | 'silence' | undefined;

const idOf = (path: string): string => /^\/u\/([^?]+)/.exec(path)?.[1] ?? '';

export class TusNode extends DataStore {
  readonly parts = new Map<string, Kept>();
  /** Methods and ids, in order. */
  readonly requests: string[] = [];
  /** Written bytes, counting repeated ones. */
  writtenBytes = 0;
  /** Concurrent requests with a body. */
  writing = 0;
  writingMost = 0;
  /** Returns the fault of a request, before the server handles it. */
  meets: (request: IncomingMessage, id: string) => Trouble = () => undefined;
  /** Called before each chunk is kept; `cut` ends the connection. */
  before: (id: string, cut: () => void) => Promise<void> | void = () => undefined;
  readonly #sockets = new Map<string, () => void>();
  readonly #tus: Server;
  readonly #http: HttpServer;

  constructor() {
    super();
    // A contended lock is free as soon as the cut request has ended. By default the server takes a token in the URL for
    // a part of the id.
    const getFileIdFromRequest = ({ url }: { url: string }): string => idOf(new URL(url).pathname);
    this.#tus = new Server({ path: '/u', datastore: this, lockDrainTimeout: 10, getFileIdFromRequest });
    this.#http = createServer((request, response) => void this.#answer(request, response));
  }

  static async listen(): Promise<TusNode> {
    const node = new TusNode();
    await new Promise<void>((resolve) => node.#http.listen(0, '127.0.0.1', resolve));
    return node;
  }

  plan(id: string, bytes: number): void {
    this.parts.set(id, { bytes: Buffer.alloc(bytes), offset: 0 });
  }

  urlOf(id: string, token = 'good'): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}/u/${id}?token=${token}`;
  }

  /** Concatenates all parts. */
  whole(): Buffer {
    return Buffer.concat([...this.parts.values()].map(({ bytes }) => bytes));
  }

  isComplete(): boolean {
    return [...this.parts.values()].every(({ bytes, offset }) => offset === bytes.length);
  }

  openConnections(): Promise<number> {
    return new Promise((resolve, reject) =>
      this.#http.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
    );
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#http.close(() => resolve());
      this.#http.closeAllConnections();
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const id = idOf(request.url ?? '');
    this.requests.push(`${request.method} ${id}`);
    this.#sockets.set(id, () => request.socket.destroy());
    const trouble = this.meets(request, id);
    if (trouble === 'silence') return;
    if (trouble !== undefined) {
      response.writeHead(trouble).end();
      return;
    }
    await this.#tus.handle(request, response);
  }

  override async getUpload(id: string): Promise<Upload> {
    const kept = this.parts.get(id);
    if (kept === undefined) throw ERRORS.FILE_NOT_FOUND;
    return new Upload({ id, size: kept.bytes.length, offset: kept.offset });
  }

  override async write(stream: Readable, id: string, offset: number): Promise<number> {
    const kept = this.parts.get(id);
    if (kept === undefined || kept.offset !== offset) throw ERRORS.INVALID_OFFSET;
    this.writing += 1;
    this.writingMost = Math.max(this.writingMost, this.writing);
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        await this.before(id, () => this.#sockets.get(id)?.());
        chunk.copy(kept.bytes, kept.offset);
        kept.offset += chunk.length;
        this.writtenBytes += chunk.length;
      }
    } finally {
      this.writing -= 1;
    }
    return kept.offset;
  }
}
