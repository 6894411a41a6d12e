// A library node and real edges in front of it, on loopback.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface, type Interface } from 'node:readline';
import { freePort } from '../../../../gateway/test/support/nginx-rtmp.ts';
import { edgeConfig } from '../../../../ops/src/edge/nginx.ts';
import { Nginx } from '../../../../test/support/nginx-edge.ts';
import { owned } from '../../../../test/support/owned.ts';
import { EDGES_SECRET } from './files.ts';

export interface Sent {
  /** For files. */
  readonly requests: number;
  /** Whether a link counts. */
  readonly questions: number;
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

  /**
   * An edge that has nothing yet, with the configuration that we write for operators, but for its size: keys of slices
   * have so much memory, and when it is full nginx lets go of the slice that was asked for longest ago, at once. By
   * bytes it does so every ten seconds, in which a bench asks for more than a small cache has.
   */
  async edge(o: { readonly keysKilobytes: number; readonly regional?: Nginx | undefined }): Promise<Nginx> {
    const libraries = [{ id: 'lib-1', url: `http://127.0.0.1:${this.#port}` }];
    const above = o.regional && { regionals: { addresses: [`127.0.0.1:${o.regional.port}`] } };
    const from = Object.assign({ secret: EDGES_SECRET, gateways: [], libraries, allowedOrigins: ['*'] }, above);
    const sizes = { cacheGigabytes: 1, libraryGigabytes: 1, viewersPerAddress: 0 };
    const edge = await Nginx.start(
      ({ port, folder }) => {
        const places = { folder: join(folder, 'cache'), memory: join(folder, 'memory') };
        const listen = { domain: 'edge.example.org', listen: [`127.0.0.1:${port}`] };
        return withKeys(edgeConfig(Object.assign({}, from, sizes, places, listen)), o.keysKilobytes);
      },
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
    this.#port = await freePort();
    const numbers = [this.#port, count, bytes, large, largeBytes].map(String);
    const args = [join(import.meta.dirname, 'origin-node.ts'), this.#folder, ...numbers];
    const node = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#node = node;
    this.#lines = createInterface({ input: node.stdout });
    await once(this.#lines, 'line');
  }
}

/**
 * One process has no loader of caches, and without one nginx opens what it does not know: a file that it has let go of
 * would be found among open ones. At operators' edges it would not.
 */
function withKeys(config: string, keysKilobytes: number): string {
  const changes = [
    [/keys_zone=meridian_library:\d+m/, `keys_zone=meridian_library:${keysKilobytes}k`],
    [/open_file_cache [^;]*;/, 'open_file_cache off;'],
  ] as const;
  return changes.reduce((text, [asWritten, asHere]) => {
    if (!asWritten.test(text)) throw new Error(`an edge's configuration has no ${asWritten.source}`);
    return text.replace(asWritten, asHere);
  }, config);
}

/** How many slices an edge has on its disk. */
export const slicesAt = ({ folder }: Nginx): number =>
  readdirSync(join(folder, 'cache-library'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\/[0-9a-f]{32}$/.test(name),
  ).length;
