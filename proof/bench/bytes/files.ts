// Uploads and reads: a library node beside nginx (WebDAV PUT, then a digest by a process of its own; static files).
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { libraryEdgePath } from '@meridian/node-shell';
import { BLOCK_BYTES } from '@meridian/protocol';
import { freePort } from '../../../base/runtime/test/support/free-port.ts';
import { NginxProcess } from '../../../base/runtime/test/support/nginx.ts';
import { planOf } from '../../../product/api/src/library/core/plan.ts';
import { Nginx } from '../../test/support/nginx-edge.ts';
import { hostNginx } from '../../test/support/nginx-host.ts';
import { pin } from '../capacity/processor.ts';
import type { HashingQuestion } from './hashing-process.ts';
import type { LibraryQuestion } from './library-process.ts';
import { Asked, cpuMsOf, edgeSecret, serverCpu } from './processes.ts';
import { each, Requests } from './requests.ts';

/** Bytes of a request of `@meridian/uploader`. */
const requestBytes = 64 * 1_048_576;
const atOnce = 6;

export interface Taken {
  readonly cpuMs: number;
  /** With the digests of blocks, for a server that makes only that of the whole file. */
  readonly sameDigestsCpuMs?: number;
  readonly ms: number;
}

/** A server that takes and gives files. */
export interface FileServer {
  upload(count: number, bytes: number): Promise<Taken>;
  /** Reads the file of this size `count` times, which `upload` has left. */
  read(count: number, bytes: number): Promise<Taken>;
  clear(): Promise<void>;
  close(): Promise<void>;
}

export async function timed(pids: readonly number[], work: () => Promise<void>): Promise<Taken> {
  const [fromCpuMs, fromMs] = [cpuMsOf(pids), performance.now()];
  await work();
  return { cpuMs: cpuMsOf(pids) - fromCpuMs, ms: performance.now() - fromMs };
}

export class LibraryServer implements FileServer {
  readonly #folder: string;
  readonly #port: number;
  readonly #process: Asked;
  readonly #edge: Nginx;
  /** nginx of the node's host, which sends files of the store. */
  readonly #host: Nginx;
  readonly #requests = new Requests();
  #uploads = 0;
  #last = '';

  /** With an edge, and with the nginx of its host. */
  static async start(): Promise<LibraryServer> {
    const port = await freePort();
    const libraries = [{ id: 'lib-1', url: `http://127.0.0.1:${port}` }];
    const edge = await Nginx.edge({ secret: edgeSecret, libraries }, { viewersPerAddress: 0 });
    const folder = mkdtempSync(join(tmpdir(), 'meridian-bytes-'));
    const more = (): string => 'keepalive_requests 100000;';
    const host = await hostNginx({ libraryPort: port, objects: join(folder, 'files/objects'), more });
    for (const { pid } of [edge, host]) pin(pid, serverCpu);
    return new LibraryServer({ folder, port, edge, host });
  }

  private constructor({ folder, port, edge, host }: { folder: string; port: number; edge: Nginx; host: Nginx }) {
    this.#folder = folder;
    this.#port = port;
    this.#edge = edge;
    this.#host = host;
    const file = join(import.meta.dirname, 'library-process.ts');
    this.#process = new Asked(file, [this.#folder, String(port), edge.url]);
  }

