// A library node and real edges in front of it, on loopback.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface, type Interface } from 'node:readline';
import { Nginx } from '../../../../test/support/nginx-edge.ts';
import { owned } from '../../../../test/support/owned.ts';

export interface Sent {
  readonly requests: number;
  readonly bytes: number;
}

export interface RigFiles {
  readonly count: number;
  readonly bytes: number;
  /** Contents of a file of another size, numbered after the others. */
  readonly large: number;
  readonly largeBytes: number;
}

/** Connections of an edge. */
const CONNECTIONS_MAX = 1024;

export class Rig {
  readonly #folder = mkdtempSync(join(tmpdir(), 'meridian-cache-bench-'));
  readonly #edges: Nginx[] = [];
  readonly #disown = owned('a library with edges', () => this.close());
  #node: ChildProcess | undefined;
  #lines: Interface | undefined;
  #port = 0;

  /** The node listens, and has these files. */
  static async open(files: RigFiles): Promise<Rig> {
    const rig = new Rig();
    try {
      await rig.#start(files);
      return rig;
    } catch (error) {
      await rig.close();
      throw error;
    }
  }

  /** An edge that has nothing yet; `keysKilobytes` bound how many slices it keeps. */
  async edge(o: { readonly keysKilobytes: number; readonly regional?: Nginx | undefined }): Promise<Nginx> {
    const from = o.regional?.port ?? this.#port;
    const path = o.regional === undefined ? '/library/contents/$token/$file' : '$uri';
    const edge = await Nginx.start(
      ({ port, folder }) => `
proxy_cache_path ${folder}/cache levels=1:2 keys_zone=meridian_library:${o.keysKilobytes}k inactive=30d max_size=100g use_temp_path=off;
upstream origin { server 127.0.0.1:${from}; keepalive 64; keepalive_timeout 10s; }
server {
  listen 127.0.0.1:${port};
  access_log off; sendfile on; tcp_nopush on;
  proxy_http_version 1.1; proxy_buffer_size 16k; proxy_buffers 32 64k; proxy_busy_buffers_size 256k;
  proxy_cache_lock on; proxy_cache_lock_timeout 40s; proxy_cache_lock_age 40s;
  location ~ "^/library/edge/lib/(?<content>[a-z0-9_-]+)/(?<token>[A-Za-z0-9._-]+)/(?<file>original)$" {
    slice 4m;
    proxy_cache meridian_library;
    proxy_cache_key '$content $file $slice_range';
    proxy_ignore_headers Cache-Control Expires Vary Set-Cookie;
    proxy_cache_valid 200 206 30d;
    proxy_set_header Range $slice_range;
    proxy_set_header Connection '';
    proxy_pass http://origin${path};
  }
}`,
      { connectionsMax: CONNECTIONS_MAX },
    );
    this.#edges.push(edge);
    return edge;
  }

  /** What the node has sent since this was asked last. */
  async sent(): Promise<Sent> {
    if (this.#lines === undefined) throw new Error('the node does not run');
    const answered = once(this.#lines, 'line') as Promise<[string]>;
    this.#node?.stdin?.write('count\n');
    const [line] = await answered;
    return JSON.parse(line) as Sent;
  }

  /** Of edges that were measured. */
  async closeEdges(): Promise<void> {
    for (const edge of this.#edges.splice(0)) await edge.close();
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#disown();
    this.#node?.kill('SIGKILL');
    await this.closeEdges();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #start({ count, bytes, large, largeBytes }: RigFiles): Promise<void> {
    const numbers = [count, bytes, large, largeBytes].map(String);
    const args = [join(import.meta.dirname, 'origin-node.ts'), this.#folder, ...numbers];
    const node = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#node = node;
    this.#lines = createInterface({ input: node.stdout });
    const [port] = (await once(this.#lines, 'line')) as [string];
    this.#port = Number(port);
  }
}

/** How many slices an edge has on its disk. */
export const slicesAt = ({ folder }: Nginx): number =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\/[0-9a-f]{32}$/.test(name)).length;