  upload(count: number, bytes: number): Promise<Taken> {
    const ids = Array.from({ length: count }, (_, at) => `up_${this.#uploads + at}`);
    this.#uploads += count;
    this.#last = ids.at(-1) ?? '';
    const parts = planOf(bytes, []).parts.map((range) => ({ ...range }));
    return timed([this.#process.pid], async () => {
      const urls = await this.#ask<string[][]>({ ask: 'open', ids, bytes, parts });
      const sends = urls.flatMap((ofParts) => ofParts.map((url, part) => ({ url, bytes: parts[part]?.bytes ?? 0 })));
      await each(sends, atOnce, ({ url, bytes: ofPart }) => this.#send(url, ofPart));
      await this.#ask({ ask: 'ended', count });
    });
  }

  get pid(): number {
    return this.#process.pid;
  }
  get hostPid(): number {
    return this.#host.pid;
  }
  get edgePid(): number {
    return this.#edge.pid;
  }

  /** Reads as on an installed host, through its nginx. */
  async read(count: number, bytes: number): Promise<Taken> {
    return await this.#readAt(this.#host.url, count, bytes);
  }

  async readDirectly(count: number, bytes: number): Promise<Taken> {
    return await this.#readAt(`http://127.0.0.1:${this.#port}`, count, bytes);
  }

  async #readAt(base: string, count: number, bytes: number): Promise<Taken> {
    const token = await this.#ask<string>({ ask: 'token', id: this.#last });
    const url = `${base}/library/contents/${token}/original?edge=0`;
    return timed([this.#process.pid, this.#host.pid], () => readEach(this.#requests, url, count, bytes));
  }

  /** Reads at the edge, which has the file after the first read. */
  async readAtEdge(count: number, bytes: number): Promise<Taken> {
    const token = await this.#ask<string>({ ask: 'token', id: this.#last });
    const path = libraryEdgePath({ originId: 'lib-1', contentId: this.#last, token });
    const url = `${this.#edge.url}${path}/original`;
    await readEach(this.#requests, url, 1, bytes);
    return timed([this.#edge.pid], () => readEach(this.#requests, url, count, bytes));
  }

  async clear(): Promise<void> {
    await this.#ask({ ask: 'drop' });
  }

  async close(): Promise<void> {
    this.#requests.close();
    await this.#process.close();
    await this.#edge.close();
    await this.#host.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #send(url: string, bytes: number): Promise<void> {
    for (let at = 0; at < bytes; at += requestBytes)
      await this.#requests.send(url, {
        method: 'PATCH',
        bytes: Math.min(requestBytes, bytes - at),
        headers: {
          'tus-resumable': '1.0.0',
          'content-type': 'application/offset+octet-stream',
          'upload-offset': String(at),
        },
      });
  }

  #ask<T>(question: LibraryQuestion): Promise<T> {
    return this.#process.ask<T>(question);
  }
}

export class NginxServer extends NginxProcess implements FileServer {
  readonly #hashing = new Asked(join(import.meta.dirname, 'hashing-process.ts'));
  readonly #requests = new Requests();
  #last = '';
  #uploads = 0;

  static async start(): Promise<NginxServer> {
    const server = new NginxServer(await freePort());
    const { folder, port } = server;
    writeFileSync(
      join(folder, 'nginx.conf'),
      `daemon off; master_process off; pid ${folder}/nginx.pid; error_log stderr;
events { worker_connections 256; }
http {
  ${['proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000;
  client_body_temp_path ${folder}/body; client_max_body_size 0; client_body_buffer_size 512k;
  server {
    listen 127.0.0.1:${port};
    root ${folder}/files;
    location / { dav_methods PUT; }
  }
}
`,
    );
    mkdirSync(join(folder, 'files'));
    await server.run();
    pin(server.pid, serverCpu);
    return server;
  }

  async upload(count: number, bytes: number): Promise<Taken> {
    const names = Array.from({ length: count }, (_, at) => `file-${this.#uploads + at}`);
    this.#uploads += count;
    this.#last = names.at(-1) ?? '';
    const hashing = (name: string, blocks: boolean): Promise<unknown> =>
      this.#hashing.ask({ paths: [join(this.folder, 'files', name)], blocks } satisfies HashingQuestion);
    const taken = await timed([this.pid, this.#hashing.pid], () =>
      each(names, atOnce, async (name) => {
        await this.#requests.send(`http://127.0.0.1:${this.port}/${name}`, { method: 'PUT', bytes });
        await hashing(name, false);
      }),
    );
    const hashed = async (blocks: boolean): Promise<number> =>
      (await timed([this.#hashing.pid], () => each(names, 1, async (name) => void (await hashing(name, blocks)))))
        .cpuMs;
    const moreCpuMs = bytes > BLOCK_BYTES ? (await hashed(true)) - (await hashed(false)) : 0;
    return { ...taken, sameDigestsCpuMs: taken.cpuMs + moreCpuMs };
  }

  read(count: number, bytes: number): Promise<Taken> {
    const url = `http://127.0.0.1:${this.port}/${this.#last}`;
    return timed([this.pid], () => readEach(this.#requests, url, count, bytes));
  }

  clear(): Promise<void> {
    rmSync(join(this.folder, 'files'), { recursive: true });
    mkdirSync(join(this.folder, 'files'));
    return Promise.resolve();
  }

  override async close(): Promise<void> {
    this.#requests.close();
    await this.#hashing.close();
    await super.close();
  }
}

async function readEach(requests: Requests, url: string, count: number, bytes: number): Promise<void> {
  await each(Array.from({ length: count }), atOnce, async () => {
    const read = await requests.read(url);
    if (read !== bytes) throw new Error(`${read} bytes instead of ${bytes}`);
  });
}
